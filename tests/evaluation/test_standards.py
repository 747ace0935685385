import numpy as np
import pandas
import pytest

from gnnlab.data import SensorSeries, Variable
from gnnlab.data.readings.units import to_canonical
from gnnlab.errors import DataError
from gnnlab.evaluation import exceeds, standard, standards
from gnnlab.evaluation.averaging import AVERAGES

POLLUTANTS = {"PM2.5", "PM10", "O3", "NO2", "SO2", "CO"}


def hours_of(
    pollutant: str,
    values: np.ndarray,
    zone: str = "UTC",
    *,
    start: str = "2024-01-01",
    step: int = 1,
    unit: str = "ug/m3",
) -> SensorSeries:
    """Readings of one station every ``step`` hours from ``start`` UTC on."""
    return SensorSeries(
        values=np.asarray(values, np.float32).reshape(-1, 1, 1),
        variables=[Variable(pollutant, unit, "target")],
        times=np.datetime64(start, "s") + np.arange(len(values)) * np.timedelta64(step, "h"),
        stations=pandas.DataFrame({"longitude": [0.0], "latitude": [0.0]}, index=["here"]),
        time_zone=zone,
    )


def days_of(pollutant: str, means: list[float]) -> SensorSeries:
    return hours_of(pollutant, np.repeat(means, 24))


def test_every_standard_says_what_it_is_and_where_it_is_written() -> None:
    for name, each in standards().items():
        assert each.name == name
        assert each.title
        assert each.source
        assert {limit.pollutant for limit in each.limits} == POLLUTANTS
        assert {limit.average for limit in each.limits} <= set(AVERAGES)
        assert all(limit.canonical > 0 for limit in each.limits)
        pairs = [(limit.pollutant, limit.average) for limit in each.limits]
        assert len(set(pairs)) == len(pairs)


@pytest.mark.parametrize(
    "name", ["who-2021", "eu-2024", "china-2012", "china-2012-grade-1", "us-2024"]
)
def test_particles_are_judged_by_the_day_unless_said(name: str) -> None:
    for pollutant in ("PM2.5", "PM10"):
        assert standard(name).limit(pollutant).average == "day"


def test_a_longer_average_has_a_lower_limit() -> None:
    ascending = ["year", "day", "highest 8 hours", "hour"]
    for each in standards().values():
        for pollutant in POLLUTANTS:
            limits = {
                limit.average.replace("highest hour", "hour"): limit.canonical
                for limit in each.limits
                if limit.pollutant == pollutant
            }
            values = [limits[average] for average in ascending if average in limits]
            assert values == sorted(values)


def test_none_asks_for_cleaner_air_than_the_who() -> None:
    """But for an hour of CO, which its guidelines of 2021 took over from those of 2000."""
    for limit in standard("who-2021").limits:
        for other in standards().values():
            for theirs in other.limits:
                same = (theirs.pollutant, theirs.average) == (limit.pollutant, limit.average)
                if same and (limit.pollutant, limit.average) != ("CO", "hour"):
                    assert theirs.canonical >= limit.canonical


def test_grade_1_is_as_clean_as_grade_2_or_cleaner() -> None:
    for limit in standard("china-2012").limits:
        first = standard("china-2012-grade-1").limit(limit.pollutant, limit.average)
        assert first.canonical <= limit.canonical


def test_a_day_at_the_limit_does_not_exceed_it() -> None:
    found = exceeds(days_of("PM2.5", [25, 25.01, 0]), "eu-2024")
    assert found["here"].tolist() == [False, True, False]
    assert found["here"].dtype == "boolean"
    assert found.index.tolist() == list(pandas.date_range("2024-01-01", periods=3))


