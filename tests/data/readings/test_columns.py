from pathlib import Path

import pytest

from gnnlab.data.readings.columns import Columns, Wanted, find_columns
from gnnlab.data.readings.findings import Findings
from gnnlab.data.readings.tables import open_table
from gnnlab.errors import DataError


def find(
    tmp_path: Path, header: str, wanted: Wanted | None = None, time: str = "2021-01-01 05:00"
) -> tuple[Columns, list[str]]:
    path = tmp_path / "a.csv"
    path.write_text(header + "\n" + ",".join([time] + ["1"] * header.count(",")))
    findings = Findings()
    columns = find_columns(open_table(path), wanted or Wanted(), findings)
    return columns, [f"{issue.kind}: {issue.rule}" for issue in findings.issues]


def test_columns_are_found_by_name_and_that_is_said(tmp_path: Path) -> None:
    columns, said = find(tmp_path, "Date,Site Name,pm25_ugm3,CO [mg/m3],TEMP,No,flag")
    assert columns == Columns(
        ("Date",),
        ("Site Name",),
        {
            "pm25_ugm3": ("PM2.5", "ug/m3"),
            "CO [mg/m3]": ("CO", "mg/m3"),
            "TEMP": ("temperature", None),
        },
    )
    assert said == [
        "guessed column: time is 'Date'",
        "guessed column: station is 'Site Name'",
        "guessed column: PM2.5 is 'pm25_ugm3'",
        "guessed column: CO is 'CO [mg/m3]'",
        "guessed column: temperature is 'TEMP'",
        "columns not read: left out: 'No', 'flag'",
    ]


def test_what_is_told_is_not_guessed(tmp_path: Path) -> None:
    wanted = Wanted("when", "id", ["traffic"], {"traffic", "odd"})
    columns, said = find(tmp_path, "when,station,id,traffic,odd (km)", wanted)
    assert columns.time == ("when",)
    assert columns.station == ("id",)
    assert columns.variables == {"traffic": ("traffic", None)}
    assert said == ["columns not read: left out: 'station', 'odd (km)'"]
    columns, _ = find(tmp_path, "when,id,odd (km)", Wanted("when", "id", (), {"odd (km)"}))
    assert columns.variables == {"odd (km)": ("odd (km)", None)}


def test_a_column_may_be_a_station(tmp_path: Path) -> None:
    wanted = Wanted(target=["PM2.5"], known_stations=["Park", "Lake", "Hill"])
    columns, said = find(tmp_path, "time,Lake,Park,note", wanted)
    assert columns.stations == ("Lake", "Park")
    assert columns.variables == dict.fromkeys(("Lake", "Park"), ("PM2.5", None))
    assert said[1:] == [
        "guessed column: each column is a station: 'Lake', 'Park'",
        "columns not read: left out: 'note'",
    ]
    columns, _ = find(tmp_path, "time,Lake,Park", Wanted(target=["PM2.5 (mg/m3)"]))
    assert columns.stations == ("Lake", "Park")
    assert columns.variables["Park"] == ("PM2.5", "mg/m3")
    with pytest.raises(
        DataError, match=r"the target must name their .* such as --target PM2.5, got noth"
    ):
        find(tmp_path, "time,Lake,Park")


def test_a_file_may_be_a_station(tmp_path: Path) -> None:
    columns, said = find(tmp_path, "time,PM2.5")
    assert columns.station == ()
    assert not columns.stations
    assert said[1:] == ["guessed column: a file is a station, called as the file"]


@pytest.mark.parametrize(
    ("header", "wanted", "said"),
    [
        ("time,site,x", Wanted(), "a.csv must have a column of readings .* got time, site, x"),
        ("2021-01-01 05:00,Park,7", Wanted(), "must have names of columns in its first line, got"),
        ("time,site,x", Wanted(time="Tine"), r"time column must .* 'Tine' \(closest: time\)"),
        ("time,site,x", Wanted(station="s"), "the station column must be one of time, site, x"),
        ("time,site,PM2.5,pm25_ugm3", Wanted(), "got PM2.5 in both 'PM2.5' and 'pm25_ugm3'"),
    ],
)
def test_columns_that_cannot_be_found_are_refused(
    tmp_path: Path, header: str, wanted: Wanted, said: str
) -> None:
    with pytest.raises(DataError, match=said):
        find(tmp_path, header, wanted)


def test_dates_that_nobody_can_order_are_still_the_time(tmp_path: Path) -> None:
    columns, _ = find(tmp_path, "x,note,PM2.5", time="03/04/2021 05:00")
    assert columns.time == ("x",)


def test_a_date_goes_with_the_clock_that_is_called_as_it(tmp_path: Path) -> None:
    header = "Date Local,Time Local,Date GMT,Time GMT,O3"
    path = tmp_path / "a.csv"
    path.write_text(
        f"{header}\n2020-12-31,18:00,2021-01-01,00:00,5\n2020-12-31,19:00,2021-01-01,01:00,6"
    )
    for said, time in (
        (None, ("Date GMT", "Time GMT")),
        ("Date Local", ("Date Local", "Time Local")),
    ):
        assert find_columns(open_table(path), Wanted(said), Findings()).time == time


def test_several_columns_may_be_the_station_together(tmp_path: Path) -> None:
    columns, said = find(tmp_path, "time,State Code,County Code,Site Num,O3")
    assert columns.station == ("State Code", "County Code", "Site Num")
    assert "guessed column: station is 'State Code', 'County Code', 'Site Num'" in said
    other = ("State_Code", "County_Code", "Site_Number")
    assert find(tmp_path, f"time,{','.join(other)},O3")[0].station == other
    for some in ("State Code,County Code", "State Code,Site Num", "County Code,Site Num"):
        assert find(tmp_path, f"time,{some},O3")[0].station == ()
    both = "time,State Code,Site Num,Site Number,O3"  # no county
    assert find(tmp_path, both)[0].station == ()
    assert find(tmp_path, "time,Site ID,State Code,County Code,Site Num,O3")[0].station == (
        "Site ID",
    )


def test_places_are_looked_for_only_where_they_count(tmp_path: Path) -> None:
    header = "time,station,O3,lat,Longitude [deg]"
    columns, said = find(tmp_path, header, Wanted(places=True))
    assert columns.place == ("Longitude [deg]", "lat")
    assert said[-1] == "guessed column: longitude and latitude are 'Longitude [deg]', 'lat'"
    columns, said = find(tmp_path, header)
    assert columns.place == ()
    assert said[-1] == "columns not read: left out: 'lat', 'Longitude [deg]'"
    assert find(tmp_path, "time,station,O3,lat", Wanted(places=True))[0].place == ()
