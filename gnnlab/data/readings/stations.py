"""Where the stations of the readings are."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from gnnlab.data.readings.findings import Findings
from gnnlab.data.readings.station_table import read_stations
from gnnlab.errors import DataError
from gnnlab.graphs.labels import closest, hint

if TYPE_CHECKING:
    import pandas


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
        findings.add("stations without coordinates", "kept, without", outside[0], len(outside))
    if silent:
        findings.add("stations without readings", "left out", str(silent[0]), len(silent))
    order = [*inside, *outside]
    return [list(names).index(name) for name in order], known.reindex(order)
