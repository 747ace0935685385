"""Beijing's twelve stations, on the real files."""

import csv
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from gnnlab.data import SensorSeries, Variable, cached_path, card
from gnnlab.data.air_quality import read_beijing


def raw_row(station: str, number: int) -> dict[str, str]:
    """A line of the file of a station, by its column ``No``."""
    beijing = card("beijing-air")
    (file,) = [one for one in beijing.files if f"_{station}_" in one.name]
    with Path(cached_path(beijing, file)).open(newline="") as lines:
        return next(row for row in csv.DictReader(lines) if row["No"] == str(number))


def test_35064_hours_at_12_stations_with_2_percent_of_pm25_missing(beijing: SensorSeries) -> None:
    assert beijing.values.shape[:2] == (35_064, 12)
    target = beijing.of("PM2.5").astype(float)
    assert round(100 * np.isnan(target).mean(), 2) == 2.08
    assert round(np.nanmean(target), 2) == 79.79


def test_the_card_says_what_the_series_holds(beijing: SensorSeries) -> None:
    known = card("beijing-air")
    assert known.shape == {"hours": len(beijing.times), "stations": len(beijing.stations)}
    measured = [one for one in beijing.variables if one.source == "measured"]
    assert [(one.name, one.unit, one.kind) for one in measured] == [
        (row["name"], row["unit"], row["kind"]) for row in known.variables
    ]
    for row in known.variables:
        values = beijing.of(row["name"]).astype(float)
        assert np.isnan(values).mean() == pytest.approx(row["missing"], abs=5e-5)
        assert np.nanmean(values) == pytest.approx(row["mean"], abs=5e-3)


def test_variables_and_their_columns_are_those_of_the_card(beijing: SensorSeries) -> None:
    known = card("beijing-air")
    rows = {row["name"]: row for row in known.variables}
    (wind, dew) = rows["wind v"], rows["dew point"] | {"kind": "target", "unit": "K"}
    paths = {file.name: cached_path(known, file) for file in known.files}
    series = read_beijing(replace(known, variables=[wind, dew]), paths)
    assert [each for each in series.variables if each.source == "measured"] == [
        Variable("wind v", "m/s", "past"),
        Variable("dew point", "K", "target"),
    ]
    for name in ("wind v", "dew point"):
        np.testing.assert_array_equal(series.of(name), beijing.of(name))


def test_pm25_is_the_target_other_measurements_past_the_calendar_future(
    beijing: SensorSeries,
) -> None:
    assert beijing.names("target") == ["PM2.5"]
    assert beijing.names("past") == [
        *("PM10", "SO2", "NO2", "CO", "O3"),
        *("temperature", "pressure", "dew point", "rain", "wind u", "wind v"),
    ]
    assert {one.source for one in beijing.variables if one.kind == "future"} == {"calendar"}
    assert len(beijing.names("future")) == 6
    assert not beijing.perfect_weather


def test_hours_are_those_of_beijing_from_march_2013_to_february_2017(beijing: SensorSeries) -> None:
    ends = beijing.times[[0, -1]].astype(str).tolist()
    assert ends == ["2013-02-28T16:00:00", "2017-02-28T15:00:00"]
    local = beijing.local_times[[0, -1]].astype(str).tolist()
    assert local == ["2013-03-01T00:00:00", "2017-02-28T23:00:00"]
    assert beijing.step == np.timedelta64(1, "h")
    assert beijing.time_zone == "Asia/Shanghai"


@pytest.mark.parametrize(("station", "number"), [("Aotizhongxin", 1), ("Wanliu", 20_000)])
def test_a_row_of_the_file_is_a_time_of_the_series(
    beijing: SensorSeries, station: str, number: int
) -> None:
    row = raw_row(station, number)
    place = list(beijing.stations.index).index(station)
    hour = f"{row['year']}-{int(row['month']):02}-{int(row['day']):02}T{int(row['hour']):02}"
    assert beijing.local_times[number - 1] == np.datetime64(hour)
    columns = {each["name"]: each["column"] for each in card("beijing-air").variables}
    for name, column in columns.items():
        if column in row:
            assert beijing.of(name)[number - 1, place] == np.float32(row[column])


def test_the_wind_of_the_first_hour_by_hand(beijing: SensorSeries) -> None:
    row = raw_row("Aotizhongxin", 1)
    assert (row["wd"], row["WSPM"]) == ("NNW", "4.4")
    place = list(beijing.stations.index).index("Aotizhongxin")
    # From the north-north-west, 22.5 degrees west of north: towards east and mostly south.
    assert beijing.of("wind u")[0, place] == pytest.approx(4.4 * 0.3826834)
    assert beijing.of("wind v")[0, place] == pytest.approx(-4.4 * 0.9238795)


def test_stations_have_coordinates_and_a_type(beijing: SensorSeries) -> None:
    assert beijing.stations.loc["Dingling"].tolist() == [116.22, 40.292, "background"]
    assert beijing.stations["type"].value_counts().to_dict() == {
        "urban": 8,
        "suburban": 3,
        "background": 1,
    }
    assert beijing.stations["longitude"].between(116, 117).all()
    assert beijing.stations["latitude"].between(39.5, 40.5).all()
