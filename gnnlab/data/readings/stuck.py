"""Sensors that got stuck."""

from __future__ import annotations

import numpy as np
from jaxtyping import Bool, Float

from gnnlab.data.readings.findings import Findings
from gnnlab.data.readings.grid import Grid
from gnnlab.data.readings.merged import Readings

_STEPS = 24
_SECONDS = 24 * 3600
_FREE = ("rain",)  # may well be the same for days
_LIMITS = {"humidity": 100}  # air is saturated, an instrument at the end of its scale


def without_stuck(
    values: Float[np.ndarray, "time station variable"],
    grid: Grid,
    readings: Readings,
    cells: np.ndarray,
    findings: Findings,
) -> Float[np.ndarray, "time station variable"]:
    """The values without those that repeat the one before in a run of a day and more.

    A run has at least 24 steps and lasts at least 24 hours; its first value stays. Zero is free,
    and so are rain, saturated air and the lowest tenth of the runs of a station and variable: near
    the limit of what an instrument can see, values repeat.

    This looks at the whole record: that a value was the first of a long run shows a day later, and
    which runs are low shows at the end. Who forecasts live knows less.

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
                f"the same value for {length} steps and more: all but the first unobserved",
                f"{readings.place(int(row))} ({name})",
                int(np.count_nonzero(stuck)),
            )
    return kept


def stuck_values(
    values: Float[np.ndarray, "time station"], length: int
) -> Bool[np.ndarray, "time station"]:
    """Where a value repeats the one before in a run of ``length`` and more, unless it is 0 or among
    the lowest tenth of the station's runs.

    >>> stuck_values(np.array([[1.0, 5, 5, 5, 0, 0, 0]]).T, 3)[:, 0].astype(int).tolist()
    [0, 0, 1, 1, 0, 0, 0]
    """
    steps = np.arange(len(values))[:, None]
    same = np.zeros(values.shape, bool)
    same[1:] = values[1:] == values[:-1]
    start = np.maximum.accumulate(np.where(same, 0, steps), axis=0)
    end = np.minimum.accumulate(
        np.where(np.roll(same, -1, axis=0) & (steps < len(values) - 1), len(values), steps)[::-1],
        axis=0,
    )[::-1]
    stuck = same & (end - start + 1 >= length) & (values != 0)
    for station in np.flatnonzero(stuck.any(axis=0)):
        series = values[:, station]
        stuck[:, station] &= series > np.nanquantile(series[~same[:, station]], 0.1)
    return stuck
