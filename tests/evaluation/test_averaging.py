from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pandas
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gnnlab.data import SensorSeries, Variable
from gnnlab.errors import DataError
from gnnlab.evaluation.averaging import Completeness, EightHourMeans, averages, least_averages
from gnnlab.evaluation.standards import standard

RULES = {name: standard(name).completeness for name in ("eu-2024", "china-2012", "us-2024")}
EU = RULES["eu-2024"]


def series_of(
    values: np.ndarray,
    start: str,
    zone: str = "UTC",
    minutes: int = 60,
    pollutant: str = "PM2.5",
) -> SensorSeries:
    """Readings [time, station] from a UTC start."""
    steps = np.arange(len(values)) * np.timedelta64(minutes, "m")
    names = [f"s{number}" for number in range(values.shape[1])]
    return SensorSeries(
        values=values[..., None].astype(np.float32),
        variables=[Variable(pollutant, "ug/m3", "target")],
        times=np.datetime64(start, "s") + steps,
        stations=pandas.DataFrame({"longitude": 0.0, "latitude": 0.0}, index=names),
        time_zone=zone,
    )


def drawn(seed: int, hours: int, missing: float) -> np.ndarray:
    draws = np.random.default_rng(seed)
    values = draws.gamma(2, 30, (hours, 2)).astype(np.float32)
    values[draws.random(values.shape) < missing] = np.nan
    return values


def clock(series: SensorSeries) -> list[datetime]:
    """Local times by the standard library."""
    zone = ZoneInfo(series.time_zone)
    return [time.replace(tzinfo=UTC).astimezone(zone) for time in series.times.tolist()]


def mean(values: Iterable[float]) -> float:
    there = [float(value) for value in values if not np.isnan(value)]
    return sum(there) / len(there)


# Both changes of the clock, and a zone without any.
AROUND = [
    ("2024-03-29", "Europe/Berlin"),
    ("2024-10-25", "Europe/Berlin"),
    ("2024-01-01", "Asia/Shanghai"),
]


@given(st.integers(0, 2**32 - 1), st.sampled_from(AROUND), st.sampled_from(sorted(RULES)))
def test_the_mean_of_a_day_is_that_of_its_local_hours(
    seed: int, around: tuple[str, str], rule: str
) -> None:
    series = series_of(drawn(seed, 24 * 5, 0.17), *around)
    found = averages(series, "PM2.5", "day", RULES[rule])
    days: dict[date, list[np.ndarray]] = {}
    for time, row in zip(clock(series), series.of("PM2.5"), strict=True):
        days.setdefault(time.date(), []).append(row)
    assert [start.date() for start in found.index] == list(days)
    for start, row in found.iterrows():
        for value, column in zip(row, np.array(days[start.date()]).T, strict=True):
            enough = (~np.isnan(column)).sum() >= RULES[rule].day
            assert value == pytest.approx(mean(column)) if enough else np.isnan(value)


@given(
    st.integers(0, 2**32 - 1),
    st.sampled_from(AROUND),
    st.sampled_from(sorted(RULES)),
    st.sampled_from(["O3", "CO"]),
)
def test_the_highest_8_hours_are_those_of_the_rule(
    seed: int, around: tuple[str, str], rule: str, pollutant: str
) -> None:
    series = series_of(drawn(seed, 24 * 4, 0.15), *around, pollutant=pollutant)
    found = averages(series, pollutant, "highest 8 hours", RULES[rule])
    times, values, windows = clock(series), series.of(pollutant), RULES[rule].windows
    if pollutant == "O3" and rule == "us-2024":
        windows = EightHourMeans("first hour", 7, 23, 13)
    means: dict[tuple[date, int], list[float]] = {}
    for first in range(-7, len(times)):
        last = first + 7
        place = last if windows.dated_by == "last hour" else first
        inside = values[max(first, 0) : last + 1]
        if not 0 <= place < len(times) or not windows.first <= times[place].hour <= windows.last:
            continue
        if windows.dated_by == "first hour" and last >= len(times):
            continue
        for station in (0, 1):
            if (~np.isnan(inside[:, station])).sum() >= 6:
                day = means.setdefault((times[place].date(), station), [])
                day.append(mean(inside[:, station]))
    assert [start.date() for start in found.index] == sorted({time.date() for time in times})
    for start, row in found.iterrows():
        for station, value in enumerate(row):
            day = means.get((start.date(), station), [])
            enough = len(day) >= windows.least
            assert value == pytest.approx(max(day)) if enough else np.isnan(value)


