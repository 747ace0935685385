import pytest
from hypothesis import given
from hypothesis import strategies as st

from gnnlab.data.time_splits import chronological, hold_out_stations, rolling_origins


def test_beijing_is_cut_where_the_protocol_says():
    split = chronological(35_064)
    assert split.name == "chrono-70-10-20"
    assert (split.train, split.validation, split.test) == (
        range(24_544),
        range(24_544, 28_051),
        range(28_051, 35_064),
    )


@given(st.integers(10, 10**6), st.integers(1, 80), st.integers(1, 18))
def test_parts_follow_each_other_and_cover_all(steps, train, validation):
    try:
        split = chronological(steps, train, validation)
    except ValueError:
        assert min(steps * train, steps * validation) < 100  # a part of less than one step
        return
    assert [*split.train[:1], split.train.stop, split.validation.stop, split.test.stop] == [
        0,
        split.validation.start,
        split.test.start,
        steps,
    ]


@pytest.mark.parametrize("shares", [(0, 10), (70, 0), (70, 30), (101, -10)])
def test_empty_parts_are_refused(shares):
    with pytest.raises(ValueError, match="each part must have at least 1 step"):
        chronological(1000, *shares)


@given(st.integers(1, 6), st.integers(1, 24), st.integers(25, 60), st.integers(0, 10))
def test_folds_leave_a_purge_between_parts_and_tests_do_not_overlap(
    folds, horizon, part_steps, more
):
    purge = horizon + more
    splits = rolling_origins(1000, folds, horizon, part_steps=part_steps, purge=purge)
    assert len(splits) == folds
    for split in splits:
        assert split.train.start == 0
        assert split.validation.start - split.train.stop == purge
        assert split.test.start - split.validation.stop == purge
        assert len(split.validation) == len(split.test) == part_steps
    tests = [step for split in splits for step in split.test]
    assert tests == list(range(1000 - folds * part_steps, 1000))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"folds": 0}, "folds must be >= 1, got 0"),
        ({"purge": 23}, "purge must be >= horizon >= 1, got purge 23, horizon 24"),
        ({"horizon": 0}, "purge must be >= horizon"),
        ({"part_steps": 24}, "more steps than the horizon of 24, got 24"),
        ({"folds": 30}, "must leave steps to train on, got a series of 1000"),
    ],
)
def test_folds_that_cannot_be_are_refused(change, message):
    with pytest.raises(ValueError, match=message):
        rolling_origins(**{"steps": 1000, "folds": 2, "horizon": 24, "part_steps": 50} | change)


@given(st.integers(2, 30), st.data())
def test_held_out_stations_and_the_others_are_all(stations, data):
    names = [f"s{number}" for number in range(stations)]
    count = data.draw(st.integers(1, stations - 1))
    seen, held_out = hold_out_stations(names, count, seed=3)
    assert sorted(seen + held_out) == sorted(names)
    assert len(held_out) == count
    assert (seen, held_out) == hold_out_stations(names, count, seed=3)


@pytest.mark.parametrize("count", [0, 3])
def test_none_or_all_held_out_is_refused(count):
    with pytest.raises(ValueError, match=f"between 1 and 2, got {count}"):
        hold_out_stations(["a", "b", "c"], count, seed=0)
