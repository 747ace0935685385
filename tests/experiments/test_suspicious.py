from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_series import small_series

from gnnlab.data import SensorSeries, Variable
from gnnlab.experiments.suspicious import spikes, suspicious


def calm(steps: int = 500, stations: int = 4, seed: int = 0) -> np.ndarray:
    """Readings that rise and fall together by some ug/m3 an hour."""
    rng = np.random.default_rng(seed)
    together = 60 + 30 * np.sin(np.arange(steps) / 20)[:, None]
    return (together + rng.normal(0, 2, (steps, stations))).astype(np.float32)


def series_of(**values: np.ndarray) -> SensorSeries:
    first = next(iter(values.values()))
    series = small_series(steps=len(first), stations=first.shape[1])
    names = [name.replace("_", ".") for name in values]
    kinds = ["target", *["past"] * (len(names) - 1)]
    return replace(
        series,
        values=np.stack(list(values.values()), axis=2),
        variables=[
            Variable(*each) for each in zip(names, ["ug/m3"] * len(names), kinds, strict=True)
        ],
        forecasts=(),
    )


@given(st.integers(1, 498), st.integers(0, 3), st.sampled_from([900.0, -200.0]))
def test_a_value_far_from_both_neighbours_and_the_others_is_a_spike(
    time: int, station: int, value: float
) -> None:
    values = calm()
    values[time, station] = value
    assert np.argwhere(spikes(values)).tolist() == [[time, station]]
    assert np.array_equal(spikes(values * 1000), spikes(values))  # whatever the unit


def test_what_all_stations_see_or_what_stays_is_no_spike() -> None:
    values = calm()
    assert not spikes(values).any()
    values[100] += 500  # fireworks
    values[200:204, 1] += 500  # several hours
    values[300, 2] = np.nan
    values[301, 2] += 500  # nobody knows what was before
    assert not spikes(values).any()


def test_a_value_that_is_far_for_a_calm_station_or_in_size_alone_is_no_spike() -> None:
    values = calm()
    values[31, 1] += 35  # far for hours that differ by 2, not for 90 ug/m3
    restless = np.tile(np.float32([[5], [100]]), (250, 1))
    assert not spikes(values).any()
    assert not spikes(restless).any()


def test_a_station_alone_has_its_own_past_to_be_compared_with() -> None:
    values = calm(stations=1)
    values[100] += 500
    assert np.argwhere(spikes(values)).tolist() == [[100, 0]]


@pytest.mark.parametrize("steps", [2, 3])
def test_short_series_have_no_spikes_or_all_the_same(steps: int) -> None:
    assert not spikes(calm(steps)).any()
    assert not spikes(np.full((steps, 2), np.nan, np.float32)).any()


def test_spikes_are_counted_with_the_first_and_nothing_is_changed() -> None:
    values = calm()
    values[100, 2] = values[50, 3] = 900
    before = values.copy()
    (issue,) = suspicious(series_of(PM2_5=values))
    assert (issue.kind, issue.count) == ("suspicious spikes", 2)
    assert issue.rule.startswith("kept: ")
    assert issue.first == "s3, 2024-03-01 03:00 (PM2.5: 900)"  # of Berlin's clock
    assert np.array_equal(values, before)


def test_each_station_s_spikes_can_be_found() -> None:
    values = calm()
    values[100, 2] = 980
    values[[50, *range(200, 222, 2)], 3] = 900
    (issue,) = suspicious(series_of(PM2_5=values))
    assert list(issue.by_station) == ["s2", "s3"]
    assert issue.by_station["s2"] == {"count": 1, "first": ["2024-03-03 05:00 (PM2.5: 980)"]}
    many = issue.by_station["s3"]
    assert (many["count"], len(many["first"])) == (12, 10)
    assert many["first"][:2] == ["2024-03-01 03:00 (PM2.5: 900)", "2024-03-07 09:00 (PM2.5: 900)"]
    assert issue.first == f"s3, {many['first'][0]}"
    assert issue.count == sum(each["count"] for each in issue.by_station.values())


@pytest.mark.parametrize("factor", [0.001, 6])
def test_a_station_in_another_unit_is_unlike_the_others(factor: float) -> None:
    values = calm()
    values[:, 1] *= factor
    (issue,) = suspicious(series_of(PM2_5=values))
    assert (issue.kind, issue.count) == ("stations unlike the others", 1)
    assert issue.first.startswith("s1 (PM2.5: ")
    assert [f"{name} ({each['first'][0]})" for name, each in issue.by_station.items()] == [
        issue.first
    ]
    assert not suspicious(series_of(PM2_5=calm() * np.float32([1, 2, 1, 0.5])))
    assert not suspicious(series_of(PM2_5=np.full((20, 2), np.nan, np.float32)))
    assert not suspicious(series_of(PM2_5=calm(stations=1)))


def test_a_part_is_not_more_than_the_whole() -> None:
    part, whole = calm(seed=1), calm(seed=1) + 10
    assert not suspicious(series_of(PM2_5=part, PM10=whole))
    whole[10:13, 1] = part[10:13, 1] - 5.5
    whole[20, 1] = part[20, 1] - 4.5  # may be noise
    whole[21, 1] = np.nan
    (issue,) = suspicious(series_of(PM2_5=part, PM10=whole))
    assert (issue.kind, issue.count) == ("impossible pairs", 3)
    assert issue.rule == "kept: PM2.5 is above PM10 by more than 5 ug/m3"
    assert issue.first.startswith("s1, 2024-02-28 11:00 (PM2.5: ")
    assert issue.by_station["s1"]["count"] == 3


def test_weather_may_be_spiky(beijing: SensorSeries) -> None:
    found = suspicious(beijing)
    assert {issue.kind for issue in found} == {"suspicious spikes", "impossible pairs"}
    assert all("rain" not in issue.rule and "wind" not in issue.rule for issue in found)
    assert all(issue.count < 2e-3 * beijing.values[..., 0].size for issue in found[:-1])
