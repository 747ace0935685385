from pathlib import Path

import numpy as np
import pytest

from gnnlab.data.readings import read_readings
from gnnlab.data.readings.findings import Findings
from gnnlab.data.readings.guessed_units import guessed_unit
from gnnlab.data.readings.tables import Table
from gnnlab.errors import DataError

HEADER = "time,station,CO,RH\n"
ROWS = "2021-01-01 00:00,Park,{},60\n2021-01-01 01:00,Park,{},61\n"


def guess(values: list[float], variable: str) -> tuple[str, list[str]]:
    findings = Findings()
    unit = guessed_unit(np.array(values, float), variable, Table(Path("a.csv"), {}), findings)
    return unit, [f"{issue.kind}: {issue.rule}, {issue.first}" for issue in findings.issues]


@pytest.mark.parametrize(
    ("values", "variable", "unit"),
    [
        ([0.4, 300, 500], "CO", "ug/m3"),
        ([-3, 0, 4, np.nan], "temperature", "degC"),
        ([0, 0, 0, 0.8], "SO2", "ug/m3"),  # below what most instruments see
        ([0, 0], "O3", "ug/m3"),
        ([np.nan], "CO", "ug/m3"),
        ([], "pressure", "hPa"),
        ([0.001], "traffic", "1"),
        ([780, 790], "pressure", "hPa"),  # Mexico City
    ],
)
def test_the_usual_unit_is_taken_and_said(values: list[float], variable: str, unit: str) -> None:
    assert guess(values, variable) == (unit, [f"guessed unit: {variable} in {unit}, a.csv"])


@pytest.mark.parametrize(
    ("values", "variable", "likely"),
    [
        ([0.4, 0.6, np.nan], "CO", "0.5 ug/m3; --unit CO=mg/m3 or CO=ppm"),
        ([0, 0, 0.03], "O3", "0.03 ug/m3; --unit O3=mg/m3 or O3=ppm"),
        ([0.01, 0.02], "NO2", "0.015 ug/m3; --unit NO2=mg/m3 or NO2=ppm"),
        ([0.035], "PM2.5", "0.035 ug/m3; --unit PM2.5=mg/m3"),
        ([101_300], "pressure", "101300 hPa; --unit pressure=Pa"),
        ([101.3], "pressure", "101.3 hPa; --unit pressure=kPa"),
        ([285], "temperature", "285 degC; --unit temperature=K"),
        ([70], "temperature", "70 degC; --unit temperature=degF"),
        ([0.6, 0.7, 1], "humidity", "0.7 %; --unit humidity=1"),
        ([1e9], "humidity", "1e+09 %"),
    ],
)
def test_a_median_of_no_place_on_earth_wants_another_unit(
    values: list[float], variable: str, likely: str
) -> None:
    with pytest.raises(DataError) as refused:
        guess(values, variable)
    said = f"a.csv: the unit of {variable} must be said: no place on Earth has a median of {likely}"
    assert str(refused.value) == said


def test_a_unit_that_is_said_is_believed(tmp_path: Path) -> None:
    said = tmp_path / "said.csv"
    said.write_text(HEADER.replace("CO", "CO (ug/m3)") + ROWS.format(0.4, 0.6))
    assert read_readings(said).of("CO")[:, 0].tolist() == pytest.approx([0.4, 0.6])
    plain = tmp_path / "plain.csv"
    plain.write_text(HEADER + ROWS.format(0.4, 0.6))
    assert read_readings(plain, units={"CO": "ug/m3"}).of("CO")[0, 0] == pytest.approx(0.4)
    assert read_readings(plain, units={"CO": "mg/m3"}).of("CO")[0, 0] == pytest.approx(400)
    with pytest.raises(DataError, match="--unit CO=mg/m3 or CO=ppm"):
        read_readings(plain)


def test_codes_for_no_value_say_nothing_of_the_unit(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(HEADER + ROWS.format(-999, 400))
    assert read_readings(path).of("CO")[1, 0] == 400


def test_rows_of_one_variable_have_their_unit_guessed_in_the_same_way(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    rows = "".join(f"2021-01-01 0{hour}:00,Park,co,0.{hour + 3}\n" for hour in range(3))
    path.write_text("time,station,parameter,value\n" + rows)
    with pytest.raises(DataError, match="the unit of CO must be said"):
        read_readings(path)
