"""How good quantiles and intervals are, in global sums over observed targets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from jaxtyping import Float

from gnnlab.evaluation.metrics.observed import Mask, Numbers, at_observed, check_any

LEVELS = tuple(number / 20 for number in range(1, 20))  # 0.05, 0.10, ..., 0.95


@dataclass
class QuantileSums:
    """Sums that quantiles are scored by, added up batch by batch.

    Args:
        levels: of the quantiles, ascending, each between 0 and 1.

    Raises:
        ValueError: other levels.

    >>> sums = QuantileSums(levels=(0.5, 0.9))
    >>> sums.add(np.array([[1.0, 2.0]]), np.array([3.0]), np.array([True]))
    >>> sums.pinball.round(6).tolist()
    [1.0, 0.9]
    """

    levels: Sequence[float] = LEVELS
    count: int = 0
    losses: Float[np.ndarray, " level"] = field(init=False)

    def __post_init__(self) -> None:
        if not self.levels or not (np.diff([0, *self.levels, 1]) > 0).all():
            raise ValueError(
                f"levels must ascend between 0 and 1, got {', '.join(map(str, self.levels))}"
            )
        self.losses = np.zeros(len(self.levels))

    def add(self, quantiles: Numbers, truth: Numbers, observed: Mask) -> None:
        """Count a batch.

        Args:
            quantiles: of the shape of ``truth`` and then one a level, [..., level].
            truth: the targets.
            observed: which targets are scored.

        Raises:
            ValueError: different shapes, or a value that is not finite where observed.
        """
        ours = at_observed(quantiles, observed, "quantiles", (len(self.levels),))
        above = at_observed(truth, observed, "targets")[:, None] - ours
        level = np.array(self.levels)
        self.losses += np.maximum(level * above, (level - 1) * above).sum(axis=0)
        self.count += len(ours)

    @property
    def pinball(self) -> Float[np.ndarray, " level"]:
        """The mean pinball loss of each level.

        Raises:
            ValueError: no observed target; so of every score.
        """
        check_any(self.count)
        return self.losses / self.count

    @property
    def crps(self) -> float:
        """Twice the mean pinball loss over the 19 levels 0.05, 0.10, ..., 0.95.

        The CRPS of a predictive distribution is twice the integral of the pinball loss over all
        levels (Gneiting and Ranjan 2011); 19 levels stand for all.

        Raises:
            ValueError: other levels.
        """
        if len(self.levels) != len(LEVELS) or not np.allclose(self.levels, LEVELS):
            raise ValueError(
                "the CRPS is taken over the levels 0.05, 0.1, ..., 0.95, "
                f"got {', '.join(map(str, self.levels))}"
            )
        return 2 * float(self.pinball.mean())


@dataclass
class IntervalSums:
    """Sums that prediction intervals are scored by, added up batch by batch.

    Args:
        share: of the targets that the interval is meant to hold, such as 0.9.

    Raises:
        ValueError: not between 0 and 1.

    >>> sums = IntervalSums(share=0.9)
    >>> sums.add(np.array([1.0, 1.0]), np.array([3.0, 3.0]), np.array([2.0, 4.0]), np.ones(2, bool))
    >>> sums.coverage, sums.width, round(sums.score, 6)
    (0.5, 2.0, 12.0)
    """

    share: float
    count: int = 0
    held: int = 0
    widths: float = 0.0
    penalties: float = 0.0

    def __post_init__(self) -> None:
        if not 0 < self.share < 1:
            raise ValueError(f"the share must be between 0 and 1, got {self.share}")

    def add(self, lower: Numbers, upper: Numbers, truth: Numbers, observed: Mask) -> None:
        """Count a batch; all four of one shape.

        Raises:
            ValueError: different shapes, a value that is not finite where observed, or a lower
                bound above its upper bound.
        """
        low = at_observed(lower, observed, "lower bounds")
        high = at_observed(upper, observed, "upper bounds")
        theirs = at_observed(truth, observed, "targets")
        if crossed := int((low > high).sum()):
            raise ValueError(f"lower bounds must not be above upper ones, got {crossed} that are")
        outside = np.maximum(low - theirs, 0) + np.maximum(theirs - high, 0)
        self.count += len(theirs)
        self.held += int((outside == 0).sum())
        self.widths += float((high - low).sum())
        self.penalties += float(outside.sum())

    @property
    def coverage(self) -> float:
        """The share of targets inside, bounds included.

        Raises:
            ValueError: no observed target; so of every score.
        """
        check_any(self.count)
        return self.held / self.count

    @property
    def width(self) -> float:
        """The mean width."""
        check_any(self.count)
        return self.widths / self.count

    @property
    def score(self) -> float:
        """The mean width + 2 / (1 - share) times how far targets lie outside (lower is better).

        The interval score of Gneiting and Raftery (2007), eq. 43.
        """
        check_any(self.count)
        return (self.widths + 2 / (1 - self.share) * self.penalties) / self.count


def pinball(
    quantiles: Numbers, truth: Numbers, observed: Mask, levels: Sequence[float] = LEVELS
) -> Float[np.ndarray, " level"]:
    """The mean pinball loss of each level over observed targets: see :class:`QuantileSums`.

    >>> pinball(np.array([[1.0], [1.0]]), np.array([1.0, 3.0]), np.ones(2, bool), levels=(0.5,))
    array([0.5])
    """
    sums = QuantileSums(levels)
    sums.add(quantiles, truth, observed)
    return sums.pinball


def crps(quantiles: Numbers, truth: Numbers, observed: Mask) -> float:
    """Twice the mean pinball loss over the levels `LEVELS`: see :attr:`QuantileSums.crps`.

    Of a forecast without spread it is the absolute error.

    >>> round(crps(np.full((1, 19), 5.0), np.array([2.0]), np.array([True])), 6)
    3.0
    """
    sums = QuantileSums()
    sums.add(quantiles, truth, observed)
    return sums.crps


def interval_score(
    lower: Numbers, upper: Numbers, truth: Numbers, observed: Mask, share: float
) -> float:
    """The mean interval score over observed targets: see :attr:`IntervalSums.score`.

    >>> one = np.array([True])
    >>> round(interval_score(np.array([1.0]), np.array([3.0]), np.array([4.0]), one, share=0.5), 6)
    6.0
    """
    sums = IntervalSums(share)
    sums.add(lower, upper, truth, observed)
    return sums.score