def test_what_windows_belong_to_a_day() -> None:
    """One polluted hour, 3 to 4 o'clock: windows that end at 4 to 11, or begin at 20 to 3."""
    values = np.zeros((72, 1))
    values[24 + 3] = 80
    found = {
        (name, gas): averages(
            series_of(values, "2024-01-01", pollutant=gas), gas, "highest 8 hours", RULES[name]
        )["s0"].tolist()
        for name in RULES
        for gas in ("O3", "CO")
    }
    assert found["eu-2024", "O3"] == found["eu-2024", "CO"] == [0, 10, 0]
    assert found["china-2012", "O3"] == [0, 10, 0]
    assert found["us-2024", "O3"][:2] == [10, 0]  # from 20 to 4: the day before
    assert found["us-2024", "CO"] == [0, 10, 0]  # 40 CFR 50.8 has no rule of its own


@pytest.mark.parametrize(("rule", "hours"), [("eu-2024", 18), ("us-2024", 18), ("china-2012", 20)])
@pytest.mark.parametrize("average", ["day", "highest hour"])
def test_a_day_needs_so_many_hours(rule: str, hours: int, average: str) -> None:
    values = np.full((48, 1), 7.0)
    values[: 24 - hours] = np.nan
    values[24 : 24 + 25 - hours] = np.nan
    found = averages(series_of(values, "2024-01-01"), "PM2.5", average, RULES[rule])["s0"]
    np.testing.assert_array_equal(found, [7, np.nan])


def test_the_highest_hour() -> None:
    values = np.arange(48.0)[:, None]
    found = averages(series_of(values, "2024-01-01"), "PM2.5", "highest hour", EU)["s0"]
    assert found.tolist() == [23, 47]


def test_an_hour_needs_three_quarters_of_its_readings() -> None:
    values = np.array([[1.0], [2], [3], [6], [np.nan], [2], [3], [6], [np.nan], [np.nan], [3], [6]])
    found = averages(series_of(values, "2024-01-01", minutes=15), "PM2.5", "hour", EU)["s0"]
    np.testing.assert_allclose(found, [3, 11 / 3, np.nan])
    assert found.index[1] == pandas.Timestamp("2024-01-01 01:00")


def test_hours_start_on_the_clock_of_a_zone_of_half_an_hour() -> None:
    values = np.arange(8.0)[:, None]
    series = series_of(values, "2024-01-01", "Asia/Kolkata", minutes=30)  # 5:30 there
    found = averages(series, "PM2.5", "hour", EU)["s0"]
    np.testing.assert_allclose(found, [np.nan, 1.5, 3.5, 5.5, np.nan])
    assert found.index[0] == pandas.Timestamp("2024-01-01 05:00")


@pytest.mark.parametrize("minutes", [30, 60])
def test_the_hour_that_the_clock_shows_twice_is_two(minutes: int) -> None:
    values = np.arange(4 * 60 / minutes)[:, None]
    series = series_of(values, "2024-10-26T23:00", "Europe/Berlin", minutes)
    found = averages(series, "PM2.5", "hour", EU)
    assert [start.hour for start in found.index] == [1, 2, 2, 3]
    assert found["s0"].is_monotonic_increasing


def test_a_day_of_finer_readings_is_the_mean_of_its_hours() -> None:
    values = np.repeat(np.arange(24.0), 4)[:, None]
    values[1:4] = np.nan  # one reading is too little for the first hour
    values[5] = np.nan  # three are enough for the second
    series = series_of(values, "2024-01-01", minutes=15)
    found = averages(series, "PM2.5", "day", EU)["s0"]
    assert found.tolist() == [12]  # of 1 to 23, not weighted by readings


