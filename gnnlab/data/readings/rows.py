"""The readings of one file, a row a time and station."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int, Int64

from gnnlab.data.readings.checks import checked
from gnnlab.data.readings.columns import Columns, Wanted
from gnnlab.data.readings.findings import Findings
from gnnlab.data.readings.numbers import number, numbers
from gnnlab.data.readings.parameters import values_by_parameter
from gnnlab.data.readings.stamps import NOT_A_TIME
from gnnlab.data.readings.tables import Table, joined_column
from gnnlab.data.readings.times import utc_seconds
from gnnlab.data.readings.wind import components_of_wind, direction
from gnnlab.errors import DataError

_ENDINGS = (".gz", ".csv", ".tsv", ".txt", ".parquet", ".pq")


@dataclass(frozen=True, eq=False)
class Rows:
    """Readings of one file.

    Args:
        table: they come from.
        row: of the table that each comes from.
        seconds: since 1970, UTC.
        who: the number of the station in ``stations``.
        stations: by name.
        values: in canonical units by variable, NaN where there is none.
        units: by variable.
        offsets: that clocks are said to be ahead of UTC, in seconds.
        guessed: variables whose unit nobody said.
    """

    table: Table
    row: Int[np.ndarray, " reading"]
    seconds: Int64[np.ndarray, " reading"]
    who: Int[np.ndarray, " reading"]
    stations: list[str]
    values: Mapping[str, Float[np.ndarray, " reading"]]
    units: Mapping[str, str]
    offsets: set[int]
    guessed: Collection[str] = ()


def read_rows(
    table: Table,
    columns: Columns,
    wanted: Wanted,
    units: Mapping[str, str],
    time_zone: str | None,
    findings: Findings,
) -> Rows:
    """The readings in a table; what is guessed, wrong or mended is noted.

    Raises:
        DataError: columns that cannot be understood, a row without a time or a station.
    """
    for issue in table.issues:
        findings.add(issue.kind, issue.rule, issue.first, issue.count)
    rows = np.arange(table.num_rows)
    who, stations = _stations(table, columns.station, wanted.known_stations)
    apart = who  # whose times may be the same without being one reading twice
    if columns.parameter:
        blocks = values_by_parameter(table, columns, wanted.names, units, findings)
        apart = who * table.num_rows + table.columns[columns.parameter].codes
    else:
        blocks = [
            _values(table, name, variable, unit, units, findings)
            for name, (variable, unit) in columns.variables.items()
        ]
    seconds, offsets = utc_seconds(table, columns.time, time_zone, apart, findings)
    known = {variable: unit for variable, _, unit, _ in blocks}
    guessed = {variable for variable, *_, is_guessed in blocks if is_guessed}
    if columns.stations:
        stations = list(columns.stations)
        rows, who = np.tile(rows, len(stations)), np.repeat(np.arange(len(stations)), len(rows))
        values = {blocks[0][0]: np.concatenate([each for _, each, *_ in blocks])}
    else:
        values = {variable: each for variable, each, *_ in blocks}
        components_of_wind(values, known, table, findings)
        if not values:
            raise DataError(f"{table.path} must hold readings, got a direction of wind alone")
    kept = seconds[rows] != NOT_A_TIME
    nameless = kept & (who < 0)
    if nameless.any():
        place = table.place(int(rows[np.argmax(nameless)]))
        raise DataError(
            f"{place}: {' and '.join(columns.station)} must name a station, got nothing"
        )
    return Rows(
        table,
        rows[kept],
        seconds[rows[kept]],
        who[kept],
        stations,
        {name: each[kept] for name, each in values.items()},
        known,
        offsets,
        guessed & values.keys(),
    )


def _values(
    table: Table,
    column: str,
    variable: str,
    unit: str | None,
    units: Mapping[str, str],
    findings: Findings,
) -> tuple[str, np.ndarray, str, bool]:
    """The variable of a column, its numbers in the canonical unit, that, and if it is guessed."""
    unit = units.get(column) or units.get(variable) or unit
    read = direction if variable == "wind direction" else number
    values = numbers(table, column, findings, read)
    return variable, *checked(values, table, column, variable, unit, findings), unit is None


def _stations(
    table: Table, columns: Sequence[str], known: Collection[str]
) -> tuple[np.ndarray, list[str]]:
    """The number of each row's station, and the stations' names."""
    if not columns:
        return np.zeros(table.num_rows, int), [_name_of_file(table, known)]
    found = table.columns[columns[0]]
    if len(columns) > 1:
        found = joined_column([table.columns[name] for name in columns], "-")
    words = [_name(word) for word in found.words]
    names = sorted(set(words) - {""})
    number_of = {name: number for number, name in enumerate(names)}
    return found.spread(np.array([number_of.get(word, -1) for word in words], int), -1), names


def _name(word: object) -> str:
    """A station's name, of a whole number without a point; empty if there is none.

    >>> _name(" Box 2.0 "), _name(1234567.0), _name(float("nan"))
    ('Box 2.0', '1234567', '')
    """
    if isinstance(word, str):
        return word.strip()
    return "" if word != word else str(word).removesuffix(".0")


def _name_of_file(table: Table, known: Collection[str]) -> str:
    """The one of the known stations that the file's name holds, else the name without endings."""
    name = table.path.name
    held = sorted((each for each in known if each in name), key=len)
    if held:
        return held[-1]
    while name.lower().endswith(_ENDINGS):
        name = name[: name.rindex(".")]
    return name
