"""One model several times, and the mean of what it says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from gnnlab.data import SensorSeries, TimeSplit
from gnnlab.training.forecasters.forecaster import (
    MEDIAN,
    Fit,
    Forecasts,
    Origins,
    QuantileForecaster,
    Quantiles,
    Tell,
    told,
    untold,
)


@dataclass(frozen=True, eq=False)
class SeedEnsemble:
    """Means over seeds of a model's quantiles, level by level, which ascend as they do.

    (Lakshminarayanan et al. 2017, "Simple and scalable predictive uncertainty estimation using deep
    ensembles"; of quantiles, Vincent 1912.)

    Args:
        members: the model, fitted with other seeds.
    """

    members: Sequence[QuantileForecaster]

    @classmethod
    def fit(
        cls,
        series: SensorSeries,
        split: TimeSplit,
        horizons: Sequence[int],
        seed: int = 0,
        tell: Tell = untold,
        *,
        model: Fit,
        seeds: int = 5,
    ) -> SeedEnsemble:
        """Fit the model with as many seeds, which no ensemble of another seed has.

        Args:
            series: of all steps.
            split: its parts.
            horizons: steps ahead that will be asked for.
            seed: 0 is that of the model's seeds 0, 1 and so on, 1 that of those which follow.
            tell: is told how far the work is.
            model: what fits a forecaster with quantiles.
            seeds: how many.

        Raises:
            ValueError: no seeds.
            DataError: nothing to learn from.
        """
        if seeds < 1:
            raise ValueError(f"an ensemble must have at least 1 seed, got {seeds}")
        members: list[Any] = [
            model(series, split, horizons, seed * seeds + number, told(tell, number, seeds))
            for number in range(seeds)
        ]
        return cls(members)

    def forecast(self, series: SensorSeries, origins: Origins) -> Forecasts:
        """See :class:`~gnnlab.training.forecasters.Forecaster`."""
        return self.quantiles(series, origins)[..., MEDIAN]

    def quantiles(self, series: SensorSeries, origins: Origins) -> Quantiles:
        """See :class:`~gnnlab.training.forecasters.QuantileForecaster`."""
        first, *others = self.members
        total = first.quantiles(series, origins)
        for each in others:  # one after the other, for many stations have many quantiles
            total += each.quantiles(series, origins)
        return total / np.float32(len(self.members))
