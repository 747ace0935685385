"""Gradient boosting over the features."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from gnnlab.data import SensorSeries, TimeSplit
from gnnlab.data.forecast_features import ForecastFeatures
from gnnlab.training.forecasters.forecaster import (
    Forecasts,
    Origins,
    Tell,
    target_of,
    training_part,
    untold,
)

if TYPE_CHECKING:
    from gnnlab.training.forecasters.trees import Trees

SHORT, LONG = 3, 12  # steps: up to the one changes are forecast, from the other on trees are small
MOST_ROWS = 400_000  # pairs of an origin and a station that are learned from
SMALL: dict[str, Any] = {
    "learning_rate": 0.03,
    "max_iter": 500,
    "max_leaf_nodes": 15,
    "l2_regularization": 20,
    "max_features": 0.5,
}
LARGE: dict[str, Any] = {
    "learning_rate": 0.05,
    "max_iter": 400,
    "max_leaf_nodes": 31,
    "l2_regularization": 1,
}


@dataclass(frozen=True, eq=False)
class GradientBoosting:
    """Histogram gradient boosting of the absolute error, one model a horizon for all stations.

    Up to `SHORT` steps ahead it forecasts the change from the last value. Of more than 10,000 rows
    a tenth, drawn, says when more trees no longer help. Trees of the longer horizons ask for half
    of the features, drawn at each split.
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
    ) -> GradientBoosting:
        """See :class:`~gnnlab.training.forecasters.Fit`."""
        from sklearn.ensemble import HistGradientBoostingRegressor

        from gnnlab.training.forecasters.trees import Trees

        past = training_part(series, split, horizons)
        features, target = ForecastFeatures.fit(past), target_of(past)
        origins, stations = np.divmod(_drawn(target.size, seed), target.shape[1])
        rows = features.table(past).rows(origins, stations)
        trees = []
        for number, horizon in enumerate(horizons):
            tell(number / len(horizons))
            inside = origins + horizon < len(target)
            ahead = target[(origins + horizon)[inside], stations[inside]]
            known, learned = rows[inside], ~np.isnan(ahead)
            if horizon <= SHORT:
                ahead = ahead - known[:, 0]
            model = HistGradientBoostingRegressor(
                loss="absolute_error",
                min_samples_leaf=100,
                random_state=seed,
                **(SMALL if horizon >= LONG else LARGE),
            )
            trees.append(Trees.of(model.fit(known[learned], ahead[learned])))
        return cls(horizons, features, trees)

    def forecast(self, series: SensorSeries, origins: Origins) -> Forecasts:
        """See :class:`~gnnlab.training.forecasters.Forecaster`."""
        rows = self.features.at(series, origins)
        shape = (len(origins), len(series.stations))
        found = [
            (trees.predict(rows) + (rows[:, 0] if horizon <= SHORT else 0)).reshape(shape)
            for horizon, trees in zip(self.horizons, self.trees, strict=True)
        ]
        return np.stack(found, axis=1).astype(np.float32)


def _drawn(pairs: int, seed: int) -> np.ndarray:
    """The numbers of all pairs, or in ascending order of as many as `MOST_ROWS`."""
    if pairs <= MOST_ROWS:
        return np.arange(pairs)
    return np.sort(np.random.default_rng(seed).choice(pairs, MOST_ROWS, replace=False))
