"""Longitudes and latitudes in two columns of a table."""

from __future__ import annotations

import numpy as np
from jaxtyping import Bool, Float

from gnnlab.data.readings.findings import Findings
from gnnlab.data.readings.numbers import numbers
from gnnlab.data.readings.tables import Table
from gnnlab.errors import DataError

_UNKNOWN = (0, -9999, -999, 999, 9999)  # written for both coordinates


def places(
    table: Table, longitude: str, latitude: str, findings: Findings
) -> Float[np.ndarray, "row 2"]:
    """Longitude and latitude of each row in degrees, both NaN where one is not known.

    Where every place is impossible as it stands, but possible with longitude and latitude
    exchanged, they are.

    Args:
        table: with these columns.
        longitude: the name of the column.
        latitude: the name of the column.
        findings: where to note what is no number, what is a code and what is exchanged.

    Raises:
        DataError: more than half of a column is no number, or (with its line) a place off the
            globe.
    """
    found = np.column_stack([numbers(table, name, findings) for name in (longitude, latitude)])
    coded = (found[:, 0] == found[:, 1]) & np.isin(found[:, 0], _UNKNOWN)
    findings.rows("codes for no place", "taken as unknown", table, coded)
    found[coded | np.isnan(found).any(axis=1)] = np.nan
    known = ~np.isnan(found[:, 0])
    off, exchanged = _off_the_globe(found), _off_the_globe(found[:, ::-1])
    if off[known].all() and not exchanged.any():
        rule = "taken as longitude and latitude the other way round: no latitude is beyond 90"
        findings.rows("exchanged coordinates", rule, table, known)
        return found[:, ::-1].copy()
    if off.any():
        row = int(np.argmax(off))
        raise DataError(
            f"{table.place(row)}: a place must have a longitude from -180 to 180 and a latitude "
            f"from -90 to 90 degrees (WGS 84), got {found[row, 0]:g} and {found[row, 1]:g}"
        )
    return found


def _off_the_globe(found: Float[np.ndarray, "row 2"]) -> Bool[np.ndarray, " row"]:
    return (np.abs(found) > (180, 90)).any(axis=1)
