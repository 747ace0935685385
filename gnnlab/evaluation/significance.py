"""Whether one model's errors are smaller than another's by more than chance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from gnnlab.evaluation.metrics import scored

Errors = Float[np.ndarray, "_origin _station"]


@dataclass(frozen=True)
class Difference:
    """The mean absolute error of one model less that of another, and the interval it lies in.

    Args:
        mean: the difference.
        low: of the interval.
        high: of the interval.
        p_value: twice the smaller share of draws that are not on one side of 0, the errors
            themselves counted as one more draw, so that it is never 0 (Davison and Hinkley 1997).
    """

    mean: float
    low: float
    high: float
    p_value: float


def difference_interval(
    errors_a: Errors,
    errors_b: Errors,
    *,
    block: int,
    level: float = 0.9,
    draws: int = 2000,
    seed: int = 0,
) -> Difference:
    """How much larger the mean absolute error of a is than that of b.

    Errors of neighbouring origins hang together, and so do those of all stations: what is drawn,
    with replacement, are blocks of neighbouring origins with all their stations (Künsch 1989, "The
    jackknife and the bootstrap for general stationary observations"), round the end to the start
    again, so that each origin is drawn as often as any other (Politis and Romano 1992, "A circular
    block-resampling procedure for stationary data"). Each draw has as many origins as there are,
    and its means are of sums over them. The interval is between quantiles of the draws.

    Args:
        errors_a: of one horizon, at ascending origins without gaps; NaN where it is not scored.
            Those of several seeds may stand side by side, as more stations.
        errors_b: of the other model; both are scored where both have an error.
        block: origins in a block: about as many as errors remember, so not fewer than steps ahead.
        level: how often such intervals hold the difference.
        draws: how many.
        seed: of the draws.

    Raises:
        ValueError: errors of different shapes or without a common one, a block that is no part of
            the origins, a level outside 0 to 1, or no draws.

    >>> a, b = np.full((60, 2), 3.0), np.tile([[1.0], [-2.0]], (30, 2))
    >>> difference_interval(a, b, block=2, draws=99)
    Difference(mean=1.5, low=1.5, high=1.5, p_value=0.02)
    """
    if errors_a.shape != errors_b.shape:
        raise ValueError(
            f"errors must be of the same origins and stations, got {[*errors_a.shape]} and "
            f"{[*errors_b.shape]}"
        )
    origins = len(errors_a)
    if not 1 <= block <= origins:
        raise ValueError(f"a block must be of 1 to {origins} origins, got {block}")
    if not 0 < level < 1:
        raise ValueError(f"level must be above 0 and below 1, got {level}")
    if draws < 1:
        raise ValueError(f"draws must be >= 1, got {draws}")
    rows = scored(~np.isnan(errors_a), errors_b)
    if not rows.any():
        raise ValueError("both models must have an error at a common origin and station, got none")
    apart = np.abs(errors_a, dtype=np.float64) - np.abs(errors_b, dtype=np.float64)
    by_origin = np.stack([np.where(rows, apart, 0).sum(axis=1), rows.sum(axis=1)])
    whole, rest = _sums_of_blocks(by_origin, block), _sums_of_blocks(by_origin, origins % block)
    draw = np.random.default_rng(seed)
    drawn = np.array(
        [
            whole[:, draw.integers(origins, size=origins // block)].sum(axis=1)
            + rest[:, draw.integers(origins)]
            for _ in range(draws)
        ]
    )
    sums, counts = drawn[drawn[:, 1] > 0].T  # where little is scored, a draw may have none of it
    means = sums / counts
    low, high = np.quantile(means, [(1 - level) / 2, (1 + level) / 2])
    fewer = min(int((means <= 0).sum()), int((means >= 0).sum()))
    p_value = min(2 * (1 + fewer) / (1 + len(means)), 1.0)
    mean = by_origin[0].sum() / by_origin[1].sum()
    return Difference(float(mean), float(low), float(high), p_value)


def _sums_of_blocks(
    values: Float[np.ndarray, "value origin"], length: int
) -> Float[np.ndarray, "value origin"]:
    """Of the block that begins at each origin; after the last one comes the first.

    >>> _sums_of_blocks(np.array([[1.0, 2.0, 4.0]]), 2)
    array([[3., 6., 5.]])
    """
    around = np.concatenate([values, values[:, :length]], axis=1)
    sums = np.cumsum(np.pad(around, ((0, 0), (1, 0))), axis=1)
    return sums[:, length:][:, : values.shape[1]] - sums[:, : values.shape[1]]
