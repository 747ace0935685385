"""How much larger the errors of one model are than those of another, over seeds and folds."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from gnnlab.evaluation.metrics import scored
from gnnlab.evaluation.significance import Errors, difference_interval

LEVEL = 0.9  # of intervals
WEEK = np.timedelta64(7, "D")
LEAST_BLOCKS = 10  # of fewer, intervals hold the difference far less often than they say


def side_by_side(seeds: Sequence[Sequence[Errors]]) -> Errors:
    """Errors of some seeds as more stations, and of each its parts one after the other.

    >>> side_by_side([[np.array([[1.0]]), np.array([[2.0]])], [np.array([[3.0], [4.0]])]])
    array([[1., 3.],
           [2., 4.]])
    """
    return np.concatenate([np.concatenate(parts) for parts in seeds], axis=1)


def least_block(step: np.timedelta64) -> int:
    """How many origins a block must have at least, whatever the horizon: those of a week.

    >>> least_block(np.timedelta64(3600, "s"))
    168
    """
    return max(int(WEEK // step), 1)


def compared(
    ours: Errors, theirs: Errors, horizon: int, step: np.timedelta64
) -> tuple[float | None, float | None, float | None, float | None]:
    """The mean absolute error of one model less that of another, and the interval it lies in.

    The interval is that of :func:`~gnnlab.evaluation.significance.difference_interval` with blocks
    of as many origins as there are steps to the target, at least `least_block`: errors of forecasts
    hang together as long as their targets are in common, and as long as the weather lasts. Such
    intervals are somewhat too narrow: those of 40 blocks of equally good models, whose errors hang
    together for as long as a block, held 0 in 80 % of draws. Of several parts, one after the other,
    a few blocks lie across their borders.

    Args:
        ours: of one horizon at all origins, as `side_by_side`.
        theirs: the same of the other model.
        horizon: steps ahead.
        step: from one origin to the next.

    Returns:
        The difference where both have an error, ``None`` where they never do; the ends of the
        interval and the p-value, ``None`` where there are fewer origins than in `LEAST_BLOCKS`
        blocks, too.
    """
    rows = scored(~np.isnan(ours), theirs)
    if not rows.any():
        return None, None, None, None
    block = max(horizon, least_block(step))
    if len(ours) < LEAST_BLOCKS * block:
        apart = np.abs(ours[rows], dtype=np.float64) - np.abs(theirs[rows], dtype=np.float64)
        return float(apart.mean()), None, None, None
    found = difference_interval(ours, theirs, block=block, level=LEVEL)
    return found.mean, found.low, found.high, found.p_value
