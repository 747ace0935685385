"""Which column of a table is what: told, or guessed from its name."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import numpy as np

from gnnlab.data.readings.column_names import (
    likely_column,
    place_columns,
    station_columns,
    time_columns,
)
from gnnlab.data.readings.findings import Findings
from gnnlab.data.readings.stamps import NOT_A_TIME, stamps
from gnnlab.data.readings.tables import Table
from gnnlab.data.readings.units import known_variable, unit_in
from gnnlab.errors import DataError


@dataclass(frozen=True)
class Columns:
    """What the columns of one table are.

    Args:
        time: the column, or those that together are the time.
        station: the column, or those that are the station's name together; none if a station is a
            column or a file.
        variables: the variable and the unit (``None`` where no unit is said) by column.
        stations: the columns that are a station each, all of one variable.
        parameter: where a row is of one variable, the column that names it; the values are in the
            only column of ``variables``.
        unit: the column with the unit of each row, or ``None``.
        place: the columns with longitude and latitude of each row's station; none if there are none
            or they do not count.
    """

    time: tuple[str, ...]
    station: tuple[str, ...]
    variables: dict[str, tuple[str, str | None]]
    stations: tuple[str, ...] = ()
    parameter: str | None = None
    unit: str | None = None
    place: tuple[str, ...] = ()


@dataclass(frozen=True)
class Wanted:
    """What is said of the columns.

    Args:
        time: the column with the time, or ``None``.
        station: the column with the station's name, or ``None``.
        target: columns or variables to forecast; may be none.
        names: columns or variables to read even if gnnlab does not know them, the target's too.
        known_stations: names of stations in a table of their own.
        places: whether columns with longitude and latitude say where stations are.
    """

    time: str | None = None
    station: str | None = None
    target: Sequence[str] = ()
    names: Collection[str] = ()
    known_stations: Collection[str] = ()
    places: bool = False


def find_columns(table: Table, wanted: Wanted, findings: Findings) -> Columns:
    """What the columns of a table are; what is guessed is noted, and so is what is not read.

    Args:
        table: to look at.
        wanted: what is said of the columns; ``names`` are columns or variables to be read even if
            gnnlab does not know them.
        findings: where to note what is guessed.

    Raises:
        DataError: a column that is said is not there, none is a time, or none holds readings.
    """
    _check_header(table)
    time = time_columns(table, wanted.time)
    station = station_columns(table, wanted.station, time)
    if wanted.station is None and len(station) == 1 and _numbers_rows(table, station[0]):
        station = ()
    place = place_columns(table) if wanted.places else ()
    rest = [name for name in table.columns if name not in (*time, *station, *place)]
    variables = _variables(table, rest, wanted)
    columns = Columns(time, station, variables, place=place)
    if not variables:
        columns = _by_parameter(table, columns) or columns
    if not station and columns.parameter is None:
        columns = _wide(table, columns, rest, wanted)
    if not columns.variables:
        raise DataError(
            f"{table.path} must have a column of readings such as PM2.5, "
            f"got {', '.join(table.columns)}"
        )
    _note(table, columns, wanted, findings)
    read = {*time, *station, *columns.place, *columns.variables, columns.parameter, columns.unit}
    if unread := [name for name in table.columns if name not in read]:
        findings.add("columns not read", f"left out: {_listed(unread)}", table.path.name)
    return columns


def _by_parameter(table: Table, columns: Columns) -> Columns | None:
    """The columns of a table with a row a variable; ``None`` if it is none."""
    taken = (*columns.time, *columns.station)
    parameter, value, unit = (
        likely_column(table, what, taken) for what in ("parameter", "value", "unit")
    )
    if parameter is None or value is None:
        return None
    return replace(columns, variables={value: unit_in(value)}, parameter=parameter, unit=unit)


def _wide(table: Table, columns: Columns, names: Sequence[str], wanted: Wanted) -> Columns:
    """The columns of a table with a column a station; the same if it is none.

    Without a table of stations it is one if no column is a variable that gnnlab knows.
    """
    stations = [name for name in names if name in wanted.known_stations]
    if not wanted.known_stations and not columns.variables:
        stations = list(names)
    if not stations:
        return columns
    variables = dict.fromkeys(stations, _variable_of_all(table, wanted.target))
    return replace(columns, variables=variables, stations=tuple(stations), place=())


def _note(table: Table, columns: Columns, wanted: Wanted, findings: Findings) -> None:
    """Note what was guessed."""
    guesses = [] if wanted.time is not None else [f"time is {_listed(columns.time)}"]
    if columns.stations:
        guesses.append(f"each column is a station: {_listed(columns.stations)}")
    elif not columns.station:
        guesses.append("a file is a station, called as the file")
    elif wanted.station is None:
        guesses.append(f"station is {_listed(columns.station)}")
    if columns.place:
        guesses.append(f"longitude and latitude are {_listed(columns.place)}")
    if columns.parameter is not None:
        (value,) = columns.variables
        guesses.append(f"a row is of the variable in {columns.parameter!r}, its value {value!r}")
    elif not columns.stations:
        for name, (variable, _) in columns.variables.items():
            if variable != name:
                guesses.append(f"{variable} is {name!r}")
    for guess in guesses:
        findings.add("guessed column", guess, table.path.name)


def _check_header(table: Table) -> None:
    """Refuse a first line that is already a reading: it names a time."""
    names = [name for name in table.columns if not name.isdigit() and ":" in name]
    if (stamps(names, table.path.name).seconds != NOT_A_TIME).any():
        raise DataError(
            f"{table.path} must have names of columns in its first line, "
            f"got {_listed([*table.columns])}"
        )


def _numbers_rows(table: Table, name: str) -> bool:
    """Whether a column is a running number: another in each row."""
    words = table.columns[name].words
    if table.num_rows == 1 or len(np.unique(words)) < table.num_rows:
        return False
    return all(str(word).isdigit() for word in words)


def _variables(
    table: Table, names: Sequence[str], wanted: Wanted
) -> dict[str, tuple[str, str | None]]:
    """The variable and unit by column, of the columns that are known or wanted."""
    found: dict[str, tuple[str, str | None]] = {}
    by_variable: dict[str, str] = {}
    for name in names:
        variable, unit = unit_in(name)
        if not {name, variable} & set(wanted.names) and known_variable(variable) is None:
            continue
        if variable in by_variable:
            raise DataError(
                f"columns of {table.path} must hold different variables, got {variable} in both "
                f"{by_variable[variable]!r} and {name!r}"
            )
        found[name], by_variable[variable] = (variable, unit), name
    return found


def _variable_of_all(table: Table, target: Sequence[str]) -> tuple[str, str | None]:
    """The variable and unit that every column of stations holds."""
    if len(target) != 1:
        raise DataError(
            f"{table.path} has a column a station: the target must name their variable, such as "
            f"--target PM2.5, got {', '.join(target) or 'nothing'}"
        )
    return unit_in(target[0])


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(repr(name) for name in names[:8])
    return f"{shown} and {len(names) - 8} more" if len(names) > 8 else shown
