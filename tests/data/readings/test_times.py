from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from gnnlab.data.readings.column_names import time_columns
from gnnlab.data.readings.findings import Findings
from gnnlab.data.readings.stamps import NOT_A_TIME
from gnnlab.data.readings.tables import open_table
from gnnlab.data.readings.times import utc_seconds
from gnnlab.errors import DataError


def read(
    tmp_path: Path, text: str, zone: str | None = None, who: list[int] | None = None
) -> tuple[list[str], Findings]:
    path = tmp_path / "a.csv"
    path.write_text(text)
    table, findings = open_table(path), Findings()
    numbers = np.zeros(table.num_rows, int) if who is None else np.array(who)
    found, _ = utc_seconds(table, time_columns(table, None), zone, numbers, findings)
    return [
        "" if each == NOT_A_TIME else str(np.datetime64(int(each), "s"))[:16] for each in found
    ], findings


def kinds(findings: Findings) -> list[tuple[str, int, str]]:
    return [(issue.kind, issue.count, issue.first) for issue in findings.issues]


@pytest.mark.parametrize(
    "text",
    [
        "time,x\n2021-03-04 05:30,1\n",
        "Date,Time,x\n2021-03-04,05:30,1\n",
        "date,hour,x\n2021-03-04 00:00:00,5:30,1\n",
        "Datum;Uhrzeit;x\n04.03.2021;05:30;1\n",
        "x,year,month,day,hour,minute\n1,2021,3,4,5,30\n",
        "when it was,x\n4.3.2021 05:30,1\n",
        "x,timestamp\n1,1614835800\n",
        "time,hour,x\n2021-03-04 05:30,7,1\n",
        "code,x,measured\n20200101,1,202103040530\n".replace("measured", "date"),
    ],
)
def test_the_time_may_be_one_column_or_several(tmp_path: Path, text: str) -> None:
    assert read(tmp_path, text)[0] == ["2021-03-04T05:30"]


def test_hours_from_1_to_24_end_at_midnight(tmp_path: Path) -> None:
    times, _ = read(tmp_path, "year,month,day,hour,x\n2021,12,31,1,0\n2021,12,31,24,0\n")
    assert times == ["2021-12-31T01:00", "2022-01-01T00:00"]


def test_days_need_no_hour(tmp_path: Path) -> None:
    assert read(tmp_path, "year,month,day,x\n2021,3,4,0\n")[0] == ["2021-03-04T00:00"]
    assert read(tmp_path, "date,x\n2021-03-04,0\n")[0] == ["2021-03-04T00:00"]


def test_times_without_a_zone_are_utc_and_that_is_said(tmp_path: Path) -> None:
    text = "time,x\n2021-07-01 12:00+02:00,0\n2021-07-01 12:00,0\n2021-07-01 12:00Z,0\n"
    times, findings = read(tmp_path, text)
    assert times == ["2021-07-01T10:00", "2021-07-01T12:00", "2021-07-01T12:00"]
    assert kinds(findings) == [("guessed time zone", 1, "a.csv, line 3")]


def test_a_column_that_says_utc_is_utc_whatever_the_clock_there(tmp_path: Path) -> None:
    for name in ("datetime_utc", "Date (UTC)", "time UTC", "GMT time"):
        text = f"{name},x\n2021-07-01 12:00,0\n"
        times, findings = read(tmp_path, text, "Europe/Paris")
        assert times == ["2021-07-01T12:00"]
        assert not findings.issues


def test_a_whole_year_of_hours_on_a_clock_with_summer_time_is_read_back(tmp_path: Path) -> None:
    zone, start = ZoneInfo("Europe/Berlin"), datetime(2021, 1, 1, tzinfo=UTC)
    moments = [start + timedelta(minutes=30 * number) for number in range(2 * 8760)]
    clock = [moment.astimezone(zone).strftime("%d.%m.%Y %H:%M") for moment in moments]
    text = "\n".join(["time,x", *(f"{each},0" for each in clock)])
    times, findings = read(tmp_path, text, "Europe/Berlin")
    assert times == [moment.strftime("%Y-%m-%dT%H:%M") for moment in moments]
    place = f"a.csv, line {clock.index('31.10.2021 02:00') + 2}"
    assert kinds(findings) == [("hours that come twice", 4, place)]


def test_where_the_newest_row_comes_first_the_second_of_two_hours_is_summer_time(
    tmp_path: Path,
) -> None:
    rows = ["03:00", "02:30", "02:00", "02:30", "02:00", "01:30"]
    text = "".join(["time,x\n", *(f"2021-10-31 {clock},0\n" for clock in rows)])
    times, findings = read(tmp_path, text, "Europe/Paris")
    hours = ["02:00", "01:30", "01:00", "00:30", "00:00"]
    assert times == [*(f"2021-10-31T{hour}" for hour in hours), "2021-10-30T23:30"]
    assert kinds(findings) == [("hours that come twice", 4, "a.csv, line 3")]
    assert "newest rows come first" in findings.issues[0].rule


