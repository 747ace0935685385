"""Gradient boosting of quantiles, the measure of other intervals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gnnlab.data import SensorSeries, TimeSplit
from gnnlab.data.forecast_features import ForecastFeatures
from gnnlab.training.forecasters.forecaster import (
    LEVELS,
    MEDIAN,
    Forecasts,
    Origins,
    Quantiles,
    Tell,
    untold,
)
from gnnlab.training.forecasters.gbdt import Learned, answers

if TYPE_CHECKING:
    from gnnlab.training.forecasters.trees import Trees

BOOSTED = (0.05, 0.25, 0.5, 0.75, 0.95)  # levels; of those between, quantiles are on straight lines


@dataclass(frozen=True, eq=False)
class QuantileBoosting:
    """Histogram gradient boosting of the pinball loss, one model a horizon and level of `BOOSTED`.

    Features, trees and how their number is found are those of
    :class:`~gnnlab.training.forecasters.GradientBoosting`. Where quantiles cross they are sorted
    (Chernozhukov et al. 2010, "Quantile and probability curves without crossing").

    Args:
        horizons: steps ahead.
        features: fitted.
        trees: of each horizon and level, levels side by side.
    """

    horizons: Sequence[int]
    features: ForecastFeatures
    trees: Sequence[Trees]

    @classmethod
    def fit(
        cls,
        series: SensorSeries,
        split: TimeSplit,
        horizons: Sequence[int],
        seed: int = 0,
        tell: Tell = untold,
    ) -> QuantileBoosting:
        """See :class:`~gnnlab.training.forecasters.Fit`."""
        learned = Learned.of(series, split, horizons, seed)
        asked = [(horizon, level) for horizon in horizons for level in BOOSTED]
        trees = []
        for number, (horizon, level) in enumerate(asked):
            tell(number / len(asked))
            trees.append(learned.boosted(horizon, loss="quantile", quantile=level))
        return cls(horizons, learned.features, trees)

    def forecast(self, series: SensorSeries, origins: Origins) -> Forecasts:
        """See :class:`~gnnlab.training.forecasters.Forecaster`."""
        return self.quantiles(series, origins)[..., MEDIAN]

    def quantiles(self, series: SensorSeries, origins: Origins) -> Quantiles:
        """See :class:`~gnnlab.training.forecasters.QuantileForecaster`."""
        rows = self.features.at(series, origins)
        ahead = np.repeat(self.horizons, len(BOOSTED)).tolist()
        by_level = [
            answers(trees, rows, horizon) for horizon, trees in zip(ahead, self.trees, strict=True)
        ]
        shape = (len(self.horizons), len(BOOSTED), len(origins), len(series.stations))
        boosted = np.sort(np.reshape(by_level, shape), axis=1)
        between = np.array([np.interp(LEVELS, BOOSTED, each) for each in np.eye(len(BOOSTED))])
        found = np.tensordot(boosted, between, axes=(1, 0)).swapaxes(0, 1)
        return found.astype(np.float32)
