"""Sensors that got stuck."""

from __future__ import annotations

import numpy as np
from jaxtyping import Bool, Float

from gnnlab.data.readings.findings import Findings
from gnnlab.data.readings.grid import Grid
from gnnlab.data.readings.merged import Readings

_STEPS = 24
_SECONDS = 24 * 3600
_RUNS = 10  # so many a station must have had before the lowest tenth of them is known
_FREE = ("rain",)  # may well be the same for days
_LIMITS = {"humidity": 100}  # air is saturated, an instrument at the end of its scale


def without_stuck(
    values: Float[np.ndarray, "time station variable"],
    grid: Grid,
    readings: Readings,
    cells: np.ndarray,
    findings: Findings,
) -> Float[np.ndarray, "time station variable"]:
    """The values without those that repeat the one before for a day and more.

    A value is unobserved once it stands for the 24th step in a row, and for 24 hours, whichever
    comes later. Zero is free, and so are rain, saturated air and the lowest tenth of the runs of a
    station and variable so far: near the limit of what an instrument can see, values repeat. What
    comes later changes nothing.

    Args:
        values: on the grid.
        grid: of times.
        readings: the values come from.
        cells: of each row of the readings.
        findings: where to note it.
    """
    length = max(_STEPS, -(-_SECONDS // grid.step))
    kept = values.copy()
    for channel, name in enumerate(readings.units):
        if name in _FREE:
            continue
        said = values[:, :, channel]
        stuck = stuck_values(said, length) & (said != _LIMITS.get(name, 0))
        kept[:, :, channel][stuck] = np.nan
        if stuck.any():
            row = np.flatnonzero(cells == int(np.argmax(stuck)))[-1]
            findings.add(
                "stuck sensor",
                f"the same value for {length} steps: unobserved from then on",
                f"{readings.place(int(row))} ({name})",
                int(np.count_nonzero(stuck)),
            )
    return kept


def stuck_values(
    values: Float[np.ndarray, "time station"], length: int
) -> Bool[np.ndarray, "time station"]:
    """Where a value stands for the ``length``-th step or more in a row, unless it is 0 or among the
    lowest tenth of the station's runs up to there.

    >>> stuck_values(np.array([[1.0, 5, 5, 5, 5, 0, 0, 0]]).T, 3)[:, 0].astype(int).tolist()
    [0, 0, 0, 1, 1, 0, 0, 0]
    """
    steps = np.arange(len(values))[:, None]
    same = np.zeros(values.shape, bool)
    same[1:] = values[1:] == values[:-1]
    start = np.maximum.accumulate(np.where(same, 0, steps), axis=0)
    stuck = same & (steps - start + 1 >= length) & (values != 0)
    for station in np.flatnonzero(stuck.any(axis=0)):
        series, run = values[:, station], start[:, station]
        for first in np.unique(run[stuck[:, station]]):
            before = series[:first][~same[:first, station]]
            before = before[~np.isnan(before)]
            if len(before) >= _RUNS and series[first] <= np.quantile(before, 0.1):
                stuck[run == first, station] = False
    return stuck
