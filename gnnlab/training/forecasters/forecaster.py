"""What every forecaster is asked for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol, runtime_checkable

import numpy as np
from jaxtyping import Float, Int

from gnnlab.data import SensorSeries, TimeSplit
from gnnlab.errors import DataError

Origins = Int[np.ndarray, " origin"]
Forecasts = Float[np.ndarray, "origin horizon station"]
Quantiles = Float[np.ndarray, "origin horizon station level"]
Tell = Callable[[float], None]  # called with the share of the work that is done

LEVELS = tuple(number / 20 for number in range(1, 20))  # of quantiles
MEDIAN = LEVELS.index(0.5)
FEW = 0.01  # share of negative values with which a variable counts as an amount


@runtime_checkable
class Forecaster(Protocol):
    """What forecasts the first target of a series, at the horizons that it was fitted for.

    It holds no reading: a series with newer readings of the same stations needs no new fit.
    """

    def forecast(self, series: SensorSeries, origins: Origins) -> Forecasts:
        """Medians, in the target's unit; NaN where it has no forecast.

        Args:
            series: of the stations it was fitted on.
            origins: steps of the series; of each, only that step and earlier ones are looked at.
        """
        ...


@runtime_checkable
class QuantileForecaster(Forecaster, Protocol):
    """A `Forecaster` that has quantiles."""

    def quantiles(self, series: SensorSeries, origins: Origins) -> Quantiles:
        """At `LEVELS`, in the target's unit, ascending; NaN where it has no forecast."""
        ...


@runtime_checkable
class Fit(Protocol):
    """Something that makes a `Forecaster`."""

    def __call__(
        self,
        series: SensorSeries,
        split: TimeSplit,
        horizons: Sequence[int],
        seed: int = 0,
        tell: Tell = ...,
    ) -> Forecaster:
        """Fit to the training part; the validation part may choose, the test part is not seen.

        Args:
            series: of all steps.
            split: its parts.
            horizons: steps ahead that will be asked for.
            seed: of whatever is drawn.
            tell: is told how far the work is.

        Raises:
            DataError: a training part that has nothing to learn from.
        """
        ...


def untold(share: float) -> None:
    """Tell nobody."""


def told(tell: Tell, number: int, parts: int) -> Tell:
    """What tells of a part of the work how much of the whole is done.

    >>> told(print, 1, 4)(0.5)
    0.375
    """
    return lambda share: tell((number + share) / parts)


def hardly_negative(values: Float[np.ndarray, "*shape"]) -> bool:
    """Whether a variable counts as an amount: of what was observed next to nothing is below 0."""
    return bool((values < 0).sum() <= FEW * (~np.isnan(values)).sum())


def training_part(
    series: SensorSeries, split: TimeSplit, horizons: Sequence[int] = ()
) -> SensorSeries:
    """The steps that may be learned from.

    Args:
        series: of all steps.
        split: its parts.
        horizons: steps ahead at which there must be a target to learn from.

    Raises:
        DataError: the first target was never observed there, or never that far ahead.
    """
    past = series.between(split.train.start, split.train.stop)
    for horizon in (0, *horizons):
        if np.isnan(target_of(past)[horizon:]).all():
            ahead = f", {horizon} steps after another" if horizon else ""
            raise DataError(
                f"{series.names('target')[0]} must be observed in the training part{ahead}, got no "
                f"value in {len(split.train)} steps"
            )
    return past


def target_of(series: SensorSeries) -> Float[np.ndarray, "time station"]:
    """The readings of the first target."""
    return series.of(series.names("target")[0])


def targets_ahead(
    values: Float[np.ndarray, "time station"], origins: Origins, horizons: Sequence[int]
) -> Forecasts:
    """What forecasts are compared to: NaN where nothing was observed, or after the last step.

    >>> targets_ahead(np.array([[1.0], [2.0], [3.0]]), np.array([0, 1]), [1, 2])[..., 0]
    array([[ 2.,  3.],
           [ 3., nan]])
    """
    steps = origins[:, None] + np.array(horizons)
    ahead = values[np.minimum(steps, len(values) - 1)]
    ahead[steps >= len(values)] = np.nan
    return ahead
