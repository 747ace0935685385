"""Adaptive conformal inference through time, compiled."""

from collections.abc import Sequence
from typing import no_type_check

import numba
import numpy as np
from jaxtyping import Bool, Float

Scores = Float[np.ndarray, "step horizon station level"]


class Followed:
    """Which scores are offset at some stations, as time goes on.

    Args:
        reference: quantiles of scores at equal distances from level 0 to 1.
        horizons: steps after which a score becomes known.
        stations: how many.
        levels: that scores shall keep.
        rate: of learning.
    """

    def __init__(
        self,
        reference: Float[np.ndarray, "horizon level share"],
        horizons: Sequence[int],
        stations: int,
        levels: Sequence[float],
        rate: float,
    ):
        self._reference, self._horizons, self._rate = reference, horizons, rate
        self._levels = np.array(levels)
        self._asked = np.tile(self._levels, (len(horizons), 2, stations, 1))
        shape = (max(horizons), len(horizons), stations, len(levels))
        self._late = np.full(shape, np.nan, np.float32)

    def through(self, scores: Scores, begins: Bool[np.ndarray, " step"]) -> Scores:
        """Those offset at each of some steps, the next ones.

        Args:
            scores: of forecasts that are issued then, NaN where there is none.
            begins: whether a block begins.
        """
        known, reach = np.concatenate([self._late, scores]), len(self._late)
        self._late = known[len(known) - reach :]
        added = np.empty_like(scores)
        for place, horizon in enumerate(self._horizons):
            arrived = known[reach - horizon : len(known) - horizon, place]
            state = (self._reference[place], self._levels, self._rate, self._asked[place])
            follow(arrived, begins, *state, added[:, place])
        return added


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