@pytest.mark.parametrize(("hours", "needed"), [(3, 6), (6, 3), (24, 1)])
def test_coarser_readings_count_by_the_hours_that_they_are_of(hours: int, needed: int) -> None:
    values = np.full((24 // hours * 2, 1), 5.0)
    values[: 24 // hours - needed] = np.nan
    values[24 // hours :][: 24 // hours - needed + 1] = np.nan
    series = series_of(values, "2024-01-01", minutes=60 * hours)
    found = averages(series, "PM2.5", "day", EU)["s0"]
    np.testing.assert_array_equal(found, [5, np.nan])


def test_a_year_is_the_mean_of_its_complete_days() -> None:
    needs_three = replace(EU, year=3)
    values = np.r_[np.full(24, 1), np.full(24, 2), np.full(24, 6), np.full(48, 4)].astype(float)
    values[20:24] = np.nan  # 20 hours are enough
    series = series_of(values[:, None], "2023-12-29")
    found = averages(series, "PM2.5", "year", needs_three)["s0"]
    np.testing.assert_array_equal(found, [3, np.nan])
    assert found.index.tolist() == [pandas.Timestamp("2023-01-01"), pandas.Timestamp("2024-01-01")]


def test_beijings_days(beijing: SensorSeries) -> None:
    """The record starts at midnight there, and China does not change its clocks."""
    days = beijing.of("PM2.5").astype(np.float64).reshape(-1, 24, 12)
    enough = (~np.isnan(days)).sum(axis=1) >= 20
    found = averages(beijing, "PM2.5", "day", RULES["china-2012"])
    np.testing.assert_array_equal(found.notna(), enough)
    expected = np.where(
        enough, np.nansum(days, axis=1) / (~np.isnan(days)).sum(axis=1).clip(1), np.nan
    )
    np.testing.assert_allclose(found, expected)
    assert (str(found.index[0].date()), len(found)) == ("2013-03-01", 1461)
    assert list(found.columns) == list(beijing.stations.index)


def test_an_average_that_does_not_exist_is_refused() -> None:
    with pytest.raises(DataError, match=r"must be one of hour, .*, day, year, got 'week'"):
        averages(series_of(np.ones((24, 1)), "2024-01-01"), "PM2.5", "week", EU)


@pytest.mark.parametrize("average", ["hour", "highest hour", "year", "week"])
def test_the_least_that_is_not_an_average_of_its_own_is_refused(average: str) -> None:
    with pytest.raises(DataError, match=f"one of day, highest 8 hours, got '{average}'"):
        least_averages(series_of(np.ones((24, 1)), "2024-01-01"), "PM2.5", average, EU)


@pytest.mark.parametrize("average", ["hour", "highest hour", "highest 8 hours"])
def test_hours_of_coarser_readings_are_refused(average: str) -> None:
    series = series_of(np.ones((24, 1)), "2024-01-01", minutes=180)
    with pytest.raises(
        DataError, match=f"{average} needs a reading an hour, got one every 3 hours"
    ):
        averages(series, "PM2.5", average, EU)


@pytest.mark.parametrize("minutes", [7, 90, 5 * 60, 48 * 60])
def test_steps_that_do_not_make_up_a_day_are_refused(minutes: int) -> None:
    series = series_of(np.ones((24, 1)), "2024-01-01", minutes=minutes)
    with pytest.raises(DataError, match=f"the step must be .*, got {minutes / 60:g} hours"):
        averages(series, "PM2.5", "day", EU)


def test_the_rules_are_as_written() -> None:
    assert RULES["china-2012"] == Completeness(
        0.75, 20, 6, EightHourMeans("last hour", 7, 23, 14), 324, above_anyway=("O3",)
    )
    assert RULES["us-2024"].above_anyway == ("PM2.5", "O3")
    assert not RULES["eu-2024"].above_anyway
    assert RULES["us-2024"].ozone_windows == EightHourMeans("first hour", 7, 23, 13)
