"""Where the stations are and what is known of them, read from a table."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float

from gnnlab.data.issue import Issue
from gnnlab.data.readings.places import places
from gnnlab.data.readings.plain_names import LATITUDES, LONGITUDES, likely_column
from gnnlab.errors import DataError

if TYPE_CHECKING:
    import pandas

    from gnnlab.data.readings.findings import Findings
    from gnnlab.data.readings.tables import Table

# Plain names, the likeliest first.
_NAMES = {
    "longitude": f"{LONGITUDES} x",
    "latitude": f"{LATITUDES} y",
    "type": "type stationtype sitetype areatype environment kind class",
}


def read_stations(path: str | Path) -> tuple[pandas.DataFrame, list[Issue]]:
    """The stations of a table, and what was guessed, mended or strange in it.

    The table is indexed by the station's name and has columns ``longitude`` and ``latitude``
    (degrees, WGS 84; both NaN where they are not known), perhaps ``type``, and every other column
    of the file under its own name: numbers where all of it are numbers, else words. Where every
    place is impossible as it stands, but possible with longitude and latitude exchanged, they are.

    Args:
        path: a CSV (any separator and encoding, perhaps packed by gzip) or Parquet file with a row
            a station.

    Raises:
        DataError: a file that is missing or malformed, lacks names or coordinates, places a station
            off the globe, or (with its line) lists one name with two places.
    """
    from gnnlab.data.readings.column_names import station_column
    from gnnlab.data.readings.findings import Findings
    from gnnlab.data.readings.tables import open_table

    table = open_table(path)
    findings = Findings()
    for issue in table.issues:
        findings.add(issue.kind, issue.rule, issue.first, issue.count)
    columns = {what: likely_column(table.columns, names) for what, names in _NAMES.items()}
    columns["station"] = station_column(table, None, [name for name in columns.values() if name])
    for what in ("station", "longitude", "latitude"):
        if columns[what] is None:
            raise DataError(
                f"{path} must have columns with the station's name, longitude and latitude, "
                f"got no {what} in {', '.join(table.columns)}"
            )
    return _read(table, {what: name for what, name in columns.items() if name}, findings)


def _read(
    table: Table, columns: dict[str, str], findings: Findings
) -> tuple[pandas.DataFrame, list[Issue]]:
    import pandas

    for what, name in columns.items():
        if name != what:
            findings.add("guessed column", f"{what} is {name!r}", table.path.name)
    names = _words(table, columns["station"])
    if (names == "").any():
        place = table.place(int(np.argmax(names == "")))
        raise DataError(f"{place}: {columns['station']} must name a station, got nothing")
    where = places(table, columns["longitude"], columns["latitude"], findings)
    rule = "kept, at an unknown place"
    findings.rows("stations without coordinates", rule, table, np.isnan(where[:, 0]))
    kept = _once(table, names, where, findings)
    _note_shared_places(table, names, where, kept, findings)
    features = {
        "type" if name == columns.get("type") else name: _static(table, name, findings)
        for name in table.columns
        if name not in (columns["station"], columns["longitude"], columns["latitude"])
    }
    stations = pandas.DataFrame(
        {"longitude": where[:, 0], "latitude": where[:, 1], **features},
        index=pandas.Index(names, name="station"),
    )
    return stations[kept], list(findings.issues)


def _words(table: Table, name: str) -> np.ndarray:
    """The words in a column without spaces around them, empty where there is nothing."""
    column = table.columns[name]
    return column.spread(np.array([str(word).strip() for word in column.words], object), "")


def _static(table: Table, name: str, findings: Findings) -> np.ndarray:
    """Numbers if all that stands in a column are numbers, else words; a few words are noted."""
    from gnnlab.data.readings.findings import Findings
    from gnnlab.data.readings.numbers import numbers

    text = Findings()
    try:
        values = numbers(table, name, text)
    except DataError:
        return _words(table, name)
    for issue in text.issues:
        rule = "kept: the whole column is taken as words, not as numbers"
        findings.add(issue.kind, rule, issue.first, issue.count)
    return _words(table, name) if text.issues else values


def _once(
    table: Table, names: np.ndarray, where: Float[np.ndarray, "row 2"], findings: Findings
) -> np.ndarray:
    """Which rows list a station first, [row]."""
    first: dict[str, int] = {}
    for row, name in enumerate(names):
        earlier = first.setdefault(name, row)
        if not np.array_equal(where[earlier], where[row], equal_nan=True):
            raise DataError(
                f"{table.place(row)}: {name} must have one place, got {_degrees(where[earlier])} "
                f"({table.place(earlier)}) and {_degrees(where[row])}"
            )
    kept = np.zeros(len(names), bool)
    kept[list(first.values())] = True
    findings.rows("stations listed twice", "the first row counts", table, ~kept)
    return kept


def _note_shared_places(
    table: Table,
    names: np.ndarray,
    where: Float[np.ndarray, "row 2"],
    kept: np.ndarray,
    findings: Findings,
) -> None:
    """Note stations where another one is: their distance is 0."""
    there: dict[tuple[float, float], int] = {}
    shared = np.zeros(len(names), bool)
    others = []
    for row in np.flatnonzero(kept & ~np.isnan(where[:, 0])).tolist():
        earlier = there.setdefault(tuple(where[row].tolist()), row)
        if earlier != row:
            shared[row] = True
            others.append(f"{names[row]} where {names[earlier]} is")
    findings.rows("stations at one place", "kept: 0 km apart", table, shared, *others[:1])


def _degrees(place: Float[np.ndarray, " 2"]) -> str:
    return f"{place[0]:g}, {place[1]:g}"
