import gzip
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gnnlab.data.readings import read_readings
from gnnlab.data.series import SensorSeries
from gnnlab.errors import DataError

NONE = np.nan
TIMES = [f"2021-01-01T{hour:02}:00:00Z" for hour in range(6)]
LONG = pandas.DataFrame(
    {
        "time": [time for time in TIMES for _ in range(3)],
        "station": ["b", "a", "c"] * 6,
        "PM2.5 (ug/m3)": np.arange(18) / 4 + 1,
        "RH": np.arange(18) + 40,
    }
)


def same(left: SensorSeries, right: SensorSeries) -> bool:
    return (
        np.array_equal(left.values, right.values, equal_nan=True)
        and np.array_equal(left.times, right.times)
        and list(left.stations.index) == list(right.stations.index)
        and left.variables == right.variables
    )


def issues(series: SensorSeries) -> dict[str, tuple[int, str]]:
    return {issue.kind: (issue.count, issue.first) for issue in series.issues}


def written(folder: Path, text: str, name: str = "a.csv") -> Path:
    path = folder / name
    path.write_text(text)
    return path


@pytest.fixture
def long(tmp_path: Path) -> Path:
    return written(tmp_path, LONG.to_csv(index=False), "long.csv")


def test_a_row_is_a_time_and_a_station(long: Path) -> None:
    series = read_readings(long)
    assert list(series.stations.index) == ["a", "b", "c"]
    assert [(each.name, each.unit, each.kind) for each in series.variables] == [
        ("PM2.5", "ug/m3", "target"),
        ("humidity", "%", "past"),
    ]
    assert series.times.astype(str).tolist() == [time[:-1] for time in TIMES]
    assert series.of("PM2.5").tolist() == [
        [1.25 + row * 0.75, 1 + row * 0.75, 1.5 + row * 0.75] for row in range(6)
    ]
    assert series.name == "long"
    assert issues(series)["guessed target"] == (1, "long.csv")


def test_other_files_of_the_same_readings_give_the_same_series(long: Path, tmp_path: Path) -> None:
    series = read_readings(long)
    packed = tmp_path / "long.csv.gz"
    packed.write_bytes(gzip.compress(long.read_bytes()))
    assert same(read_readings(packed), series)
    typed = tmp_path / "long.parquet"
    LONG.assign(time=pandas.to_datetime(LONG["time"])).to_parquet(typed)
    assert same(read_readings(str(typed)), series)
    german = tmp_path / "german.csv"
    LONG.to_csv(german, sep=";", decimal=",", encoding="utf-16", index=False)
    assert same(read_readings(german), series)
    early, late = tmp_path / "2020.csv", tmp_path / "2021.csv"
    LONG[:7].to_csv(early, index=False)
    LONG[7:].to_csv(late, index=False)
    assert same(read_readings([late, early]), series)


def test_a_column_may_be_a_station(long: Path, tmp_path: Path) -> None:
    wide = LONG.pivot(index="time", columns="station", values="PM2.5 (ug/m3)")
    path = tmp_path / "wide.csv"
    wide.to_csv(path)
    series = read_readings(path, target="PM2.5")
    assert np.array_equal(series.of("PM2.5"), read_readings(long).of("PM2.5"))
    thousand = read_readings(path, target="PM2.5", units={"PM2.5": "mg/m3"})
    assert np.array_equal(thousand.values, 1000 * series.values)
    with pytest.raises(DataError, match="the target must name their variable"):
        read_readings(path)


def test_a_file_may_be_a_station(long: Path, tmp_path: Path) -> None:
    paths = []
    for name, rows in LONG.groupby("station"):
        paths.append(tmp_path / f"{name}.csv")
        rows.drop(columns="station").to_csv(paths[-1], index=False)
    series = read_readings(paths)
    assert same(series, read_readings(long))
    assert series.name == tmp_path.name
    table = pandas.DataFrame({"longitude": [1.0], "latitude": [2.0]}, index=["Park"])
    path = written(tmp_path, "time,O3\n2021-01-01 00:00,1\n2021-01-01 01:00,2\n", "x_Park_21.csv")
    assert list(read_readings(path, table).stations.index) == ["Park"]


