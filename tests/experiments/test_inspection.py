from dataclasses import replace
from itertools import groupby

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from small_series import HOUR, small_series

from gnnlab.data import Issue, SensorSeries, Variable
from gnnlab.experiments.inspection import in_words, inspected, longest_gap


def longest_of(missing: list[bool]) -> int:
    return max((len(list(run)) for gone, run in groupby(missing) if gone), default=0)


@given(arrays(bool, st.tuples(st.integers(2, 30), st.integers(1, 3))))
def test_the_longest_gap_is_the_longest_run_of_any_target(missing: np.ndarray) -> None:
    length, start = longest_gap(missing)
    assert length == max(longest_of(column.tolist()) for column in missing.T)
    assert missing[start : start + length].all(axis=0).any()


@given(st.integers(0, 10**7))
def test_words_for_a_span_add_up(seconds: int) -> None:
    size = {"day": 86_400, "hour": 3_600, "minute": 60, "second": 1}
    words = in_words(np.timedelta64(seconds, "s")).split()
    pairs = zip(words[::2], words[1::2], strict=True)
    assert sum(int(number) * size[unit.removesuffix("s")] for number, unit in pairs) == seconds
    assert all(
        unit.endswith("s") == (number != "1")
        for number, unit in zip(words[::2], words[1::2], strict=True)
    )


def two_targets() -> SensorSeries:
    series = small_series(steps=300, stations=3)
    kinds = [
        replace(each, kind="target") if each.name == "NO2" else each for each in series.variables
    ]
    return replace(series, variables=kinds)


def test_shares_are_counts_over_the_targets() -> None:
    series = two_targets()
    found = inspected(series)
    missing = np.isnan(series.values[:, :, :2])
    assert found["targets"] == ["PM2.5", "NO2"]
    assert found["missing_share"] == pytest.approx(missing.sum() / missing.size)
    for number, station in enumerate(found["stations"]):
        assert station["name"] == f"s{number}"
        assert station["missing_share"] == pytest.approx(missing[:, number].mean())
        assert station["longest_gap"] == max(
            longest_of(missing[:, number, target].tolist()) for target in range(2)
        )
        hours = station["longest_gap"]
        assert station["longest_gap_lasts"] == f"{hours} hour{'' if hours == 1 else 's'}"
    for number, variable in enumerate(found["variables"]):  # the calendar is not among them
        seen = series.values[:, :, number][~missing[:, :, number]]
        assert variable["missing_share"] == pytest.approx(missing[:, :, number].mean())
        assert variable["mean"] == pytest.approx(seen.astype(float).mean())
        assert (variable["lowest"], variable["highest"]) == (seen.min(), seen.max())
    assert len(found["variables"]) == 2


def test_times_are_of_the_local_clock_with_its_offset() -> None:
    series = small_series(steps=24 * 40, missing=0)  # from 28 February, Berlin
    values = series.values.copy()
    march = 23  # 2024-02-28T00 UTC is 1:00 there
    values[march + 24 : march + 48, 0, 0] = np.nan
    found = inspected(replace(series, values=values))
    assert found["start"] == "2024-02-28T01:00:00+01:00"
    assert found["end"] == "2024-04-08T01:00:00+02:00"  # summer time
    assert (found["step"], found["steps"], found["time_zone"]) == ("1 hour", 960, "Europe/Berlin")
    assert found["stations"][0]["longest_gap_start"] == "2024-03-01T00:00:00+01:00"
    assert found["stations"][1]["longest_gap_start"] is None
    months = {each["month"]: each["missing_share"] for each in found["months"]}
    hours = 31 * 24 - 1  # of March, with one that the clock leaves out
    assert months == pytest.approx({"2024-02": 0, "2024-03": 24 / (3 * hours), "2024-04": 0})


def test_what_was_never_observed_has_no_mean() -> None:
    series = small_series(missing=0)
    values = series.values.copy()
    values[:, :, 1] = np.nan
    pm, no2 = inspected(replace(series, values=values))["variables"]
    assert pm["missing_share"] == 0
    assert (no2["mean"], no2["lowest"], no2["highest"]) == (None, None, None)
    assert no2["missing_share"] == 1


def test_issues_of_reading_come_first_and_perfect_weather_is_told() -> None:
    issue = Issue("duplicate rows", 2, "one is kept", "a.csv, line 3")
    series = small_series(steps=100, missing=0)
    series.values[50, 0, 0] = 5000
    found = inspected(replace(series, issues=(issue,)))
    assert found["issues"][0] == {
        "kind": "duplicate rows",
        "count": 2,
        "rule": "one is kept",
        "first": "a.csv, line 3",
    }
    assert found["issues"][1]["kind"] == "suspicious spikes"
    assert found["perfect_weather"] is False
    ahead = [Variable("PM2.5", "ug/m3", "target"), Variable("NO2", "ug/m3", "future")]
    perfect = replace(series, variables=(*ahead, *series.variables[2:]), perfect_weather=True)
    assert inspected(perfect)["perfect_weather"] is True


def test_beijing_is_as_its_card_says(beijing: SensorSeries) -> None:
    found = inspected(beijing)
    assert len(found["stations"]) == 12
    assert found["steps"] == 35_064
    assert found["missing_share"] == pytest.approx(0.0208, abs=5e-5)
    assert found["variables"][0]["mean"] == pytest.approx(79.79, abs=5e-3)
    assert (found["start"], found["step"]) == ("2013-03-01T00:00:00+08:00", "1 hour")
    assert beijing.step == HOUR
