"""Hourly files of the agency of the United States (AQS)."""

from pathlib import Path

import numpy as np
import pandas
import pytest

from gnnlab.data.readings import read_readings
from gnnlab.errors import DataError

HEADER = (
    "State Code,County Code,Site Num,Parameter Code,POC,Latitude,Longitude,Datum,Parameter Name,"
    "Date Local,Time Local,Date GMT,Time GMT,Sample Measurement,Units of Measure,MDL,Uncertainty,"
    "Qualifier,Method Type,Method Code,Method Name,State Name,County Name,Date of Last Change\n"
)
ROW = (
    '"01","{county}","0010","44201",1,{latitude},-87.9,"NAD83","{name}","2020-12-31",'
    '"{local:02}:00","2021-01-01","{hour:02}:00",{value},"{unit}",0.005,,"","FEM","087",'
    '"INSTRUMENTAL","Alabama","Baldwin","2021-05-18"\n'
)


def written(tmp_path: Path, name: str, unit: str, base: float = 10, county: str = "003") -> Path:
    path = tmp_path / f"hourly_{len(list(tmp_path.iterdir()))}_2021.csv"
    rows = (
        ROW.format(
            county=each,
            latitude=latitude,
            name=name,
            unit=unit,
            hour=hour,
            local=18 + hour,
            value=base * scale + hour,
        )
        for each, latitude, scale in ((county, 30.5, 1), ("005", 31.5, 2))
        for hour in range(3)
    )
    path.write_text(HEADER + "".join(rows))
    return path


def test_a_file_needs_no_options(tmp_path: Path) -> None:
    series = read_readings(written(tmp_path, "Ozone", "Parts per billion"))
    assert series.stations.to_dict("index") == {
        "01-003-0010": {"longitude": -87.9, "latitude": 30.5},
        "01-005-0010": {"longitude": -87.9, "latitude": 31.5},
    }
    assert series.times.astype(str).tolist() == [f"2021-01-01T0{hour}:00:00" for hour in range(3)]
    assert series.time_zone == "UTC"
    billions = 47.998 / (8.314462618 * 293.15 / 101.325)
    expected = np.array([[10, 20], [11, 21], [12, 22]]) * billions
    np.testing.assert_allclose(series.of("O3"), expected, rtol=1e-6)


@pytest.mark.parametrize(
    ("name", "unit", "variable", "factor"),
    [
        ("PM2.5 - Local Conditions", "Micrograms/cubic meter (LC)", "PM2.5", 1),
        ("Acceptable PM2.5 AQI & Speciation Mass", "Micrograms/cubic meter (LC)", "PM2.5", 1),
        ("PM10 Total 0-10um STP", "Micrograms/cubic meter (25 C)", "PM10", 1),
        ("Sulfur dioxide", "Parts per billion", "SO2", 64.064 / 24.0548),
        ("Carbon monoxide", "Parts per million", "CO", 28010 / 24.0548),
        ("Nitrogen dioxide (NO2)", "Parts per billion", "NO2", 46.0055 / 24.0548),
        ("Nitric oxide (NO)", "Parts per billion", "NO", 30.006 / 24.0548),
        ("Oxides of nitrogen (NOx)", "Parts per billion", "NOx", 46.0055 / 24.0548),
        ("Wind Speed - Resultant", "Knots", "wind speed", 1852 / 3600),
        ("Outdoor Temperature", "Degrees Fahrenheit", "temperature", None),
        ("Dew Point", "Degrees Fahrenheit", "dew point", None),
        ("Relative Humidity ", "Percent relative humidity", "humidity", 1),
    ],
)
def test_what_the_agency_calls_a_variable_and_a_unit_is_known(
    tmp_path: Path, name: str, unit: str, variable: str, factor: float | None
) -> None:
    series = read_readings(written(tmp_path, name, unit, base=20))
    expected = 20 * factor if factor else (20 - 32) / 1.8
    assert series.of(variable)[0, 0] == pytest.approx(expected, rel=1e-4)


def test_wind_and_concentrations_may_be_in_files_of_their_own(tmp_path: Path) -> None:
    particles = written(tmp_path, "PM10 Total 0-10um STP", "Micrograms/cubic meter (25 C)")
    wind = written(tmp_path, "Wind Speed - Resultant", "Knots")
    directions = written(tmp_path, "Wind Direction - Resultant", "Degrees Compass")
    wind.write_text(wind.read_text() + directions.read_text().removeprefix(HEADER))
    series = read_readings([particles, wind])
    assert [each.name for each in series.variables] == ["PM10", "wind speed"]
    (left_out,) = [issue for issue in series.issues if issue.kind == "rows not read"]
    assert (left_out.count, left_out.rule) == (6, "left out: 'Wind Direction - Resultant'")


def test_days_are_those_of_utc_unless_a_zone_is_said(tmp_path: Path) -> None:
    path = written(tmp_path, "Ozone", "Parts per billion")
    assert read_readings(path).local_times[0] == np.datetime64("2021-01-01T00:00")
    local = read_readings(path, time_zone="-06:00")
    assert local.local_times[0] == np.datetime64("2020-12-31T18:00")
    assert np.array_equal(local.times, read_readings(path).times)


def test_a_row_without_a_county_is_refused_with_its_line(tmp_path: Path) -> None:
    path = written(tmp_path, "Ozone", "Parts per billion", county="")
    said = "_2021.csv, line 2: State Code and County Code and Site Num must name a station, got no"
    with pytest.raises(DataError, match=said):
        read_readings(path)


def test_numbers_of_a_parquet_file_are_whole(tmp_path: Path) -> None:
    path = written(tmp_path, "Ozone", "Parts per billion")
    frame = pandas.read_csv(path).astype({"State Code": float, "County Code": float})
    frame.to_parquet(tmp_path / "a.parquet")
    stations = read_readings(tmp_path / "a.parquet").stations
    assert stations.index.tolist() == ["1-3-10", "1-5-10"]
