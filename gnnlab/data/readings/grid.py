"""A regular time axis under readings, and each reading's place on it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Int, Int64

JITTER = 0.1  # of a step
_MINUTE = 60


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


def regular_grid(seconds: Int64[np.ndarray, " row"], who: Int[np.ndarray, " row"]) -> Grid | None:
    """The steps that most readings come in, from the first reading to the last.

    The step is the most common time from a station's reading to its next one, and the steps lie
    where most readings do; both to the minute if readings are ten minutes and more apart. ``None``
    if no station has two readings.

    Args:
        seconds: since 1970, UTC.
        who: the number of the station.

    >>> regular_grid(np.array([0, 3600, 7190, 18000]), np.zeros(4, int))
    Grid(start=0, step=3600, length=6)
    """
    order = np.lexsort((seconds, who))
    apart = np.diff(seconds[order])[np.diff(who[order]) == 0]
    apart = apart[apart > 0]
    if not len(apart):
        return None
    unit = _MINUTE if np.median(apart) >= 10 * _MINUTE else 1
    step = _most_common(_rounded(apart, unit))
    phase = _most_common(_rounded(seconds, unit) % step)
    first, last = (int(each - phase + step // 2) // step for each in (seconds.min(), seconds.max()))
    return Grid(phase + step * first, step, last - first + 1)


def _rounded(seconds: np.ndarray, unit: int) -> np.ndarray:
    return (seconds + unit // 2) // unit * unit


def _most_common(numbers: np.ndarray) -> int:
    """The most common of the numbers; of several the smallest."""
    values, counts = np.unique(numbers, return_counts=True)
    return int(values[np.argmax(counts)])
