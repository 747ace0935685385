"""What every way to count hops finds, and how far it can be trusted."""

from dataclasses import dataclass
from math import sqrt

import numpy as np
from jaxtyping import Float, Num

LAYERS = 64  # receptive fields are told up to this depth


@dataclass(frozen=True)
class ReceptiveField:
    """What share of the graph's nodes a node sees through that many layers, itself included."""

    layers: int
    mean: float
    median: float
    percentile_90: float

    @classmethod
    def of(cls, layers: int, shares: Float[np.ndarray, " node"]) -> "ReceptiveField":
        """What nodes see, from the share that each of them sees.

        >>> ReceptiveField.of(1, np.array([0.25, 0.5, 0.75, 0.5]))
        ReceptiveField(layers=1, mean=0.5, median=0.5, percentile_90=0.675)
        """
        return cls(
            layers,
            mean=float(shares.mean(dtype=np.float64)),
            median=float(np.median(shares)),
            percentile_90=float(np.quantile(shares, 0.9)),
        )


@dataclass(frozen=True)
class Counts:
    """What a method found.

    ``pairs`` of different nodes are 1, 2, ... hops apart, in the whole graph. Replicates tell the
    error: targets, or groups of registers; each of them ``found`` so many pairs, whose hops add up
    to ``hop_sums``. ``unseen`` is the share of possible replicates that were not drawn: 0 where
    nothing is an estimate.
    """

    pairs: Num[np.ndarray, " hop"]
    found: Num[np.ndarray, " replicate"]
    hop_sums: Num[np.ndarray, " replicate"]
    fields: tuple[ReceptiveField, ...]
    unseen: float


def relative_errors(counts: Counts) -> tuple[float, float]:
    """Half-widths of 95 % intervals for the mean of hops and the number of pairs, relative.

    Both come from the spread of the replicates, the first as that of a ratio of sums.
    """
    weight = counts.found.mean() if len(counts.found) else 0.0
    if not (counts.unseen and weight):
        return 0.0, 0.0
    mean = counts.hop_sums.sum() / counts.found.sum()
    residual = (counts.hop_sums - mean * counts.found) / (mean * weight)
    return (
        _half_width(residual, counts.unseen),
        _half_width(counts.found / weight - 1, counts.unseen),
    )


def _half_width(deviations: Float[np.ndarray, " replicate"], unseen: float) -> float:
    from scipy.special import stdtrit

    freedom = len(deviations) - 1
    variance = float((deviations**2).sum()) / (len(deviations) * freedom)
    return float(stdtrit(freedom, 0.975)) * sqrt(unseen * variance)
