"""How far forecasts are from what was observed.

All scores are of global sums over observed targets, never means of batch means, which would weigh a
batch with few observations like one with many. A target of 0 counts like any other.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gnnlab.evaluation.metrics.observed import Mask, Numbers, at_observed, check_any


@dataclass
class ErrorSums:
    """Sums that errors of forecasts are scored by, added up batch by batch.

    >>> sums = ErrorSums()
    >>> sums.add(np.array([1.0, 4.0]), np.array([2.0, 2.0]), np.array([True, True]))
    >>> sums.add(np.array([9.0]), np.array([np.nan]), np.array([False]))
    >>> sums.mae, sums.normalized_mean_bias, sums.fac2
    (1.5, 0.25, 1.0)
    """

    count: int = 0
    absolute: float = 0.0
    squared: float = 0.0
    forecast: float = 0.0
    truth: float = 0.0
    within_factor_2: int = 0

    def add(self, forecast: Numbers, truth: Numbers, observed: Mask) -> None:
        """Count a batch; all three of one shape.

        Raises:
            ValueError: different shapes, or a forecast or truth that is not finite where observed.
        """
        ours = at_observed(forecast, observed, "forecasts")
        theirs = at_observed(truth, observed, "targets")
        error = ours - theirs
        self.count += len(error)
        self.absolute += float(np.abs(error).sum())
        self.squared += float(np.square(error).sum())
        self.forecast += float(ours.sum())
        self.truth += float(theirs.sum())
        self.within_factor_2 += int(((theirs / 2 <= ours) & (ours <= 2 * theirs)).sum())

    @property
    def mae(self) -> float:
        """The mean absolute error.

        Raises:
            ValueError: no observed target; so of every score.
        """
        check_any(self.count)
        return self.absolute / self.count

    @property
    def rmse(self) -> float:
        """The root of the mean squared error."""
        check_any(self.count)
        return float(np.sqrt(self.squared / self.count))

    @property
    def normalized_mean_bias(self) -> float:
        """The sum of (forecast - truth) over the sum of truth, a fraction.

        Raises:
            ValueError: targets that sum to 0.
        """
        check_any(self.count)
        if self.truth == 0:
            raise ValueError("targets must not sum to 0 for a normalised bias")
        return (self.forecast - self.truth) / self.truth

    @property
    def fac2(self) -> float:
        """The share of forecasts that are at least half and at most twice the truth.

        It is meant for concentrations (Chang and Hanna 2004). Where 0 is true, only 0 is right.
        """
        check_any(self.count)
        return self.within_factor_2 / self.count


def error_sums(forecast: Numbers, truth: Numbers, observed: Mask) -> ErrorSums:
    """The :class:`ErrorSums` of arrays of one shape, scored where ``observed``.

    >>> error_sums(np.array([1.0, 5.0]), np.array([1.0, np.nan]), np.array([True, False])).mae
    0.0
    """
    sums = ErrorSums()
    sums.add(forecast, truth, observed)
    return sums


def mae(forecast: Numbers, truth: Numbers, observed: Mask) -> float:
    """The mean absolute error over observed targets.

    >>> mae(np.array([1.0, 5.0]), np.array([2.0, 2.0]), np.array([True, True]))
    2.0
    """
    return error_sums(forecast, truth, observed).mae


def rmse(forecast: Numbers, truth: Numbers, observed: Mask) -> float:
    """The root of the mean squared error over observed targets.

    >>> rmse(np.array([1.0, 9.0]), np.array([2.0, 2.0]), np.array([True, True]))
    5.0
    """
    return error_sums(forecast, truth, observed).rmse


def normalized_mean_bias(forecast: Numbers, truth: Numbers, observed: Mask) -> float:
    """The sum of (forecast - truth) over the sum of truth, over observed targets, a fraction.

    >>> normalized_mean_bias(np.array([3.0, 3.0]), np.array([2.0, 2.0]), np.array([True, True]))
    0.5
    """
    return error_sums(forecast, truth, observed).normalized_mean_bias


def fac2(forecast: Numbers, truth: Numbers, observed: Mask) -> float:
    """The share of forecasts that are at least half and at most twice the observed target.

    >>> fac2(np.array([1.0, 5.0]), np.array([2.0, 2.0]), np.array([True, True]))
    0.5
    """
    return error_sums(forecast, truth, observed).fac2
