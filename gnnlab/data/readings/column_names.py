"""Columns of times and of stations, found by their names."""

from __future__ import annotations

from collections.abc import Sequence

from gnnlab.data.readings import plain_names
from gnnlab.data.readings.findings import Findings
from gnnlab.data.readings.numbers import numbers
from gnnlab.data.readings.stamps import NOT_A_TIME, stamps
from gnnlab.data.readings.tables import Table
from gnnlab.errors import DataError
from gnnlab.graphs.labels import closest, hint

# Plain names, the likeliest first.
_NAMES = {
    "time": "time datetime timestamp datetimeutc dateutc timeutc utc datetimegmt dategmt timegmt "
    "gmt datetimelocal localtime date datelocal datum zeit zeitpunkt datumzeit messzeit fecha "
    "fechahora dateheure periodstart start from begin beginn von observedat sampledat day tag jour",
    "clock": "hour time hours clock timelocal hourofday stunde uhrzeit zeit heure hora",
    "station": "station stationname stationid stationcode site sitename siteid sitecode sensor "
    "sensorname sensorid location locationname locationid messstelle standort estacion stazione "
    "name code id",
    "parameter": "parameter parametername pollutant variable species component contaminant "
    "schadstoff komponente contaminante",
    "value": "value concentration measurement reading samplemeasurement obsvalue wert "
    "messwert valor",
    "unit": "unit units unitofmeasurement unitofmeasure unitsofmeasure einheit unidad",
}
_DATE = "year month day"
_SITE = ("statecode", "countycode", "sitenum sitenumber")  # as the US number theirs


def _named(table: Table, name: str, what: str) -> str:
    if name not in table.columns:
        raise DataError(
            f"the {what} column must be one of {', '.join(table.columns)} in {table.path}, "
            f"got {name!r}{hint(closest(name, table.columns))}"
        )
    return name


def time_columns(table: Table, said: str | None) -> tuple[str, ...]:
    """The columns that are the time together.

    Year, month, day and perhaps hour and minute; else the likeliest name of a column of times; else
    the first column of times. Where these say no hour, the column of a clock, if any, follows.

    Args:
        table: to look at.
        said: the column that somebody named.

    Raises:
        DataError: no column of this name, or none that is a time.
    """
    if said is not None:
        first = _named(table, said, "time")
    elif len(plain_names.likely_columns(table.columns, _DATE)) == 3:
        return tuple(plain_names.likely_columns(table.columns, f"{_DATE} hour minute"))
    else:
        likely = plain_names.likely_columns(table.columns, _NAMES["time"])
        written = [name for name in table.columns if not _is_number(table, name)]
        times = [name for name in (*likely, *written) if _is_time(table, name)]
        first = next(iter(times or likely), "")
    if not first:
        raise DataError(
            f"{table.path} must have a column of times, such as time, date and hour, or year, "
            f"month, day and hour, got {', '.join(table.columns)}"
        )
    if _has_clock(table, first):
        return (first,)
    alike = plain_names.plain_name(first).replace("date", "time")  # "Time GMT" of "Date GMT"
    clock = plain_names.likely_column(table.columns, f"{alike} {_NAMES['clock']}", taken=[first])
    return (first,) if clock is None else (first, clock)


def station_column(table: Table, said: str | None, time: Sequence[str]) -> str | None:
    """The column with the names of stations, the likeliest of those that are not the time.

    Raises:
        DataError: no column of the name that somebody ``said``.
    """
    if said is not None:
        return _named(table, said, "station")
    return likely_column(table, "station", time)


def station_columns(table: Table, said: str | None, time: Sequence[str]) -> tuple[str, ...]:
    """The column with the names of stations, or those that are the name together; none if none is.

    Raises:
        DataError: no column of the name that somebody ``said``.
    """
    if (single := station_column(table, said, time)) is not None:
        return (single,)
    return _all_of(table, _SITE)


def place_columns(table: Table) -> tuple[str, ...]:
    """The columns with longitude and latitude; none if not both are there and hold numbers."""
    found = _all_of(table, (plain_names.LONGITUDES, plain_names.LATITUDES))
    return found if all(_holds_numbers(table, name) for name in found) else ()


def likely_column(table: Table, what: str, taken: Sequence[str] = ()) -> str | None:
    """The likeliest column of a kind by its name, of those that are not ``taken``.

    Args:
        table: to look at.
        what: ``"station"``; or, of a table with a row a variable, ``"parameter"``, ``"value"`` or
            ``"unit"``.
        taken: columns that are something else.
    """
    return plain_names.likely_column(table.columns, _NAMES[what], taken)


def _all_of(table: Table, names: Sequence[str]) -> tuple[str, ...]:
    """The likeliest column of each kind; none if not all are there."""
    found = [plain_names.likely_column(table.columns, each) for each in names]
    there = tuple(name for name in found if name is not None)
    return there if len(there) == len(names) else ()


def _holds_numbers(table: Table, name: str) -> bool:
    try:
        numbers(table, name, Findings())
    except DataError:
        return False
    return True


def _some_words(table: Table, name: str) -> list[str]:
    return [str(word) for word in table.columns[name].words[:20] if str(word).strip()]


def _is_number(table: Table, name: str) -> bool:
    return all(word.isdigit() for word in _some_words(table, name))


def _is_time(table: Table, name: str) -> bool:
    """Whether most of the first words of a column are times."""
    words = _some_words(table, name)
    try:
        found = stamps(words, name).seconds != NOT_A_TIME
    except DataError:
        return True  # dates, though nobody can tell whether the day is first
    return 2 * int(found.sum()) > len(words)


def _has_clock(table: Table, name: str) -> bool:
    """Whether the first words of a column say an hour other than midnight."""
    words = _some_words(table, name)
    try:
        said = stamps(words, name)
    except DataError:
        return any(":" in word for word in words)
    return bool((said.clock & (said.seconds % 86_400 != 0)).any())
