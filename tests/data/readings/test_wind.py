from pathlib import Path

import numpy as np

from gnnlab.data.readings.findings import Findings
from gnnlab.data.readings.tables import Table
from gnnlab.data.readings.wind import components_of_wind


def components(*names: str) -> tuple[dict[str, np.ndarray], dict[str, str], list[str]]:
    findings = Findings()
    values = {name: np.array([2.0, 90.0]) for name in names}
    units = dict.fromkeys(names, "m/s")
    components_of_wind(values, units, Table(Path("a.csv"), {}), findings)
    return values, units, [issue.rule for issue in findings.issues]


def test_speed_and_direction_become_components() -> None:
    values, units, said = components("wind speed", "PM2.5", "wind direction")
    assert list(values) == list(units) == ["PM2.5", "wind u", "wind v"]
    np.testing.assert_allclose(values["wind u"], [-2 * np.sin(np.deg2rad(2)), -90], rtol=1e-12)
    assert not said


def test_one_of_them_is_kept_or_left_out_and_said() -> None:
    assert list(components("wind speed")[0]) == ["wind speed"]
    values, _, said = components("wind direction", "PM2.5")
    assert list(values) == ["PM2.5"]
    assert said == ["left out wind direction: a direction says nothing without a speed"]


def test_components_come_before_what_they_are_made_of() -> None:
    values, _, said = components("wind u", "wind v", "wind speed", "wind direction")
    assert list(values) == ["wind u", "wind v"]
    assert said == [
        "left out wind speed: its components are there",
        "left out wind direction: its components are there",
    ]