def test_files_may_hold_different_variables_of_the_same_hours(long: Path, tmp_path: Path) -> None:
    paths = [tmp_path / "pm.csv", tmp_path / "rh.csv"]
    LONG.drop(columns="RH").to_csv(paths[0], index=False)
    LONG.drop(columns="PM2.5 (ug/m3)").to_csv(paths[1], index=False)
    series = read_readings(paths)
    assert same(series, read_readings(long))
    assert "duplicate rows" not in issues(series)


@settings(max_examples=25)
@given(st.data())
def test_neither_the_order_of_rows_nor_repeated_ones_matter(data: st.DataObject) -> None:
    order = data.draw(st.permutations(range(len(LONG))))
    again = data.draw(st.lists(st.sampled_from(range(len(LONG))), max_size=9))
    with TemporaryDirectory() as folder:
        first, second = Path(folder) / "a.csv", Path(folder) / "b.csv"
        LONG.to_csv(first, index=False)
        LONG.iloc[[*order, *again]].to_csv(second, index=False)
        plain, shuffled = read_readings(first), read_readings(second)
    assert same(plain, shuffled)
    assert issues(shuffled).get("duplicate rows", (0, ""))[0] == len(again)


def test_units_come_from_the_header_or_the_argument_or_are_guessed_and_said(tmp_path: Path) -> None:
    text = "time,station,CO [mg/m3],NO2,TEMP\n2021-01-01 00:00,a,0.5,10,280\n"
    path = written(tmp_path, text + "2021-01-01 01:00,a,0.25,20,290\n")
    series = read_readings(path, units={"NO2": "ppb", "TEMP": "K"}, target=["CO", "NO2"])
    assert series.names("target") == ["CO", "NO2"]
    assert series.of("CO")[:, 0].tolist() == [500, 250]
    assert series.of("NO2")[0, 0] == pytest.approx(10 * 46.0055 / 24.055, rel=1e-4)
    assert series.of("temperature")[:, 0] == pytest.approx([6.85, 16.85], abs=1e-4)
    assert "guessed unit" not in issues(series)
    assert issues(read_readings(path, units={"TEMP": "K"}))["guessed unit"] == (1, "a.csv")


def test_a_variable_of_ones_own_is_read_where_it_is_named(tmp_path: Path) -> None:
    rows = "".join(f"2021-01-01 0{hour}:00,a,{hour},{hour + 3}\n" for hour in range(3))
    path = written(tmp_path, "time,station,traffic,Benzene (ug/m3)\n" + rows)
    series = read_readings(path, target="Benzene", units={"traffic": "cars/h"})
    assert [(each.name, each.unit, each.kind) for each in series.variables] == [
        ("Benzene", "ug/m3", "target"),
        ("traffic", "cars/h", "past"),
    ]


def test_measurements_are_known_ahead_only_as_perfect_weather(long: Path) -> None:
    with pytest.raises(DataError, match="got humidity of kind future"):
        read_readings(long, future=["RH"])
    series = read_readings(long, future=["RH"], perfect_weather=True)
    assert series.names("future") == ["humidity"]
    assert series.perfect_weather


def test_a_file_of_weather_alone_has_its_first_variable_as_target(tmp_path: Path) -> None:
    path = written(tmp_path, "time,TEMP,RH\n2021-01-01 00:00,1,50\n2021-01-01 01:00,2,60\n")
    assert read_readings(path).names("target") == ["temperature"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"target": "PM10"}, r"target must be one of PM2\.5, humidity, .* got 'PM10'"),
        ({"units": {"rh": "%", "RHH": "%"}}, r"unit must be .* got 'RHH' \(closest: RH\)"),
        ({"future": ["rain"], "perfect_weather": True}, "future must be one of"),
        ({"future": ["PM2.5"], "perfect_weather": True}, "not be a target, got PM2.5 as both"),
        ({"time": "tme"}, r"time column must be .* got 'tme' \(closest: time\)"),
        ({"station": "no"}, "the station column must be one of time, station"),
        ({"path": []}, "readings must be in at least 1 file, got none"),
        ({"path": "nowhere.csv"}, "nowhere.csv does not exist"),
    ],
)
def test_what_is_not_there_is_refused(long: Path, arguments: dict, said: str) -> None:
    with pytest.raises(DataError, match=said):
        read_readings(**{"path": long, **arguments})


