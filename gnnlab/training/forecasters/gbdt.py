"""Gradient boosting over the features."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from jaxtyping import Float, Int

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
        learned = Learned.of(series, split, horizons, seed)
        trees = []
        for number, horizon in enumerate(horizons):
            tell(number / len(horizons))
            trees.append(learned.boosted(horizon, loss="absolute_error"))
        return cls(horizons, learned.features, trees)

    def forecast(self, series: SensorSeries, origins: Origins) -> Forecasts:
        """See :class:`~gnnlab.training.forecasters.Forecaster`."""
        rows = self.features.at(series, origins)
        shape = (len(origins), len(series.stations))
        found = [
            answers(trees, rows, horizon).reshape(shape)
            for horizon, trees in zip(self.horizons, self.trees, strict=True)
        ]
        return np.stack(found, axis=1).astype(np.float32)


@dataclass(frozen=True, eq=False)
class Learned:
    """What trees learn from: pairs of an origin and a station of the training part, and features.

    Args:
        features: fitted.
        rows: of each pair.
        origins: of each pair, steps of the training part.
        stations: of each pair, numbers.
        target: of the training part.
        seed: of whatever is drawn.
    """

    features: ForecastFeatures
    rows: Float[np.ndarray, "pair feature"]
    origins: Int[np.ndarray, " pair"]
    stations: Int[np.ndarray, " pair"]
    target: Float[np.ndarray, "time station"]
    seed: int

    @classmethod
    def of(
        cls, series: SensorSeries, split: TimeSplit, horizons: Sequence[int], seed: int
    ) -> Learned:
        """All pairs of the training part; of more than `MOST_ROWS` so many, drawn.

        Raises:
            DataError: nothing to learn from.
        """
        past = training_part(series, split, horizons)
        features, target = ForecastFeatures.fit(past), target_of(past)
        origins, stations = np.divmod(_drawn(target.size, seed), target.shape[1])
        rows = features.table(past).rows(origins, stations)
        return cls(features, rows, origins, stations, target, seed)

    def boosted(self, horizon: int, **loss: Any) -> Trees:
        """Trees that answer what lies so many steps ahead; see :func:`answers`.

        Args:
            horizon: steps.
            loss: what scikit-learn's ``HistGradientBoostingRegressor`` is to minimise.
        """
        from sklearn.ensemble import HistGradientBoostingRegressor

        from gnnlab.training.forecasters.trees import Trees

        inside = self.origins + horizon < len(self.target)
        ahead = self.target[(self.origins + horizon)[inside], self.stations[inside]]
        known, observed = self.rows[inside], ~np.isnan(ahead)
        if horizon <= SHORT:
            ahead = ahead - known[:, 0]
        model = HistGradientBoostingRegressor(
            min_samples_leaf=100,
            random_state=self.seed,
            **loss,
            **(SMALL if horizon >= LONG else LARGE),
        )
        return Trees.of(model.fit(known[observed], ahead[observed]))


def answers(
    trees: Trees, rows: Float[np.ndarray, "pair feature"], horizon: int
) -> Float[np.ndarray, " pair"]:
    """What trees say of the target, in its unit; up to `SHORT` steps they say how it changes."""
    found = trees.predict(rows)
    return found + rows[:, 0] if horizon <= SHORT else found


def _drawn(pairs: int, seed: int) -> np.ndarray:
    """The numbers of all pairs, or in ascending order of as many as `MOST_ROWS`."""
    if pairs <= MOST_ROWS:
        return np.arange(pairs)
    return np.sort(np.random.default_rng(seed).choice(pairs, MOST_ROWS, replace=False))
