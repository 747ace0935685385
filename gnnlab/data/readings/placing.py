"""Readings onto a regular grid of times and stations: order, doubles, gaps, what lies between."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
from jaxtyping import Bool, Float, Int

from gnnlab.data.calendar import offsets
from gnnlab.data.readings.findings import Findings
from gnnlab.data.readings.grid import DAY, Grid, on_their_days, regular_grid
from gnnlab.data.readings.merged import Readings
from gnnlab.errors import DataError

_MOST_BETWEEN = 0.1  # share of readings that may lie between the steps
_MOST_CONTRADICTED = 0.25  # share of a file's readings that it may contradict itself
_MOST_EMPTY = 200  # steps of the grid for each time that somebody read at


def on_grid(
    readings: Readings, time_zone: str, findings: Findings
) -> tuple[Grid, Float[np.ndarray, "time station variable"], Int[np.ndarray, " row"]]:
    """The grid, the values on it, and the cell (time x stations + station) of each row.

    Steps are whole ones of the clock of ``time_zone``, on standard time, where readings lie there.
    Readings at most a tenth of a step beside a step are moved onto it; others between the steps are
    left out, their cell is -1. Days are moved onto that of their date, unless it has several of a
    station because their times scatter about midnight. Of several readings of one cell the last
    observed value counts.

    Raises:
        DataError: no station with two readings, more than a tenth of all between the steps, times
            so far apart that the grid would be all but empty, or a file of which more than a
            quarter is contradicted further down: it seems to hold several stations as one.
    """
    ahead, _ = offsets(time_zone, int(readings.seconds[0]))
    grid = regular_grid(readings.seconds, readings.who, ahead)
    if grid is None:
        raise DataError(
            f"readings must be of at least 2 times at a station, got one at each of "
            f"{len(readings.stations)}"
        )
    place, late = grid.places(readings.seconds)
    between = grid.between(late)
    if between.mean() > _MOST_BETWEEN:
        raise DataError(
            f"{readings.place(int(np.argmax(between)))}: readings must come in equal steps, got "
            f"{between.mean():.0%} of them between the most common steps, of {grid.step} s"
        )
    if grid.step % DAY == 0:
        of_days, its_place = on_their_days(grid, readings.seconds, time_zone)
        if _cells_read(its_place, readings) >= _cells_read(place, readings):
            grid, place = of_days, its_place
            late = readings.seconds - grid.start - grid.step * place
    moved = (late != 0) & ~between
    farthest = timedelta(seconds=int(np.abs(late[moved]).max(initial=0)))
    rule = f"moved to the step, up to {farthest} away"
    findings.rows("times beside a step", rule, readings, moved)
    findings.rows("times between steps", "left out", readings, between)
    _check_span(readings, grid, place)
    _note_order(readings, findings)
    width = len(readings.stations)
    cells = np.where(between, -1, place * width + readings.who)
    values = np.full((grid.length * width, len(readings.units)), np.nan, np.float32)
    seen = np.zeros(grid.length * width, bool)
    seen[cells[~between]] = True
    for column in range(len(readings.units)):
        observed = ~between & ~np.isnan(readings.values[:, column])
        values[cells[observed], column] = readings.values[observed, column]  # the last one stays
    if np.count_nonzero(seen) < np.count_nonzero(~between):
        _note_doubles(readings, cells, values, findings)
    _note_gaps(readings, grid, seen, findings)
    return grid, values.reshape(grid.length, width, -1), cells


def _cells_read(place: Int[np.ndarray, " row"], readings: Readings) -> int:
    """How many times of stations have a reading."""
    return len(np.unique(place * len(readings.stations) + readings.who))


def _check_span(readings: Readings, grid: Grid, place: np.ndarray) -> None:
    """Refuse a grid that one wrong date has blown up."""
    if grid.length <= _MOST_EMPTY * (1 + len(np.unique(place))):
        return
    first, last = int(np.argmin(readings.seconds)), int(np.argmax(readings.seconds))
    raise DataError(
        f"times must lie together, got {np.datetime64(int(readings.seconds[first]), 's')} "
        f"({readings.place(first)}) and {np.datetime64(int(readings.seconds[last]), 's')} "
        f"({readings.place(last)}) with next to nothing between"
    )


def _note_order(readings: Readings, findings: Findings) -> None:
    """Count rows that come before the row above them, at the same station and in the same file."""
    late = np.zeros(len(readings.seconds), bool)
    start = 0
    for file in readings.files:
        if (np.diff(file.seconds) < 0).any():
            order = np.argsort(file.who, kind="stable")
            back = (np.diff(file.seconds[order]) < 0) & (np.diff(file.who[order]) == 0)
            late[start + order[1:][back]] = True
        start += len(file.row)
    findings.rows("unsorted rows", "sorted by time", readings, late)


def _note_doubles(
    readings: Readings, cells: np.ndarray, values: np.ndarray, findings: Findings
) -> None:
    """Count rows that say the same as an earlier one, and those that a later one contradicts."""
    import pandas

    order = np.argsort(cells, kind="stable")
    same = np.diff(cells[order]) == 0
    several = np.zeros(len(cells), bool)
    several[order[1:][same]] = several[order[:-1][same]] = True
    several &= cells >= 0
    rows = np.flatnonzero(several)
    frame = pandas.DataFrame(readings.values[rows])
    repeated = np.zeros(len(cells), bool)
    repeated[rows] = frame.assign(cell=cells[rows]).duplicated().to_numpy()
    said, kept = readings.values[rows], values[cells[rows]]
    overruled = np.zeros(len(cells), bool)
    overruled[rows] = (~np.isnan(said) & (said != kept)).any(axis=1)
    _check_contradictions(readings, cells, overruled)
    findings.rows("duplicate rows", "one is kept", readings, repeated & ~overruled)
    findings.rows("contradicting rows", "the last one counts", readings, overruled)


def _check_contradictions(
    readings: Readings, cells: np.ndarray, overruled: Bool[np.ndarray, " row"]
) -> None:
    """Refuse a file that says two things of most times; corrections in a second file are none."""
    start = 0
    for file in readings.files:
        here = slice(start, start + len(file.row))
        start = here.stop
        doubled = 1 - len(np.unique(cells[here])) / max(len(file.row), 1)
        share = min(doubled, overruled[here].mean()) if doubled else 0
        if share > _MOST_CONTRADICTED:
            place = readings.place(here.start + int(np.argmax(overruled[here])))
            raise DataError(
                f"{place}: a station must have one value at a time, got {share:.0%} of rows that a "
                "later one contradicts: say which column names the stations"
            )


def _note_gaps(
    readings: Readings, grid: Grid, seen: Bool[np.ndarray, " cell"], findings: Findings
) -> None:
    if seen.all():
        return
    time, station = divmod(int(np.argmin(seen)), len(readings.stations))
    findings.add(
        "missing rows",
        "taken as unobserved",
        f"{readings.stations[station]}, {grid.times[time]} UTC",
        int(np.count_nonzero(~seen)),
    )
