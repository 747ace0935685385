import numpy as np
import pytest
from scipy.stats import norm

from gnnlab.evaluation.significance import Difference, difference_interval


def remembering(draw: np.random.Generator, origins: int, memory: float) -> np.ndarray:
    """A stationary series of mean 0 and deviation 1 whose neighbours correlate by ``memory``."""
    noise = draw.normal(size=origins)
    found = np.empty(origins)
    found[0] = noise[0]
    for step in range(1, origins):
        found[step] = memory * found[step - 1] + np.sqrt(1 - memory**2) * noise[step]
    return found


def width(found: Difference) -> float:
    return found.high - found.low


@pytest.mark.parametrize("level", [0.5, 0.9])
def test_of_independent_errors_it_is_the_interval_of_a_mean(level: float) -> None:
    draw = np.random.default_rng(0)
    a, b = draw.gamma(2, 10, (2, 2000, 1))
    found = difference_interval(a, b, block=1, level=level, draws=4000)
    apart = (a - b)[:, 0]
    deviation = apart.std() / np.sqrt(len(apart))
    half = norm.ppf((1 + level) / 2) * deviation
    assert found.mean == pytest.approx(apart.mean())
    assert found.low == pytest.approx(apart.mean() - half, abs=0.1 * deviation)
    assert found.high == pytest.approx(apart.mean() + half, abs=0.1 * deviation)


def test_p_values_are_those_of_a_mean() -> None:
    draw = np.random.default_rng(6)
    noise = draw.normal(size=(2000, 1))
    noise -= noise.mean()
    deviation = noise.std() / np.sqrt(len(noise))
    for away in (0.0, 0.5, 1.5, -1.5, 6.0):
        a = 30 + noise + away * deviation
        found = difference_interval(a, np.full_like(a, 30), block=1, draws=4000)
        assert found.p_value == pytest.approx(2 * norm.sf(abs(away)), abs=0.04)


def test_of_equal_errors_it_is_1() -> None:
    errors = np.random.default_rng(7).gamma(2, 10, (50, 2))
    found = difference_interval(errors, errors.copy(), block=5)
    assert found == Difference(0, 0, 0, 1)


def test_stations_of_an_origin_stay_together() -> None:
    one = np.random.default_rng(1).gamma(2, 10, (2, 500, 1))
    alone = difference_interval(*one, block=5)
    among = difference_interval(*np.repeat(one, 8, axis=2), block=5)
    assert among.low == pytest.approx(alone.low)
    assert among.high == pytest.approx(alone.high)


def test_blocks_hold_the_difference_of_errors_that_remember_as_often_as_they_say() -> None:
    draw = np.random.default_rng(2)
    held = {1: 0, 40: 0}
    for _ in range(100):
        a = 30 + remembering(draw, 1000, 0.8)[:, None]  # 0 above b in the long run
        for block in held:
            found = difference_interval(a, np.full_like(a, 30), block=block, draws=100)
            held[block] += found.low <= 0 <= found.high
    assert 82 <= held[40] <= 96
    assert held[1] < 55


def test_a_small_shift_of_errors_that_go_together_is_found() -> None:
    draw = np.random.default_rng(3)
    common = 30 + 10 * np.abs(remembering(draw, 2000, 0.9))[:, None] + draw.normal(size=(2000, 4))
    better = common - 0.3 + draw.normal(size=common.shape)
    found = difference_interval(common, better, block=50)
    assert 0 < found.low < 0.3 < found.high < 0.45
    back = difference_interval(better, common, block=50)
    assert (back.mean, back.low, back.high) == pytest.approx(
        (-found.mean, -found.high, -found.low), rel=1e-6
    )


def test_means_are_of_sums_over_what_both_are_scored_on() -> None:
    draw = np.random.default_rng(4)
    a, b = draw.normal(0, 20, (2, 90, 3)).astype(np.float32)
    a[draw.random(a.shape) < 0.5] = np.nan
    b[draw.random(b.shape) < 0.5] = np.nan
    apart = [
        abs(float(x)) - abs(float(y))
        for x, y in zip(a.ravel(), b.ravel(), strict=True)
        if not np.isnan(x) and not np.isnan(y)
    ]
    assert difference_interval(a, b, block=7).mean == pytest.approx(np.mean(apart))


def test_each_draw_is_of_blocks_and_as_many_origins_as_there_are() -> None:
    """All draws of 3 origins in blocks of 2, one by one: 3 blocks, and 3 for the rest."""
    apart = np.array([[0.0], [1.0], [10.0]])
    found = {
        difference_interval(apart, np.zeros((3, 1)), block=2, draws=1, seed=seed).low
        for seed in range(200)
    }
    blocks, rest = (1, 11, 10), (0, 1, 10)
    expected = {(block + one) / 3 for block in blocks for one in rest}
    assert sorted(found) == pytest.approx(sorted(expected))


def test_each_draw_is_a_mean_over_its_own_count() -> None:
    """Of two origins, one with two stations: a draw has it twice, once or never."""
    a = np.array([[6.0, np.nan], [0.0, 3.0]])
    found = {
        difference_interval(a, np.zeros((2, 2)), block=1, draws=1, seed=seed).low
        for seed in range(50)
    }
    assert sorted(found) == pytest.approx([1.5, 3, 6])


def test_a_block_of_everything_leaves_nothing_to_chance() -> None:
    a, b = np.random.default_rng(5).normal(0, 20, (2, 50, 3))
    found = difference_interval(a, b, block=50)
    assert (found.low, found.high) == pytest.approx((found.mean, found.mean))


def test_draws_without_a_score_are_left_out() -> None:
    a = np.full((30, 1), np.nan)
    a[3] = 5
    found = difference_interval(a, np.full((30, 1), 2.0), block=10, draws=500)
    assert (found.mean, found.low, found.high) == (3, 3, 3)


def test_a_seed_is_repeated_and_another_is_not() -> None:
    a, b = np.random.default_rng(6).normal(0, 20, (2, 50, 3))
    first = difference_interval(a, b, block=5, seed=3)
    assert first == difference_interval(a, b, block=5, seed=3)
    assert first != difference_interval(a, b, block=5, seed=4)


def test_a_higher_level_is_wider() -> None:
    a, b = np.random.default_rng(7).normal(0, 20, (2, 200, 1))
    assert width(difference_interval(a, b, block=5, level=0.5)) < 0.5 * width(
        difference_interval(a, b, block=5, level=0.95)
    )


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"errors_b": np.ones((9, 2))}, r"same origins and stations, got \[10, 2\] and \[9, 2\]"),
        ({"errors_b": np.full((10, 2), np.nan)}, "at a common origin and station, got none"),
        ({"block": 0}, "a block must be of 1 to 10 origins, got 0"),
        ({"block": 11}, "a block must be of 1 to 10 origins, got 11"),
        ({"level": 1.0}, "level must be above 0 and below 1, got 1.0"),
        ({"draws": 0}, "draws must be >= 1, got 0"),
    ],
)
def test_what_makes_no_interval_is_refused(change: dict, said: str) -> None:
    asked = {"errors_a": np.ones((10, 2)), "errors_b": np.ones((10, 2)), "block": 2}
    with pytest.raises(ValueError, match=said):
        difference_interval(**(asked | change))
