"""Daily readings stand on their own day, whatever hour the file gives them."""

from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from gnnlab.data.readings import read_readings
from gnnlab.data.series import SensorSeries

DAYS = [datetime(2021, 1, 1) + timedelta(days=day) for day in range(365)]
CLOCKS = ["00:00", "00:05", "08:59", "12:00", "22:59", "23:00", "23:30", "23:59", "23:59:59"]


def read(tmp_path: Path, stamps: list[str], zone: str | None, station: str = "P") -> SensorSeries:
    path = tmp_path / f"{station}.csv"
    rows = (f"{stamp},{number}\n" for number, stamp in enumerate(stamps))
    path.write_text("time,PM10 (ug/m3)\n" + "".join(rows))
    return read_readings(path, time_zone=zone)


def check(series: SensorSeries, days: list[datetime] = DAYS) -> None:
    """Each value is on the day of its number, on the clock there."""
    assert series.local_times.astype("datetime64[D]").tolist() == [day.date() for day in days]
    assert series.values[:, 0, 0].tolist() == list(range(len(days)))


@pytest.mark.parametrize("clock", CLOCKS)
@pytest.mark.parametrize(
    "zone", ["UTC", "Asia/Shanghai", "-05:00", "Europe/Berlin", "America/New_York"]
)
def test_a_reading_of_a_day_stays_on_its_day(tmp_path: Path, clock: str, zone: str) -> None:
    check(read(tmp_path, [f"{day:%Y-%m-%d} {clock}" for day in DAYS], zone))


@pytest.mark.parametrize("clock", CLOCKS)
@pytest.mark.parametrize("part", [slice(150), slice(120, 310)])  # most in winter, or in summer
def test_so_does_one_that_says_how_far_ahead_the_clock_is(
    tmp_path: Path, clock: str, part: slice
) -> None:
    days, berlin = DAYS[part], ZoneInfo("Europe/Berlin")
    times = (datetime.fromisoformat(f"{day:%Y-%m-%d} {clock}") for day in days)
    stamps = [time.replace(tzinfo=berlin).isoformat() for time in times]
    series = read(tmp_path, stamps, "Europe/Berlin")
    check(series, days)
    if clock in ("00:00", "23:59"):
        times = {"00:00": {"00:00", "01:00"}, "23:59": {"22:59", "23:59"}}[clock]
        assert {str(time)[11:16] for time in series.local_times} == times


def test_so_do_weeks(tmp_path: Path) -> None:
    days, berlin = DAYS[85:350:7], ZoneInfo("Europe/Berlin")
    stamps = [day.replace(tzinfo=berlin).isoformat() for day in days]
    check(read(tmp_path, stamps, "Europe/Berlin"), days)


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "Europe/Berlin"])
@pytest.mark.parametrize("most", ["00:00", "23:59"])
def test_days_that_some_stations_begin_and_others_end_with_are_the_same(
    tmp_path: Path, zone: str, most: str
) -> None:
    for station, clock in (("P", "00:00"), ("Q", "23:59"), ("R", most)):
        read(tmp_path, [f"{day:%Y-%m-%d} {clock}" for day in DAYS], zone, station)
    series = read_readings([tmp_path / f"{name}.csv" for name in "PQR"], time_zone=zone)
    assert len(series.times) == 365
    for station in range(3):
        check(series.at_stations([series.stations.index[station]]))
    (moved,) = [issue.rule for issue in series.issues if issue.kind == "times beside a step"]
    assert moved.endswith("23:59:00 away" if zone == "Asia/Shanghai" else " away")


def test_a_value_from_the_end_of_a_day_is_not_known_at_its_beginning(tmp_path: Path) -> None:
    for clock in ("23:59", "23:59:59"):
        series = read(tmp_path, [f"{day:%Y-%m-%d} {clock}" for day in DAYS], "Asia/Shanghai")
        assert str(series.local_times[4]) == "2021-01-05T23:59:00"
    series = read(tmp_path, [f"{day:%Y-%m-%d} 23:59" for day in DAYS], "Europe/Berlin")
    assert str(series.local_times[4]) == "2021-01-05T22:59:00"  # 23:59 in summer, in equal steps
    assert str(series.local_times[200]) == "2021-07-20T23:59:00"


def test_minutes_after_midnight_are_midnight(tmp_path: Path) -> None:
    stamps = [f"{day:%Y-%m-%d} 00:0{day.day % 3}" for day in DAYS]
    series = read(tmp_path, stamps, "Asia/Shanghai")
    check(series)
    assert {str(time)[11:] for time in series.local_times} == {"00:00:00"}


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "Europe/Berlin"])
def test_weeks_begin_on_the_day_that_they_are_dated_by(tmp_path: Path, zone: str) -> None:
    weeks = DAYS[::7]
    check(read(tmp_path, [f"{day:%Y-%m-%d} 23:59" for day in weeks], zone), weeks)


def test_times_that_scatter_about_midnight_are_the_nearest_midnight(tmp_path: Path) -> None:
    late = [timedelta(minutes=(-2, 0, 0, 2)[day.day % 4]) for day in DAYS]
    stamps = [f"{day + by:%Y-%m-%d %H:%M}" for day, by in zip(DAYS, late, strict=True)]
    check(read(tmp_path, stamps, "Asia/Shanghai"))
