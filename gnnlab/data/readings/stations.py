"""Where the stations of the readings are."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from gnnlab.data.readings.findings import Findings
from gnnlab.data.readings.places import places
from gnnlab.data.readings.station_table import read_stations
from gnnlab.errors import DataError
from gnnlab.graphs.labels import closest, hint

if TYPE_CHECKING:
    import pandas

    from gnnlab.data.readings.columns import Columns
    from gnnlab.data.readings.rows import Rows

_SHOWN = 8  # names in one message
_SAME_PLACE = 0.001  # degrees, a hundred metres


def station_table(
    stations: str | Path | pandas.DataFrame | None, findings: Findings
) -> pandas.DataFrame:
    """The table of stations, indexed by name; empty if there is none.

    Raises:
        DataError: a file that :func:`gnnlab.data.read_stations` refuses, or a name that comes twice
            in a table.
    """
    import pandas

    if stations is None:
        return pandas.DataFrame(
            {"longitude": [], "latitude": []}, index=pandas.Index([], name="station")
        )
    if isinstance(stations, pandas.DataFrame):
        named = stations.rename(index=str)
        if named.index.has_duplicates:
            twice = named.index[named.index.duplicated()][0]
            raise DataError(f"a table of stations must list each station once, got {twice!r} twice")
        return named
    table, issues = read_stations(stations)
    for issue in issues:
        findings.add(issue.kind, issue.rule, issue.first, issue.count)
    return table


def places_in(
    columns: Sequence[Columns], files: Sequence[Rows], findings: Findings
) -> pandas.DataFrame:
    """The table of stations whose place stands in the readings, in the order of their names.

    The first place of a station counts; others more than 0.001 degrees away are noted.

    Args:
        columns: of each file.
        files: of readings.
        findings: where to note it.

    Raises:
        DataError: (with its line) a place off the globe.
    """
    found: dict[str, np.ndarray] = {}
    placed: list[tuple[Rows, np.ndarray]] = []
    for each, rows in zip(columns, files, strict=True):
        if not each.place:
            continue
        longitude, latitude = each.place
        degrees = places(rows.table, longitude, latitude, findings)[rows.row]
        known = ~np.isnan(degrees[:, 0])
        for who, row in zip(*np.unique(rows.who[known], return_index=True), strict=True):
            found.setdefault(rows.stations[who], degrees[known][row])
        placed.append((rows, degrees))
    for rows, degrees in placed:
        nowhere = np.full(2, np.nan)
        first = np.array([found.get(name, nowhere) for name in rows.stations])[rows.who]
        unknown = np.isnan(degrees[:, 0]) & ~np.isnan(first[:, 0])
        moved = (np.abs(degrees - first) > _SAME_PLACE).any(axis=1)
        for kind, rule, where in (
            ("readings without a place", "the station has that of its other readings", unknown),
            ("readings at another place", "the first place of a station counts", moved),
        ):
            whole = np.zeros(rows.table.num_rows, bool)
            whole[rows.row[where]] = True
            findings.rows(kind, rule, rows.table, whole)
    table = station_table(None, findings)
    return table.reindex(sorted(found)).assign(
        longitude=[found[name][0] for name in sorted(found)],
        latitude=[found[name][1] for name in sorted(found)],
    )


def placed_stations(
    names: Sequence[str], known: pandas.DataFrame, findings: Findings
) -> tuple[list[int], pandas.DataFrame]:
    """The numbers of the stations in the order of the table, and their rows of it.

    Stations that are not in the table come last and have no coordinates; stations of the table
    without readings are left out; both are noted.

    Args:
        names: of the stations of the readings.
        known: the table of stations, indexed by name.
        findings: where to note it.

    Raises:
        DataError: no station of the readings is in a table that is not empty.
    """
    inside = [name for name in known.index if name in set(names)]
    outside = [name for name in names if name not in set(known.index)]
    silent = [name for name in known.index if name not in set(names)]
    if len(known) and not inside:
        near = hint(closest(outside[0], [str(name) for name in known.index]))
        raise DataError(
            f"a station of the readings must be in the station table, got none: readings are of "
            f"{outside[0]} and the like{near}, the table has {known.index[0]} and the like"
        )
    if outside:
        first = f"{outside[0]}{hint(closest(outside[0], map(str, silent)))}"
        findings.add("stations without coordinates", "kept, without", first, len(outside))
    _note_alike(outside, known.index, findings)
    if silent:
        findings.add("stations without readings", "left out", str(silent[0]), len(silent))
    order = [*inside, *outside]
    return [list(names).index(name) for name in order], known.reindex(order)


def _note_alike(outside: Sequence[str], known: Iterable[str], findings: Findings) -> None:
    """Note stations outside of the table that it, or the readings, call nearly so as well.

    Nearly so is in other case, or with other signs.
    """
    there: dict[str, str] = {}
    for name in map(str, known):
        there.setdefault(_bare(name), name)
    pairs = [(name, there.setdefault(_bare(name), name)) for name in outside if _bare(name)]
    if pairs := [(name, other) for name, other in pairs if name != other]:
        rule = "kept apart: write them in the same way if they are the same"
        first = ", ".join(f"{name!r} and {other!r}" for name, other in pairs[:_SHOWN])
        findings.add("names that nearly match", rule, first, len(pairs))


def _bare(name: str) -> str:
    """A name in lower case without spaces, signs and leading zeros.

    >>> _bare("Schule_West "), _bare("0012")
    ('schulewest', '12')
    """
    return re.sub(r"[\W_]", "", name.casefold()).lstrip("0")
