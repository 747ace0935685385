"""Forecasts at every horizon from forecasts at some of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from gnnlab.data import SensorSeries
from gnnlab.training.forecasters.forecaster import (
    Forecaster,
    Forecasts,
    Origins,
    QuantileForecaster,
    Quantiles,
)

FIRST, STRIDE = (1, 2, 3, 4, 6, 8), 6  # between wider ones the daily cycle of hours is lost


def knots(horizon: int) -> list[int]:
    """The horizons up to one at which to fit: close to each other at first, the last one always.

    >>> knots(30)
    [1, 2, 3, 4, 6, 8, 12, 18, 24, 30]
    >>> knots(100)[-3:]
    [90, 96, 100]
    """
    every = (*FIRST, *range(2 * STRIDE, horizon, STRIDE))
    return [*(each for each in every if each < horizon), horizon]


@dataclass(frozen=True, eq=False)
class Interpolated:
    """Forecasts of another forecaster where it was fitted, and linearly between.

    Args:
        forecaster: at horizons ``fitted``.
        fitted: ascending.
        horizons: that are asked for, from the first to the last of ``fitted``.
    """

    forecaster: Forecaster
    fitted: Sequence[int]
    horizons: Sequence[int]

    def forecast(self, series: SensorSeries, origins: Origins) -> Forecasts:
        """See :class:`~gnnlab.training.forecasters.Forecaster`."""
        return self._between(self.forecaster.forecast(series, origins))

    def _between(
        self, found: Float[np.ndarray, "origin fitted *more"]
    ) -> Float[np.ndarray, "origin horizon *more"]:
        """What was found where it was fitted, and between."""
        fitted, asked = np.array(self.fitted), np.array(self.horizons)
        before = np.searchsorted(fitted, asked, side="right") - 1
        after = np.minimum(before + 1, len(fitted) - 1)
        share = (asked - fitted[before]) / np.maximum(fitted[after] - fitted[before], 1)
        share = share.astype(np.float32).reshape(-1, *[1] * (found.ndim - 2))
        return np.where(
            share == 0, found[:, before], found[:, before] * (1 - share) + found[:, after] * share
        )


@dataclass(frozen=True, eq=False)
class InterpolatedQuantiles(Interpolated):
    """The same of a forecaster with quantiles, which cross nowhere if they do not at ``fitted``."""

    forecaster: QuantileForecaster

    def quantiles(self, series: SensorSeries, origins: Origins) -> Quantiles:
        """See :class:`~gnnlab.training.forecasters.QuantileForecaster`."""
        return self._between(self.forecaster.quantiles(series, origins))


def interpolated(
    forecaster: Forecaster, fitted: Sequence[int], horizons: Sequence[int]
) -> Forecaster:
    """A forecaster at more horizons than it was fitted at, with quantiles if it has some.

    Args:
        forecaster: at horizons ``fitted``.
        fitted: ascending.
        horizons: that will be asked for, from the first to the last of ``fitted``.
    """
    if len(fitted) == len(horizons):
        return forecaster
    if isinstance(forecaster, QuantileForecaster):
        return InterpolatedQuantiles(forecaster, fitted, horizons)
    return Interpolated(forecaster, fitted, horizons)
