"""Readings that cannot be true: each kind is counted, and mended by a named rule."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float

from gnnlab.data.readings.findings import Findings
from gnnlab.data.readings.guessed_units import units_that_would_do, usual_unit
from gnnlab.data.readings.tables import Table
from gnnlab.data.readings.units import POLLUTANTS, to_canonical
from gnnlab.errors import DataError

# What instruments and archives write where there is no value; files may hold it in float32.
_NEGATIVE_CODES = np.array(
    [-99, -99.9, -99.99, -999, -999.9, -999.99, -9999, -99999], dtype=np.float32
)
_NINES = np.array([999, 999.9, 999.99, 9999, 9999.9, 99999, 999999], dtype=np.float32)
# Instruments scatter about zero this far, ug/m3.
_NOISE = {"CO": 200.0, **dict.fromkeys(("PM2.5", "PM10", "O3", "NO2", "SO2", "NO", "NOx"), 5.0)}
# What was ever measured on Earth lies between these, in canonical units.
_POSSIBLE = {
    **dict.fromkeys(POLLUTANTS, (0, 1e6)),
    "temperature": (-90, 60),
    "dew point": (-100, 45),
    "pressure": (300, 1100),
    "humidity": (0, 110),
    "rain": (0, 2000),
    "wind speed": (0, 120),
    "wind u": (-120, 120),
    "wind v": (-120, 120),
    "wind direction": (0, 360),
}
_UNOBSERVED = "taken as unobserved"


def checked(
    values: Float[np.ndarray, " row"],
    table: Table,
    column: str,
    variable: str,
    unit: str | None,
    findings: Findings,
) -> tuple[Float[np.ndarray, " row"], str]:
    """A column in canonical units without what cannot be true, and that unit.

    Codes for "no value" (-999 and the like; 999, 9999 and the like where they are more than twice
    as large as all else) are unobserved. Concentrations from -5 ug/m3 (CO: -200) to 0 are noise and
    become 0. What was never measured on Earth is unobserved.

    Args:
        values: as they stand in the column, NaN where there is none.
        table: with that column.
        column: its name.
        variable: that it holds.
        unit: that it is in; ``None`` where nobody says it: then it is taken to be the usual one.
        findings: where to note what was changed.

    Raises:
        DataError: a unit that the variable is not measured in, a column of which more than half
            cannot be true: its unit is another.
    """
    values = _without_codes(values, table, column, findings)
    if unit is None:
        unit = usual_unit(variable, table, findings)
    written, (values, canonical) = values, to_canonical(values, variable, unit)
    if variable in POLLUTANTS:
        noise = (values < 0) & (values >= -_NOISE[variable])
        rule = f"from -{_NOISE[variable]:.0f} ug/m3 on they are noise, set to 0"
        findings.rows("negative concentrations", rule, table, noise, column)
        values = np.where(noise, 0, values)
    low, high = _POSSIBLE.get(variable, (-np.inf, np.inf))
    wrong = (values < low) | (values > high)
    if 2 * np.count_nonzero(wrong) > np.count_nonzero(~np.isnan(values)):
        row = int(np.argmax(wrong))
        likely = units_that_would_do(written[wrong], variable, low, high)
        raise DataError(
            f"{table.place(row)}: {variable} must be between {low:g} and {high:g} {canonical}, got "
            f"{values[row]:g} in column {column!r}, read in {unit}: say the unit it is in"
            f"{', ' if likely else ''}{likely}"
        )
    findings.rows("impossible values", _UNOBSERVED, table, wrong, column)
    return np.where(wrong, np.nan, values), canonical


def _without_codes(values: np.ndarray, table: Table, column: str, findings: Findings) -> np.ndarray:
    single = values.astype(np.float32)
    code, nines = np.isin(single, _NEGATIVE_CODES), np.isin(single, _NINES)
    if nines.any():
        others = np.abs(values[~code & ~nines & ~np.isnan(values)])
        code |= nines & (values / 2 > others.max(initial=0))
    if code.any():
        word = f"{column}: {values[np.argmax(code)]:g}"
        findings.rows("codes for no value", _UNOBSERVED, table, code, word)
    return np.where(code, np.nan, values)