def test_a_unit_of_an_unknown_column_is_refused_before_values_are_read(tmp_path: Path) -> None:
    text = "time,station,no2\n2021-01-01 00:00,a,0.01\n2021-13-01 01:00,a,b\n"
    said = r"the unit must be one of NO2, no2, got 'NO22' \(closest: NO2\)"
    with pytest.raises(DataError, match=said):
        read_readings(written(tmp_path, text), units={"NO22": "ppb"})
    text = "time,station,parameter,value\n2021-01-01 00:00,a,no2,0.01\n2021-13-01 01:00,a,no2,b\n"
    with pytest.raises(DataError, match=said):
        read_readings(written(tmp_path, text), units={"NO22": "ppb"})


@pytest.mark.parametrize("name", ["NO2", "nitrogen_dioxide", "no2", "NO2 (ppb)"])
def test_a_unit_counts_however_its_variable_is_called(tmp_path: Path, name: str) -> None:
    wide = written(
        tmp_path, "time,a,nitrogen_dioxide\n2021-01-01 00:00,x,2\n2021-01-01 01:00,x,3\n"
    )
    one = "time,station,parameter,value\n2021-01-01 00:00,a,nitrogen_dioxide,2\n"
    rows = written(tmp_path, one + "2021-01-01 01:00,a,nitrogen_dioxide,3\n", "b.csv")
    for path in (wide, rows):
        values = read_readings(path, units={name: "mg/m3"}).of("NO2")
        assert values[:, 0].tolist() == [2000, 3000]


def test_a_row_without_a_station_is_refused_with_its_line(tmp_path: Path) -> None:
    path = written(tmp_path, "time,station,O3\n2021-01-01 00:00,a,1\n2021-01-01 01:00, ,1\n")
    with pytest.raises(DataError, match=r"a\.csv, line 3: station must name a station, got noth"):
        read_readings(path)


def test_a_direction_of_wind_alone_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path, "time,wd\n2021-01-01 00:00,N\n2021-01-01 01:00,E\n")
    with pytest.raises(DataError, match="must hold readings, got a direction of wind alone"):
        read_readings(path)


def test_the_unit_of_a_wind_can_be_said_though_it_becomes_components(tmp_path: Path) -> None:
    rows = "2021-01-01 00:00,W,36\n2021-01-01 01:00,N,18\n"
    path = written(tmp_path, "time,wd,WSPM\n" + rows)
    for units in ({"WSPM": "km/h"}, {"wind speed": "km/h"}):
        series = read_readings(path, units=units)
        assert series.of("wind u")[:, 0] == pytest.approx([10, 0])
        assert series.of("wind v")[:, 0] == pytest.approx([0, -5])
    with pytest.raises(DataError, match="target must be one of wind u, wind v, got 'WSPM'"):
        read_readings(path, target="WSPM")


def test_days_of_a_place_with_summer_time_are_a_regular_series(tmp_path: Path) -> None:
    days = pandas.date_range("2021-01-01", "2021-12-31").strftime("%d.%m.%Y")
    path = written(tmp_path, "Datum,O3\n" + "".join(f"{day},{day[:2]}\n" for day in days))
    series = read_readings(path, time_zone="Europe/Berlin")
    assert len(series.times) == 365
    assert series.observed.all()
    assert series.step == np.timedelta64(1, "D")


@pytest.mark.parametrize(
    ("offsets", "clock"),
    [
        (("+08:00", "+08:00"), "+08:00"),
        (("-03:30", "-03:30"), "-03:30"),
        (("Z", "+00:00"), "UTC"),
        (("+01:00", "+02:00"), "UTC"),
    ],
)
def test_days_are_those_of_the_offset_that_all_times_have(
    tmp_path: Path, offsets: tuple[str, str], clock: str
) -> None:
    rows = [f"2021-01-0{day} 00:00{offset},{day}\n" for day, offset in enumerate(offsets, 1)]
    path = written(tmp_path, "time,O3\n" + "".join(rows))
    series = read_readings(path)
    assert series.time_zone == clock
    assert [issue.rule for issue in series.issues if issue.kind == "guessed time zone"] == [
        f"days are those of {clock}"
    ]


