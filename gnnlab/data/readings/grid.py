"""A regular time axis under readings, and each reading's place on it."""

from __future__ import annotations

from dataclasses import dataclass
from math import gcd
from typing import Any

import numpy as np
from jaxtyping import Bool, Int, Int64

from gnnlab.data.calendar import local_times, offsets

JITTER = 0.1  # of a step
DAY = 86_400
_MINUTE, _QUARTER, _HOUR = 60, 900, 3600
_NEAR = 1200  # seconds; other clocks' midnights are farther away
_USUAL_STEPS = (
    *(_MINUTE * minutes for minutes in (1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30)),
    *(_HOUR * hours for hours in (1, 2, 3, 4, 6, 8, 12)),
)


@dataclass(frozen=True)
class Grid:
    """Equal steps of time.

    Args:
        start: seconds since 1970 of the first, UTC.
        step: seconds from one to the next.
        length: how many there are.
    """

    start: int
    step: int
    length: int

    @property
    def times(self) -> np.ndarray:
        """The times, datetime64[s], UTC."""
        return (self.start + self.step * np.arange(self.length)).astype("datetime64[s]")

    def places(
        self, seconds: Int64[np.ndarray, " row"]
    ) -> tuple[Int[np.ndarray, " row"], Int64[np.ndarray, " row"]]:
        """The nearest step to each time, and how many seconds after it the time is.

        >>> Grid(start=0, step=3600, length=3).places(np.array([0, 3590, 3700]))
        (array([0, 1, 1]), array([  0, -10, 100]))
        """
        place = (seconds - self.start + self.step // 2) // self.step
        return place, seconds - self.start - self.step * place

    def between(self, late: Int64[np.ndarray, " row"]) -> Bool[np.ndarray, " row"]:
        """Which times, so late after their step or early before it, belong to none."""
        return np.abs(late) > JITTER * self.step


def regular_grid(
    seconds: Int64[np.ndarray, " row"], who: Int[np.ndarray, " row"], ahead: int = 0
) -> Grid | None:
    """The steps that most readings come in, from the first reading to the last.

    The step is the most common time from a station's reading to its next one, and the steps lie
    where most readings do; both to the minute if readings are ten minutes and more apart. A usual
    step (an hour, a day) next to that one, and steps next to whole ones of the clock (midnights, of
    days), whole hours or quarters of an hour count instead if they leave no more readings between
    the steps. Days go back to a mark, never on to one: 23:59 is not the next day. ``None`` if no
    station has two readings.

    Args:
        seconds: since 1970, UTC.
        who: the number of the station.
        ahead: seconds that the clock there is ahead of UTC.

    >>> regular_grid(np.array([120, 3660, 7140, 18120]), np.zeros(4, int))
    Grid(start=0, step=3600, length=6)
    """
    order = np.lexsort((seconds, who))
    apart = np.diff(seconds[order])[np.diff(who[order]) == 0]
    apart = apart[apart > 0]
    if not len(apart):
        return None
    unit = _MINUTE if np.median(apart) >= 10 * _MINUTE else 1
    common = _most_common(_rounded(apart, unit))
    grids = []
    for step in dict.fromkeys((_usual_step(common), common)):
        local = seconds + ahead
        local = local // unit * unit if step >= DAY else _rounded(local, unit)
        phase = _most_common(local % step)
        grids += [_from(start - ahead, step, seconds) for start in (*_marks(phase, step), phase)]
    return min(grids, key=lambda grid: np.count_nonzero(grid.between(grid.places(seconds)[1])))


def on_their_days(
    grid: Grid, seconds: Int64[np.ndarray, " row"], time_zone: str
) -> tuple[Grid, Int[np.ndarray, " row"]]:
    """Steps of whole days that have the date of their readings, and the step of each reading.

    The steps keep their time of day. Where the clock changes, that is early enough for the day to
    be the same on its standard time and on its summer time.

    Args:
        grid: with steps of whole days.
        seconds: since 1970, UTC.
        time_zone: of the clock whose days count.

    >>> start = 16 * 3600 - 60  # a minute before midnight
    >>> found, place = on_their_days(
    ...     Grid(start, 86_400, 3), start + 86_400 * np.arange(3) + [0, 0, 50], "Asia/Shanghai"
    ... )
    >>> found.start == start, place
    (True, array([0, 1, 2]))
    """
    standard, summer = offsets(time_zone, int(seconds[0]))
    local = local_times(seconds.astype("datetime64[s]"), time_zone).astype(np.int64)
    clock, end = (grid.start + standard) % DAY, DAY - (summer - standard)
    if clock >= end:
        clock = min(_most_common(local % DAY), end - _MINUTE)
    dated = local // DAY * DAY + clock - standard
    grid = _from(_most_common(dated % grid.step), grid.step, dated)
    return grid, grid.places(dated)[0]


def _from(start: int, step: int, seconds: Int64[np.ndarray, " row"]) -> Grid:
    """The steps under the first to the last time, of those that go on from a start."""
    first, last = (
        (int(each) - start + step // 2) // step for each in (seconds.min(), seconds.max())
    )
    return Grid(start + step * first, step, last - first + 1)


def _usual_step(step: int) -> int:
    """The usual step next to one, or the same if none is."""
    days = max(round(step / DAY), 1) * DAY
    near = min((*_USUAL_STEPS, days), key=lambda usual: abs(usual - step))
    return near if abs(near - step) <= JITTER * step else step


def _marks(phase: int, step: int) -> list[int]:
    """The marks of the clock next to a phase, of days those before it, the coarsest first.

    >>> _marks(3540, 3600), _marks(1980, 3600), _marks(1200, 3600)
    ([3600], [1800], [])
    >>> _marks(600, 86_400), _marks(86_340, 86_400)
    ([0], [])
    """
    found = []
    for mark in (gcd(step, DAY), _HOUR, _QUARTER):
        near = phase // mark * mark if step >= DAY else _rounded(phase, mark)
        if step % mark == 0 and abs(near - phase) <= min(mark / 5, _NEAR):
            found.append(near)
    return list(dict.fromkeys(found))


def _rounded(seconds: Any, unit: int) -> Any:
    """Times to the nearest whole ``unit``."""
    return (seconds + unit // 2) // unit * unit


def _most_common(numbers: np.ndarray) -> int:
    """The most common of the numbers; of several the smallest."""
    values, counts = np.unique(numbers, return_counts=True)
    return int(values[np.argmax(counts)])
