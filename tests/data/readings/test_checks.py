from pathlib import Path

import numpy as np
import pytest

from gnnlab.data.readings.checks import checked
from gnnlab.data.readings.findings import Findings
from gnnlab.data.readings.tables import Table
from gnnlab.errors import DataError

NONE = np.nan


def check(values: list[float], variable: str, unit: str) -> tuple[np.ndarray, list]:
    findings = Findings()
    table = Table(Path("a.csv"), {})
    found, _ = checked(np.array(values, float), table, "x", variable, unit, findings)
    return found, [(issue.kind, issue.count, issue.first) for issue in findings.issues]


def test_codes_for_no_value_are_unobserved() -> None:
    found, issues = check([5, -999, 7, 9999, -99, 12], "PM2.5", "ug/m3")
    np.testing.assert_equal(found, [5, NONE, 7, NONE, NONE, 12])
    assert issues == [("codes for no value", 3, "a.csv, row 2 (x: -999)")]


def test_codes_that_a_file_holds_in_single_precision_are_codes() -> None:
    single = np.array([5, -99.9, 7, 999.9], np.float32).astype(float).tolist()
    np.testing.assert_equal(check(single, "dew point", "degC")[0], [5, NONE, 7, NONE])


def test_nines_among_values_like_them_are_values() -> None:
    for values in ([998.0, 999, 400], [999.0, 500]):
        assert check(values, "PM10", "ug/m3")[0].tolist() == values
    assert check([1000, 999, 1001], "pressure", "hPa")[0].tolist() == [1000, 999, 1001]
    np.testing.assert_equal(check([999, 55, 70], "humidity", "%")[0], [NONE, 55, 70])


def test_codes_are_seen_before_units_are_converted() -> None:
    np.testing.assert_equal(check([280, -999, 290], "temperature", "K")[0][1], NONE)


def test_noise_about_zero_is_zero_and_what_is_far_below_is_unobserved() -> None:
    found, issues = check([3, -5, -0.1, 0, -5.1, 4, 6], "PM2.5", "ug/m3")
    np.testing.assert_equal(found, [3, 0, 0, 0, NONE, 4, 6])
    assert issues == [
        ("negative concentrations", 2, "a.csv, row 2 (x)"),
        ("impossible values", 1, "a.csv, row 5 (x)"),
    ]
    np.testing.assert_equal(check([0.4, -0.1, -0.3], "CO", "mg/m3")[0], [400, 0, NONE])
    assert check([-12, 3], "temperature", "degC")[0].tolist() == [-12, 3]


def test_weather_that_cannot_be_is_unobserved() -> None:
    found, issues = check([55, 120, 100, -3, 104], "humidity", "%")
    np.testing.assert_equal(found, [55, NONE, 100, NONE, 104])
    assert issues == [("impossible values", 2, "a.csv, row 2 (x)")]


def test_a_column_that_mostly_cannot_be_is_in_another_unit() -> None:
    said = "row 2: temperature must be between -90 and 60 degC, got 285 in column 'x', read in degC"
    with pytest.raises(DataError, match=said):
        check([NONE, 285, 290, 20], "temperature", "degC")
    for value, variable, unit, likely in (
        (285, "temperature", "degC", ", --unit temperature=K"),
        (101_300, "pressure", "hPa", ", --unit pressure=Pa"),
        (101_300, "pressure", "kPa", ", --unit pressure=Pa"),
        (1e9, "humidity", "%", ""),
    ):
        with pytest.raises(DataError, match=f"say the unit it is in{likely}$"):
            check([value], variable, unit)
    with pytest.raises(DataError, match="the unit of temperature must be one of"):
        check([1], "temperature", "ppb")


def test_concentrations_that_nobody_could_breathe_are_unobserved() -> None:
    np.testing.assert_equal(check([5, 2e6, 1e38, 7, 999], "PM2.5", "ug/m3")[0][1:3], [NONE, NONE])


def test_nothing_is_no_trouble() -> None:
    assert check([NONE, NONE], "PM2.5", "ug/m3")[1] == []
    assert check([-7, 1e9], "traffic", "1")[0].tolist() == [-7, 1e9]
