"""A series of sensors from files of readings, as people have them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from gnnlab.data.readings.columns import Wanted, find_columns
from gnnlab.data.readings.findings import Findings
from gnnlab.data.readings.merged import Readings, joined
from gnnlab.data.readings.parameters import named_variables
from gnnlab.data.readings.placing import on_grid
from gnnlab.data.readings.rows import read_rows
from gnnlab.data.readings.stations import placed_stations, places_in, station_table
from gnnlab.data.readings.stuck import without_stuck
from gnnlab.data.readings.tables import open_table
from gnnlab.data.readings.units import POLLUTANTS, unit_in
from gnnlab.data.series import SensorSeries
from gnnlab.data.variables import Variable
from gnnlab.errors import DataError
from gnnlab.graphs.labels import closest, hint

if TYPE_CHECKING:
    import pandas

_SHOWN = 8  # names in one message


def read_readings(
    path: str | Path | Sequence[str | Path],
    stations: str | Path | pandas.DataFrame | None = None,
    target: str | Sequence[str] | None = None,
    time: str | None = None,
    station: str | None = None,
    *,
    units: Mapping[str, str] | None = None,
    time_zone: str | None = None,
    future: Sequence[str] = (),
    perfect_weather: bool = False,
) -> SensorSeries:
    """A series of sensors from files of readings; its ``issues`` say what was guessed and mended.

    A file is CSV (any usual separator, decimal comma and encoding, perhaps packed by gzip) or
    Parquet. Its rows are a time and a station each (long), or a time each with a column a station
    (wide: then ``target`` names what all of them measured). Without a column of stations, a file is
    a station.

    Args:
        path: of one file or several: years, stations or variables apart.
        stations: a file for :func:`gnnlab.data.read_stations`, or its table: indexed by name, with
            ``longitude`` and ``latitude``. Without it, places may stand in columns of the readings.
        target: what to forecast, by column or variable; else the first pollutant there is of PM2.5,
            PM10, O3, NO2, SO2, CO, NO and NOx; without any, the first variable. What was never
            observed is not taken.
        time: the column with the time; else guessed by name.
        station: the column with the station's name; else guessed by name.
        units: by column or variable, whatever the header says; that of a column counts for its
            variable in all files, unless columns are stations; a column of a variable
            that gnnlab does not know is read if it stands here or in ``target`` or ``future``.
        time_zone: of the clock that times without an offset are on, such as ``"Europe/Paris"`` or
            ``"+01:00"``; also what days and hours are counted by later. Without it, UTC, or the
            offset that all times have.
        future: variables taken as known ahead, none of them a target; needs ``perfect_weather`` if
            they are measured.
        perfect_weather: whether measurements may be taken as known ahead.

    Raises:
        DataError: what cannot be read or understood, with file and line; a target that was never
            observed.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     file = Path(folder) / "readings.csv"
    ...     _ = file.write_text("time,site,PM2.5 (ug/m3)\\n2021-01-01 00:00,Park,4\\n"
    ...                         "2021-01-01 02:00,Park,<1\\n2021-01-01 01:00,Park,6\\n")
    ...     series = read_readings(file, time_zone="Europe/Paris")
    >>> series.of("PM2.5")[:, 0].tolist(), str(series.times[0])
    ([4.0, 6.0, nan], '2020-12-31T23:00:00')
    >>> [issue.first for issue in series.issues if issue.kind == "unsorted rows"]
    ['readings.csv, line 4']
    """
    findings = Findings()
    paths = [Path(each) for each in ([path] if isinstance(path, str | Path) else path)]
    if not paths:
        raise DataError("readings must be in at least 1 file, got none")
    targets = [target] if isinstance(target, str) else list(target or ())
    known = station_table(stations, findings)
    wanted = Wanted(
        time,
        station,
        targets,
        names={*targets, *(units or ()), *future},
        known_stations=list(known.index),
        places=stations is None,
    )
    tables = [open_table(each) for each in paths]
    of_tables = [find_columns(table, wanted, findings) for table in tables]
    variables: dict[str, str] = {}  # by column, or what rows call them
    for table, columns in zip(tables, of_tables, strict=True):
        variables |= named_variables(table, columns, wanted.names)
    units = _units_of_variables(units or {}, variables)
    readings = joined(
        [
            read_rows(table, columns, wanted, units, time_zone, findings)
            for table, columns in zip(tables, of_tables, strict=True)
        ]
    )
    if stations is None:
        known = places_in(of_tables, readings.files, findings)
    targets = [_variable(name, readings.units, variables, "target") for name in targets]
    ahead = [_variable(name, readings.units, variables, "future") for name in future]
    if not targets:
        targets = [_guessed_target(readings, paths[0], findings)]
    time_zone = time_zone or _clock_of(readings, findings)
    grid, values, cells = on_grid(readings, time_zone, findings)
    names = [*targets, *(name for name in readings.units if name not in targets)]
    channels = [list(readings.units).index(name) for name in names]
    numbers, table = placed_stations(readings.stations, known, findings)
    values = without_stuck(values, grid, readings, cells, findings)
    for name in targets:
        if np.isnan(values[:, :, list(readings.units).index(name)]).all():
            raise DataError(_never(name, variables, paths))
    return SensorSeries(
        values=values[:, numbers][:, :, channels],
        variables=[
            Variable(name, readings.units[name], "target" if name in targets else "past")
            for name in names
        ],
        times=grid.times,
        stations=table,
        time_zone=time_zone,
        issues=findings.issues,
        name=paths[0].name.split(".")[0] if len(paths) == 1 else paths[0].absolute().parent.name,
    ).with_kinds(future=ahead, perfect_weather=perfect_weather)


def _variable(name: str, known: Collection[str], variables: Mapping[str, str], what: str) -> str:
    """The known variable that is called so, or whose column is."""
    for variable in (variables.get(name, name), name, unit_in(name)[0]):
        if variable in known:
            return variable
    names = [*known, *(called for called, variable in variables.items() if variable in known)]
    raise DataError(
        f"the {what} must be one of {', '.join(dict.fromkeys(names))}, "
        f"got {name!r}{hint(closest(name, names))}"
    )


def _units_of_variables(units: Mapping[str, str], variables: Mapping[str, str]) -> dict[str, str]:
    """The unit by variable, or by column where a column is called otherwise: as a station.

    Args:
        units: as somebody said them.
        variables: by column, or what rows call them.

    Raises:
        DataError: a name that is neither, or two units of one variable.
    """
    said: dict[str, str] = {}
    found: dict[str, str] = {}
    for name, unit in units.items():
        variable = _variable(name, variables.values(), variables, "unit")
        if unit_in(name)[0] != variable:
            variable = name
        if found.setdefault(variable, unit) != unit:
            raise DataError(
                f"{variable} must have one unit, got {found[variable]} of {said[variable]!r} and "
                f"{unit} of {name!r}"
            )
        said[variable] = name
    return found


def _clock_of(readings: Readings, findings: Findings) -> str:
    """The offset that all times have, such as ``"+08:00"``; else UTC."""
    offsets = set().union(*(file.offsets for file in readings.files))
    hours, minutes = divmod(abs(sum(offsets)) // 60, 60)
    if len(offsets) > 1 or offsets == {0}:
        clock = "UTC"
    else:
        clock = f"{'+' if sum(offsets) > 0 else '-'}{hours:02}:{minutes:02}"
    kind = "guessed time zone"  # that of times without a zone is noted where they are read
    if not any(issue.kind == kind for issue in findings.issues):
        findings.add(kind, f"days are those of {clock}", readings.place(0))
    return clock


def _guessed_target(readings: Readings, path: Path, findings: Findings) -> str:
    """The first pollutant, else the first variable; those without any value come last."""
    names = [name for name in (*POLLUTANTS, *readings.units) if name in readings.units]
    observed = ~np.isnan(readings.values).all(axis=0)
    some = [name for name in names if observed[list(readings.units).index(name)]]
    target = (some or names)[0]
    why = "" if target == names[0] else f": no value of {names[0]} was observed"
    findings.add("guessed target", f"the target is {target}{why}", path.name)
    return target


def _never(target: str, variables: Mapping[str, str], paths: Sequence[Path]) -> str:
    """The message that a target has no value."""
    held = [repr(name) for name, variable in variables.items() if variable == target]
    files = ", ".join(path.name for path in paths[:_SHOWN])
    return (
        f"the target {target} must be observed at least once, got no value in "
        f"{', '.join(held[:_SHOWN]) or target} of {files}"
    )