def test_days_are_those_of_the_place() -> None:
    values = np.zeros(48)
    values[16:24] = 100  # from midnight to 8 in Shanghai
    found = exceeds(hours_of("PM2.5", values, "Asia/Shanghai"), "who-2021")["here"]
    assert found.isna().tolist() == [True, False, True]  # 16, 24 and 8 hours long
    assert found.index[0] == pandas.Timestamp("2024-01-01")
    assert found.iloc[1]


def test_too_few_hours_are_neither_above_nor_below() -> None:
    values = np.full(48, 500.0)
    values[:5] = np.nan
    found = exceeds(hours_of("PM2.5", values), "china-2012")["here"]
    assert found.isna().tolist() == [True, False]
    assert found.sum() == 1
    assert exceeds(hours_of("PM2.5", values), "us-2024")["here"].tolist() == [True, True]


def test_an_incomplete_day_that_is_above_all_the_same_counts_where_the_us_says_so() -> None:
    """40 CFR 50, appendix N, section 3.0: hours that are missing taken as 0."""
    values = np.full((4, 24), np.nan)
    values[:, :10] = np.array([[84.1], [83.9], [300], [0]])  # 24 hours of 35.04, 34.96, 125, 0
    day = hours_of("PM2.5", values.ravel())
    assert exceeds(day, "us-2024")["here"].tolist() == [True, pandas.NA, True, pandas.NA]
    for name in ("who-2021", "eu-2024", "china-2012"):
        assert exceeds(day, name)["here"].isna().all()
    assert exceeds(hours_of("PM10", values.ravel()), "us-2024")["here"].isna().all()
    assert exceeds(day, "us-2024", "PM2.5", "year")["here"].isna().all()
    half = hours_of("PM2.5", np.full(12, 71.0))  # the series ends at noon
    assert exceeds(half, "us-2024")["here"].tolist() == [True]


# Midnights in New York of the days on which its clocks change, in UTC, and hours of these days.
SPRING, AUTUMN = ("2021-03-14T05", 23), ("2021-11-07T04", 25)


@pytest.mark.parametrize("change", [SPRING, AUTUMN])
@pytest.mark.parametrize("step", [1, 3, 24])
def test_a_complete_day_is_above_by_its_mean_whatever_the_clock_does(
    change: tuple[str, int], step: int
) -> None:
    start, hours = change
    for value, expected in ((34.5, False), (35.5, True)):
        series = hours_of(
            "PM2.5", np.full(hours, value), "America/New_York", start=start, step=step
        )
        assert exceeds(series, "us-2024")["here"].tolist()[0] is expected


@pytest.mark.parametrize("change", [SPRING, AUTUMN, ("2021-06-01T04", 24)])
@pytest.mark.parametrize(("step", "count"), [(1, 17), (1, 3), (2, 8), (3, 5), (6, 2), (12, 1)])
def test_hours_that_are_missing_are_those_that_the_local_day_has(
    change: tuple[str, int], step: int, count: int
) -> None:
    start, hours = change
    for of_all, expected in ((34.9, pandas.NA), (35.1, True)):
        values = [*np.full(count, of_all * hours / (count * step)), np.nan]
        series = hours_of("PM2.5", values, "America/New_York", start=start, step=step)
        assert exceeds(series, "us-2024")["here"].tolist()[0] is expected


def test_the_hours_of_a_day_that_begins_when_the_clock_changes() -> None:
    """In Beirut 0:00 was 1:00 on 2021-03-28; in Havana 0:00 came twice on 2021-11-07."""
    for zone, start, hours in (
        ("Asia/Beirut", "2021-03-27T22", 23),
        ("America/Havana", "2021-11-07T04", 25),
    ):
        for of_all, expected in ((34.9, pandas.NA), (35.1, True)):
            values = [*np.full(12, of_all * hours / 12), np.nan]
            series = hours_of("PM2.5", values, zone, start=start)
            assert exceeds(series, "us-2024")["here"].tolist()[0] is expected