def test_each_station_has_its_own_doubles(tmp_path: Path) -> None:
    row = "2021-10-31 02:00,0\n"
    times, _ = read(tmp_path, "time,x\n" + 4 * row, "Europe/Paris", [0, 1, 0, 1])
    assert times == ["2021-10-31T00:00"] * 2 + ["2021-10-31T01:00"] * 2


def test_hours_that_the_clock_skips_are_left_out_and_counted(tmp_path: Path) -> None:
    text = "time,x\n2021-03-28 01:00,0\n2021-03-28 02:00,0\n2021-03-28 03:00,0\n"
    times, findings = read(tmp_path, text, "Europe/Paris")
    assert times == ["2021-03-28T00:00", "", "2021-03-28T01:00"]
    assert kinds(findings) == [("hours that the clock skips", 1, "a.csv, line 3")]
    times, findings = read(tmp_path, text, "+01:00")
    assert times == ["2021-03-28T00:00", "2021-03-28T01:00", "2021-03-28T02:00"]
    assert not findings.issues


def test_empty_rows_are_left_out_and_counted(tmp_path: Path) -> None:
    times, findings = read(tmp_path, "time,x\n2021-03-04 00:00,0\n,\n ,NA\n2021-03-05 00:00,0\n")
    assert times == ["2021-03-04T00:00", "", "", "2021-03-05T00:00"]
    assert ("empty rows", 2, "a.csv, line 3") in kinds(findings)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("time,x\n2021-03-04,0\nnoon,0\n", r"a\.csv, line 3: time must be .* got 'noon'"),
        ("time,x\n2021-03-04,0\n,0\n", r"a\.csv, line 3: time must be a time, got nothing"),
        ("date,hour,x\n2021-03-04,,0\n", "line 2: date and hour must be .* got '2021-03-04 '"),
        ("year,month,day,x\n2021,2,30,0\n", "line 2: year and month .* got '2021 2 30'"),
        ("time,x\nnoon,0\n", r"a\.csv, line 2: time must be .* got 'noon'"),
        ("value,x\n7,0\n", "a.csv must have a column of times, .* got value, x"),
    ],
)
def test_what_is_no_time_is_refused_with_its_line(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(DataError, match=said):
        read(tmp_path, text)


def test_a_place_that_has_no_clock_is_refused(tmp_path: Path) -> None:
    for zone in ("Mars/Base", "+99:00", ""):
        with pytest.raises(DataError, match="a time zone must be a name such as Europe/Paris"):
            read(tmp_path, "time,x\n2021-03-04 05:00,0\n", zone)


@pytest.mark.parametrize(("zone", "offset"), [("Europe/Berlin", 1), ("Australia/Sydney", 10)])
@pytest.mark.parametrize("hours", [3, 24])
def test_rare_readings_keep_standard_time_so_that_their_days_and_steps_stay(
    tmp_path: Path, zone: str, offset: int, hours: int
) -> None:
    clock = [datetime(2024, 1, 1, 2) + timedelta(hours=n * hours) for n in range(366 * 24 // hours)]
    text = "time,x\n" + "".join(f"{now:%Y-%m-%d %H:%M},1\n" for now in clock)
    found, findings = read(tmp_path, text, zone)
    assert found == [f"{now - timedelta(hours=offset):%Y-%m-%dT%H:%M}" for now in clock]
    changed = ("times of a clock that changes", len(clock), "a.csv, line 2")
    assert kinds(findings) == [changed]
    for written, utc in zip(clock, found, strict=True):
        there = datetime.fromisoformat(utc).replace(tzinfo=UTC).astimezone(ZoneInfo(zone))
        assert there.date() == written.date() or hours < 24


def test_days_that_are_stamped_at_their_end_keep_their_date_on_summer_time(tmp_path: Path) -> None:
    text = "time,x\n" + "".join(f"2024-{month:02}-05 23:59,1\n" for month in range(1, 13))
    found, findings = read(tmp_path, text + "2024-12-06 00:00,1\n", "Europe/Berlin")
    assert found == [
        *(f"2024-{month:02}-05T21:59" for month in range(1, 13)),
        "2024-12-05T23:00",
    ]
    assert [(each.count, each.first, each.rule.split()[-8:-5]) for each in findings.issues] == [
        (1, "a.csv, line 14", ["on", "standard", "time"]),
        (12, "a.csv, line 2", ["on", "summer", "time"]),
    ]


def test_rare_readings_of_a_clock_that_does_not_change_are_as_they_say(tmp_path: Path) -> None:
    found, findings = read(tmp_path, "time,x\n2024-07-01,1\n2024-07-02,2\n", "Asia/Shanghai")
    assert found == ["2024-06-30T16:00", "2024-07-01T16:00"]
    assert kinds(findings) == []
