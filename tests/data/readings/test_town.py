"""A small town's files, made by hand with every trouble that readings have."""

import csv
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from gnnlab.data.readings import read_readings
from gnnlab.data.series import SensorSeries

TOWN = Path(__file__).parents[1] / "town"
BERLIN = ZoneInfo("Europe/Berlin")


@pytest.fixture(scope="module")
def town() -> SensorSeries:
    return read_readings(TOWN / "readings.csv", TOWN / "stations.csv", time_zone="Europe/Berlin")


def at(series: SensorSeries, variable: str, station: str, local: str, fold: int = 0) -> float:
    """The value at a local time; ``fold`` 1 is the second of two equal ones."""
    time = datetime.fromisoformat(local).replace(tzinfo=BERLIN, fold=fold).astimezone(UTC)
    row = (time.replace(tzinfo=None) - series.times[0].item()) // timedelta(hours=1)
    return float(series.of(variable)[row, list(series.stations.index).index(station)])


def test_every_trouble_is_counted_with_its_first_line_and_a_rule(town: SensorSeries) -> None:
    found = {
        (each.kind, each.count, each.first)
        for each in town.issues
        if each.kind not in ("guessed column", "columns not read")
    }
    assert found == {
        ("guessed encoding", 1, "readings.csv"),
        ("guessed target", 1, "readings.csv"),
        ("guessed unit", 1, "readings.csv"),
        ("negative concentrations", 2, "readings.csv, line 106 (PM2.5 (µg/m³))"),
        ("impossible values", 1, "readings.csv, line 116 (PM2.5 (µg/m³))"),
        ("codes for no value", 3, "readings.csv, line 153 (PM2.5 (µg/m³): -999)"),
        ("infinite numbers", 1, "readings.csv, line 252 (NO2 [ppb])"),
        ("stuck sensor", 7, "readings.csv, line 620 (PM2.5)"),
        ("empty rows", 1, "readings.csv, line 1002"),
        ("times beside a step", 3, "readings.csv, line 1003"),
        ("times between steps", 1, "readings.csv, line 1053"),
        ("hours that come twice", 10, "readings.csv, line 1532"),
        ("contradicting rows", 1, "readings.csv, line 1965"),
        ("unsorted rows", 5, "readings.csv, line 2062"),
        ("duplicate rows", 3, "readings.csv, line 2063"),
        ("missing rows", 42, "Bahnhof, 2021-10-26T16:00:00 UTC"),
        ("stations without coordinates", 1, "Hafen"),
        ("stations without readings", 1, "Altes Werk"),
        ("text in a number column", 3, "readings.csv, line 204 (PM2.5 (µg/m³): '<5')"),
    }
    assert all(each.rule for each in town.issues)


def test_every_trouble_is_mended_as_its_rule_says(town: SensorSeries) -> None:
    assert at(town, "PM2.5", "Waldrand", "2021-10-18T20:00") == 0
    for station, local in (
        ("Waldrand", "2021-10-18T22:00"),  # -30
        ("Hafen", "2021-10-19T06:00"),  # -999
        ("Mühlbach", "2021-10-19T16:00"),  # <5
        ("Mühlbach", "2021-10-19T17:00"),  # n/a
        ("Mühlbach", "2021-10-19T18:00"),  # ***
        ("Schulplatz", "2021-10-23T03:00"),  # stuck: the 24th hour of one value
        ("Bahnhof", "2021-10-26T18:00"),  # 18:25
        ("Waldrand", "2021-10-28T10:00"),  # missing
    ):
        assert np.isnan(at(town, "PM2.5", station, local)), (station, local)
    assert np.isnan(at(town, "NO2", "Hafen", "2021-10-19T08:00"))  # 9999
    assert np.isnan(at(town, "NO2", "Bahnhof", "2021-10-20T02:00"))  # inf
    assert np.isnan(at(town, "wind u", "Bahnhof", "2021-10-20T12:00"))  # umlaufend
    assert at(town, "PM2.5", "Schulplatz", "2021-10-23T02:00") == np.float32(17.3)
    assert at(town, "PM2.5", "Schulplatz", "2021-11-03T15:00") == np.float32(21.7)


def test_every_other_cell_is_what_the_file_says(town: SensorSeries) -> None:
    with (TOWN / "readings.csv").open(encoding="cp1252", newline="") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    seen, checked = set(), 0
    for row in rows:
        if not row["Zeit"] or not row["Zeit"].endswith("00"):
            continue
        local, station = datetime.strptime(row["Zeit"], "%d.%m.%Y %H:%M"), row["Messstelle"]
        twice = (
            local.replace(tzinfo=BERLIN).utcoffset()
            != local.replace(tzinfo=BERLIN, fold=1).utcoffset()
        )
        fold = int(twice and (local, station) in seen)
        seen.add((local, station))
        value = at(town, "PM2.5", station, local.isoformat(), fold)
        if not np.isnan(value) and value not in (0, np.float32(21.7)):
            assert value == np.float32(row["PM2.5 (µg/m³)"].replace(",", "."))
            speed = np.float32(row["Wind speed (km/h)"].replace(",", ".")) / 3.6
            u, v = (at(town, f"wind {each}", station, local.isoformat(), fold) for each in "uv")
            assert np.isnan(u) or np.hypot(u, v) == pytest.approx(speed, rel=1e-5)
            checked += 1
    assert checked > 2400


def test_the_hour_that_comes_twice_is_two_hours(town: SensorSeries) -> None:
    assert len(town.times) == 505  # 3 weeks and an hour
    assert str(town.times[0]) == "2021-10-17T22:00:00"
    assert town.local_times.astype(str)[-1] == "2021-11-07T23:00:00"
    first, second = (at(town, "PM2.5", "Hafen", "2021-10-31T02:00", fold) for fold in (0, 1))
    assert first != second
    assert not np.isnan([first, second]).any()


def test_stations_have_what_their_table_says(town: SensorSeries) -> None:
    assert list(town.stations.index) == ["Bahnhof", "Mühlbach", "Schulplatz", "Waldrand", "Hafen"]
    assert town.stations.loc["Waldrand", ["longitude", "latitude", "type"]].tolist() == [
        10.6105,
        52.3011,
        "background",
    ]
    assert town.stations.loc["Hafen"].isna().all()


def test_the_weather_of_other_stations_is_a_series_of_its_own() -> None:
    weather = read_readings(TOWN / "weather.csv", TOWN / "weather-stations.csv")
    assert [(each.name, each.unit) for each in weather.variables] == [
        ("temperature", "degC"),
        ("pressure", "hPa"),
        ("humidity", "%"),
        ("rain", "mm"),
        ("wind u", "m/s"),
        ("wind v", "m/s"),
    ]
    assert weather.values.shape[:2] == (505, 2)
    assert weather.observed.all()
    assert 1000 < weather.of("pressure").mean() < 1030