@pytest.mark.parametrize("name", ["us-2024", "china-2012", "china-2012-grade-1"])
def test_a_day_of_ozone_with_few_windows_counts_if_one_is_above(name: str) -> None:
    """40 CFR 50, appendix U; HJ 663-2013."""
    high = standard(name).limit("O3", "highest 8 hours").canonical * 1.1
    values = np.full((4, 24), np.nan)
    values[0, 9:16] = high
    values[1, 9:16] = high / 2
    values[2, 9:14] = high  # no mean over eight hours
    values[3, [9, 10, 11, 14, 15, 16]] = high  # exactly one
    ozone = hours_of("O3", values.ravel())
    found = exceeds(ozone, name, "O3", "highest 8 hours")["here"]
    assert found.tolist() == [True, pandas.NA, pandas.NA, True]
    assert exceeds(ozone, "eu-2024")["here"].isna().all()
    assert exceeds(hours_of("CO", 1e6 * values.ravel()), name, "CO")["here"].isna().all()


def test_the_average_may_be_named() -> None:
    values = np.zeros(24)
    values[3] = 201
    series = hours_of("NO2", values)
    assert exceeds(series, "eu-2024").shape == (1, 1)
    assert exceeds(series, "eu-2024", "NO2", "hour")["here"].tolist() == [
        *[False] * 3,
        True,
        *[False] * 20,
    ]


@pytest.mark.parametrize(
    ("pollutant", "limit", "unit"),
    [("O3", 0.070, "ppm"), ("NO2", 100, "ppb"), ("SO2", 75, "ppb"), ("CO", 9, "ppm")],
)
def test_limits_in_parts_judge_readings_in_parts(pollutant: str, limit: float, unit: str) -> None:
    """At the limit is not above it, though the reading was converted and kept as float32."""
    above = limit * (1 + 1 / 100)
    readings = np.repeat([limit, above], 48)
    canonical, _ = to_canonical(readings, pollutant, unit)
    found = exceeds(hours_of(pollutant, canonical), "us-2024")["here"].tolist()
    assert (found[0], found[-2]) == (False, True)


def test_beijing_exceeds_what_is_stricter_more_often(beijing: SensorSeries) -> None:
    shares = {
        name: exceeds(beijing, name).stack().mean()
        for name in ("who-2021", "eu-2024", "china-2012-grade-1", "china-2012")
    }
    assert list(shares.values()) == sorted(shares.values(), reverse=True)
    counted = beijing.of("PM2.5").astype(np.float64).reshape(-1, 24, 12)
    enough = (~np.isnan(counted)).sum(axis=1) >= 20
    above = np.nanmean(np.where(enough[:, None], counted, 0), axis=1)[enough] > 75
    assert shares["china-2012"] == pytest.approx(above.mean())
    years = exceeds(beijing, "china-2012", "PM2.5", "year")
    assert years.loc["2014":"2016"].all(axis=None)
    assert years.loc["2017"].isna().all(axis=None)


def test_unknown_names_are_refused_with_those_that_exist() -> None:
    series = days_of("PM2.5", [1])
    with pytest.raises(DataError, match=r"one of who-2021, .*, us-2024, got 'who2021'.*who-2021"):
        exceeds(series, "who2021")
    with pytest.raises(DataError, match=r"eu-2024 has limits of PM2.5, .*, CO, got 'NOx'"):
        exceeds(series, "eu-2024", "NOx")
    with pytest.raises(DataError, match=r"us-2024 limits PM2.5 by day, year, got 'hour'"):
        exceeds(series, "us-2024", "PM2.5", "hour")
    with pytest.raises(DataError, match=r"a variable must be one of PM2.5, got 'O3'"):
        exceeds(series, "eu-2024", "O3")


def test_another_unit_is_refused() -> None:
    with pytest.raises(DataError, match=r"PM2.5 must be in ug/m3 .*, got 'mg/m3'"):
        exceeds(hours_of("PM2.5", np.ones(24), unit="mg/m3"), "eu-2024")
