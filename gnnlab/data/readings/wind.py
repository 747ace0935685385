"""Columns of wind: speed and direction become components."""

from __future__ import annotations

import numpy as np

from gnnlab.data.readings.findings import Findings
from gnnlab.data.readings.numbers import number
from gnnlab.data.readings.tables import Table
from gnnlab.data.wind import compass_degrees, wind_components


def direction(word: str, decimal_comma: bool) -> float:
    """Degrees that a word says: a number or a compass point; NaN if it is neither.

    >>> direction("270", False), direction("nnw", False), direction("calm", False)
    (270.0, 337.5, nan)
    """
    degrees = number(word, decimal_comma)
    return float(compass_degrees([word])[0]) if np.isnan(degrees) else degrees


def components_of_wind(
    values: dict[str, np.ndarray], units: dict[str, str], table: Table, findings: Findings
) -> None:
    """Put ``"wind u"`` and ``"wind v"`` in place of the wind's speed and direction.

    A direction without speed, and either beside the components, is left out and noted; a speed
    alone is kept.

    Args:
        values: in canonical units by variable; changed.
        units: by variable; changed.
        table: they come from.
        findings: where to note it.
    """
    there: list[str] = [name for name in ("wind speed", "wind direction") if name in values]
    components = "wind u" in values and "wind v" in values
    if len(there) == 2 and not components:
        values["wind u"], values["wind v"] = wind_components(*(values[name] for name in there))
        units["wind u"] = units["wind v"] = units["wind speed"]
    elif components:
        _leave_out(there, "its components are there", table, findings)
    elif there == ["wind direction"]:
        _leave_out(there, "a direction says nothing without a speed", table, findings)
    else:
        return
    for name in there:
        del values[name], units[name]


def _leave_out(names: list[str], why: str, table: Table, findings: Findings) -> None:
    for name in names:
        findings.add("columns not read", f"left out {name}: {why}", table.path.name)