@pytest.mark.parametrize("offset", ["", "+01:00"])
def test_a_time_zone_is_guessed_once(tmp_path: Path, offset: str) -> None:
    path = written(tmp_path, f"time,O3\n2021-01-01 00:00,1\n2021-01-02 00:00{offset},2\n")
    series = read_readings([path, written(tmp_path, "time,NO2\n2021-01-01 00:00,3\n", "b.csv")])
    assert series.time_zone == "UTC"
    assert [issue.rule for issue in series.issues if issue.kind == "guessed time zone"] == [
        "times without a zone are UTC, and so are days"
    ]
    assert read_readings(path, time_zone="Asia/Tokyo").time_zone == "Asia/Tokyo"


def test_numbers_may_name_stations_and_keep_their_zeros(tmp_path: Path) -> None:
    rows = "2021-01-01 00:00,{0},1\n2021-01-01 01:00,{0},1\n"
    path = written(tmp_path, "time,station,O3\n" + rows.format("012") + rows.format("NA"))
    assert list(read_readings(path).stations.index) == ["012", "NA"]
    typed = tmp_path / "a.parquet"
    frame = pandas.DataFrame(
        {"time": TIMES, "station": 3 * [1234567] + 3 * [1234568], "O3": range(6)}
    )
    frame.to_parquet(typed)
    assert list(read_readings(typed).stations.index) == ["1234567", "1234568"]
    table = pandas.DataFrame({"longitude": [1.0], "latitude": [2.0]}, index=[12])
    path = written(tmp_path, "time,station,O3\n" + rows.format("12"))
    assert read_readings(path, table).stations["longitude"].tolist() == [1]


def test_a_row_may_be_of_one_variable(long: Path, tmp_path: Path) -> None:
    rows = LONG.rename(columns={"PM2.5 (ug/m3)": "pm25", "RH": "relativehumidity"}).melt(
        ["time", "station"], var_name="parameter"
    )
    rows["unit"] = np.where(rows["parameter"] == "pm25", "µg/m³", "%")
    rows.loc[1, ["value", "unit"]] = [rows.loc[1, "value"] / 1000, "mg/m³"]
    path = tmp_path / "rows.csv"
    pandas.concat([rows, rows[:1].assign(parameter="um003")]).to_csv(path, index=False)
    series = read_readings(path)
    assert same(series, read_readings(long))
    assert issues(series)["rows not read"] == (1, "rows.csv, line 38")
    assert "duplicate rows" not in issues(series)
    rows.assign(parameter="um003").to_csv(path, index=False)
    with pytest.raises(DataError, match=r"of a variable such as PM2\.5, got um003 in column param"):
        read_readings(path)


def test_a_direction_in_rows_of_its_own_is_left_out_and_said(tmp_path: Path) -> None:
    text = LONG[:6].melt(["time", "station"], var_name="pollutant").to_csv(index=False)
    text = text.replace("PM2.5 (ug/m3)", "wind speed").replace("RH", "wind direction")
    series = read_readings(written(tmp_path, text))
    assert series.names("target") == ["wind speed"]
    assert issues(series)["rows not read"] == (6, "a.csv, line 8")


def test_variables_in_rows_of_their_own_are_no_hours_that_come_twice(tmp_path: Path) -> None:
    rows = [
        f"2021-10-31 0{hour}:00,P,{parameter},{value}\n"
        for value, hour in enumerate((1, 2, 2, 3))
        for parameter in ("o3", "no2")
    ]
    path = written(tmp_path, "time,site,parameter,value\n" + "".join(rows))
    series = read_readings(path, time_zone="Europe/Berlin")
    assert series.values[:, 0].tolist() == [[value, value] for value in range(4)]


def test_a_running_number_is_no_station(tmp_path: Path) -> None:
    path = written(tmp_path, "id,time,O3\n1,2021-01-01 00:00,1\n2,2021-01-01 01:00,2\n", "P.csv")
    assert list(read_readings(path).stations.index) == ["P"]


def test_a_target_that_was_never_observed_is_refused(tmp_path: Path) -> None:
    head, rows = "time,station,pm25,NO2\n", "2021-01-01T0{}:00Z,Park,{},{}\n"
    path = written(tmp_path, head + "".join(rows.format(hour, "", 20 + hour) for hour in range(3)))
    with pytest.raises(DataError, match=r"target PM2\.5 must .* got no value in 'pm25' of a\.csv"):
        read_readings(path, target="PM2.5")
    series = read_readings(path)
    assert series.names("target") == ["NO2"]
    (rule,) = [each.rule for each in series.issues if each.kind == "guessed target"]
    assert rule == "the target is NO2: no value of PM2.5 was observed"
    codes = written(tmp_path, head + "".join(rows.format(hour, -999, "n/a") for hour in range(3)))
    with pytest.raises(DataError, match=r"PM2\.5 must be observed at least once"):
        read_readings(codes)
    one = "time,station,parameter,value\n" + "2021-01-01T0{}:00Z,Park,no2,\n" * 2
    with pytest.raises(DataError, match=r"got no value in 'no2' of a\.csv"):
        read_readings(written(tmp_path, one.format(1, 2)))


