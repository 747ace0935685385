"""What is unusual now fades."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from gnnlab.data import SensorSeries, TimeSplit
from gnnlab.data.forecast_features import recently_observed
from gnnlab.training.forecasters.climatology import Climatology
from gnnlab.training.forecasters.forecaster import (
    Forecasts,
    Origins,
    Tell,
    target_of,
    training_part,
    untold,
)


@dataclass(frozen=True, eq=False)
class DampedPersistence:
    """Climatology at t + h, and phi_h times how far the value at t was from climatology.

    phi_h has the least absolute error over the training part, all stations together. A value that
    was not observed is the last one of the 6 steps before; without one there is nothing unusual.
    """

    climatology: Climatology
    phi: Float[np.ndarray, " horizon"]

    @classmethod
    def fit(
        cls,
        series: SensorSeries,
        split: TimeSplit,
        horizons: Sequence[int],
        seed: int = 0,
        tell: Tell = untold,
    ) -> DampedPersistence:
        """See :class:`~gnnlab.training.forecasters.Fit`."""
        past = training_part(series, split)
        climatology = Climatology.fit(series, split, horizons)
        unusual = target_of(past) - climatology.usual(past, np.arange(len(past.times)))
        phi = [_least_absolute_slope(unusual[:-horizon], unusual[horizon:]) for horizon in horizons]
        return cls(climatology, np.array(phi, unusual.dtype))

    def forecast(self, series: SensorSeries, origins: Origins) -> Forecasts:
        """See :class:`~gnnlab.training.forecasters.Forecaster`."""
        now = recently_observed(target_of(series))[origins]
        unusual = np.nan_to_num(now - self.climatology.usual(series, origins))
        return self.climatology.forecast(series, origins) + self.phi[:, None] * unusual[:, None]


def _least_absolute_slope(x: Float[np.ndarray, "*shape"], y: Float[np.ndarray, "*shape"]) -> float:
    """The phi with the least sum of \\|y - phi x\\|; 0 where nothing tells.

    That is the median of y / x with weights \\|x\\|.

    >>> _least_absolute_slope(np.array([1.0, 1.0, 4.0]), np.array([9.0, 0.0, 2.0]))
    0.5
    """
    told = ~np.isnan(x) & ~np.isnan(y) & (x != 0)
    weight, ratio = np.abs(x[told].astype(np.float64)), y[told].astype(np.float64) / x[told]
    if not len(ratio):
        return 0.0
    order = np.argsort(ratio)
    below = np.cumsum(weight[order])
    return float(ratio[order][np.searchsorted(below, below[-1] / 2)])
