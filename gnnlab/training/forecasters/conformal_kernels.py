"""Adaptive conformal inference through time, compiled."""

from typing import no_type_check

import numba
import numpy as np


@numba.njit(nogil=True, cache=True)
@no_type_check  # compiled: what checks types of arguments would be compiled too
def follow(
    scores: np.ndarray,
    begins: np.ndarray,
    reference: np.ndarray,
    levels: np.ndarray,
    rate: float,
    asked: np.ndarray,
    out: np.ndarray,
) -> None:
    """Write at each step which score is offset by then, having seen the scores known by then.

    Args:
        scores: that become known at a step, NaN where none does, [step, station, level].
        begins: whether a block begins at a step, [step].
        reference: quantiles of scores at equal distances from level 0 to 1, [level, share].
        levels: that scores shall keep, [level].
        rate: of learning.
        asked: which levels of the reference keep them, since the block before began, and since
            this one began; changed in place, [2, station, level].
        out: written to, [step, station, level].
    """
    edge = 1 / (reference.shape[1] - 1)
    for step in range(len(scores)):
        if begins[step]:
            asked[0] = asked[1]
            asked[1, :] = levels
        for station in range(scores.shape[1]):
            for level in range(len(levels)):
                score = scores[step, station, level]
                if not np.isnan(score):
                    for since in range(2):
                        now = asked[since, station, level]
                        below = 1.0 if score <= at_level(reference[level], now) else 0.0
                        now += rate * (levels[level] - below)
                        asked[since, station, level] = min(max(now, -edge), 1 + edge)
                now = asked[0, station, level]
                out[step, station, level] = at_level(reference[level], now)


@numba.njit(nogil=True, cache=True)
@no_type_check
def at_level(quantiles: np.ndarray, level: float) -> float:
    """What lies at a level between quantiles at equal distances; beyond them, straight on."""
    last = len(quantiles) - 2
    place = level * (last + 1)
    left = min(max(int(place), 0), last)
    return quantiles[left] + (place - left) * (quantiles[left + 1] - quantiles[left])
