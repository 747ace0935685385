"""It stays as it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from gnnlab.data import SensorSeries, TimeSplit, carried_forward
from gnnlab.training.forecasters.forecaster import (
    Forecasts,
    Origins,
    Tell,
    target_of,
    training_part,
    untold,
)


@dataclass(frozen=True)
class Persistence:
    """The value at the origin, for every horizon; no forecast where it was not observed."""

    horizons: Sequence[int]

    @classmethod
    def fit(
        cls,
        series: SensorSeries,
        split: TimeSplit,
        horizons: Sequence[int],
        seed: int = 0,
        tell: Tell = untold,
    ) -> Persistence:
        """There is nothing to fit."""
        return cls(horizons)

    def forecast(self, series: SensorSeries, origins: Origins) -> Forecasts:
        """See :class:`~gnnlab.training.forecasters.Forecaster`."""
        return np.repeat(target_of(series)[origins][:, None], len(self.horizons), axis=1)


@dataclass(frozen=True)
class CarriedPersistence:
    """The value observed last, however long ago; before any, the training part's median."""

    horizons: Sequence[int]
    median: float

    @classmethod
    def fit(
        cls,
        series: SensorSeries,
        split: TimeSplit,
        horizons: Sequence[int],
        seed: int = 0,
        tell: Tell = untold,
    ) -> CarriedPersistence:
        """Take the median of all stations; see :class:`~gnnlab.training.forecasters.Fit`."""
        return cls(horizons, float(np.nanmedian(target_of(training_part(series, split)))))

    def forecast(self, series: SensorSeries, origins: Origins) -> Forecasts:
        """See :class:`~gnnlab.training.forecasters.Forecaster`."""
        last = carried_forward(target_of(series))[origins]
        last = np.where(np.isnan(last), np.float32(self.median), last)
        return np.repeat(last[:, None], len(self.horizons), axis=1)
