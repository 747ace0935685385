"""A score over several seeds."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean, stdev


@dataclass(frozen=True)
class Summary:
    """A figure over seeds: mean, standard deviation (ddof 1, ``None`` for one seed), and each."""

    mean: float
    std: float | None
    per_seed: tuple[float, ...]


def summary(values: Sequence[float]) -> Summary:
    """Mean and deviation of one value a seed.

    >>> summary([0.5, 1.0, 1.5])
    Summary(mean=1.0, std=0.5, per_seed=(0.5, 1.0, 1.5))
    """
    return Summary(fmean(values), stdev(values) if len(values) > 1 else None, tuple(values))