def test_a_question_mark_is_no_value(tmp_path: Path) -> None:
    path = written(
        tmp_path, "time,station,PM2.5\n2021-01-01T00:00Z,Park,?\n2021-01-01T01:00Z,Park,4"
    )
    assert "text in a number column" not in issues(read_readings(path))


def test_a_table_of_stations_goes_before_places_among_the_readings(tmp_path: Path) -> None:
    text = "time,station,O3,lat,lon\n2021-01-01 00:00,a,40,1,2\n2021-01-01 01:00,a,40,1,2\n"
    path = written(tmp_path, text)
    table = pandas.DataFrame({"longitude": [9.0], "latitude": [50.0]}, index=["a"])
    assert read_readings(path, table).stations.iloc[0].tolist() == [9, 50]
    assert "columns not read" in issues(read_readings(path, table))
    assert read_readings(path).stations.iloc[0].tolist() == [2, 1]
    assert "stations without coordinates" not in issues(read_readings(path))


@pytest.mark.parametrize(
    "units", [{"NO2": "ppb", "no2": "mg/m3"}, {"no2": "mg/m3", "nitrogen_dioxide": "ppb"}]
)
def test_two_units_of_one_variable_are_refused(tmp_path: Path, units: dict[str, str]) -> None:
    rows = "2021-01-01 00:00,x,2\n2021-01-01 01:00,x,3\n"
    one = written(tmp_path, "time,a,no2\n" + rows)
    two = written(tmp_path, "time,a,nitrogen_dioxide\n" + rows, "b.csv")
    (first, unit), (second, other) = units.items()
    said = f"NO2 must have one unit, got {unit} of {first!r} and {other} of {second!r}"
    with pytest.raises(DataError, match=said):
        read_readings([one, two], units=units)
    series = read_readings([one, two], units=dict.fromkeys(units, "mg/m3"))
    assert series.of("NO2")[0].tolist() == [2000, 2000]


@pytest.mark.parametrize("name", ["no2", "nitrogen_dioxide", "NO2", "NO2 [ppb]"])
def test_a_unit_counts_in_every_file(tmp_path: Path, name: str) -> None:
    one = written(tmp_path, "time,no2\n2021-01-01 00:00,2\n2021-01-01 01:00,2\n")
    two = written(tmp_path, "time,nitrogen_dioxide\n2021-01-01 00:00,2\n", "b.csv")
    rows = "time,parameter,value\n2021-01-01 00:00,no2,2\n"
    series = read_readings([one, two, written(tmp_path, rows, "c.csv")], units={name: "mg/m3"})
    assert series.of("NO2")[0].tolist() == [2000, 2000, 2000]


def test_columns_that_are_stations_may_have_a_unit_each(tmp_path: Path) -> None:
    path = written(tmp_path, "time,Lake,Park\n2021-01-01 00:00,2,2\n2021-01-01 01:00,3,3\n")
    table = pandas.DataFrame({"longitude": [1.0, 2.0], "latitude": 3.0}, index=["Lake", "Park"])
    series = read_readings(path, table, "PM10", units={"PM10": "ug/m3", "Lake": "mg/m3"})
    assert series.of("PM10")[0].tolist() == [2000, 2]


def test_of_many_columns_without_a_value_eight_are_told(tmp_path: Path) -> None:
    names = [f"s{number}" for number in range(10)]
    rows = "".join(f"2021-01-01 0{hour}:00{10 * ','}\n" for hour in range(2))
    path = written(tmp_path, f"time,{','.join(names)}\n{rows}".replace(",,\n", ",,NA\n"))
    with pytest.raises(DataError, match=r"got no value in 's0', .*'s6', 's7' of a\.csv"):
        read_readings(path, target="PM10 (ug/m3)")
