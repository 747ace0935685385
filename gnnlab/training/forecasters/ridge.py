"""Linear in the features."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float

from gnnlab.data import SensorSeries, TimeSplit
from gnnlab.data.forecast_features import ForecastFeatures
from gnnlab.training.forecasters.feature_scaler import FeatureScaler, blocks
from gnnlab.training.forecasters.forecaster import (
    Forecasts,
    Origins,
    Tell,
    hardly_negative,
    target_of,
    targets_ahead,
    training_part,
    untold,
)

PENALTY = 100.0  # of a squared coefficient of a feature with deviation 1


@dataclass(frozen=True, eq=False)
class Ridge:
    """Ridge regression on the features, one for all stations, its own coefficients a horizon.

    A target that is hardly ever negative is forecast as its square root, from features that hold
    square roots of it: squared again, a mean of roots is nearer to the median, and the largest
    values weigh less.

    Args:
        features: fitted on the training part.
        rooted: whether roots are taken.
        scaler: of them.
        coefficients: of scaled features and, last, of 1.
    """

    features: ForecastFeatures
    rooted: bool
    scaler: FeatureScaler
    coefficients: Float[np.ndarray, "horizon column"]

    @classmethod
    def fit(
        cls,
        series: SensorSeries,
        split: TimeSplit,
        horizons: Sequence[int],
        seed: int = 0,
        tell: Tell = untold,
    ) -> Ridge:
        """See :class:`~gnnlab.training.forecasters.Fit`."""
        past = training_part(series, split, horizons)
        values = target_of(past)
        rooted = hardly_negative(values)
        past = _with_roots(past) if rooted else past
        features = ForecastFeatures.fit(past)
        table, target = features.table(past), target_of(past)
        scaler, parts = FeatureScaler.fit(table, len(target)), blocks(*target.shape)
        penalty = PENALTY * np.diag([*np.ones(len(scaler.center)), 0.0])  # the last stands beside 1
        gram, moment = np.zeros((len(horizons), *penalty.shape)), 0.0
        for number, block in enumerate(parts):
            tell(number / len(parts))
            rows = _with_one(scaler.transform(table.at(block)))
            ahead = np.moveaxis(targets_ahead(target, block, horizons), 1, 0)
            ahead = ahead.reshape(len(horizons), -1)
            for place, seen in enumerate(~np.isnan(ahead)):
                known = rows[seen]
                gram[place] += known.T @ known
            moment = moment + np.nan_to_num(ahead) @ rows
        coefficients = np.linalg.solve(gram + penalty, np.asarray(moment)[..., None])[..., 0]
        return cls(features, rooted, scaler, coefficients)

    def forecast(self, series: SensorSeries, origins: Origins) -> Forecasts:
        """See :class:`~gnnlab.training.forecasters.Forecaster`."""
        rows = self.features.at(_with_roots(series) if self.rooted else series, origins)
        found = _with_one(self.scaler.transform(rows)) @ self.coefficients.T
        found = np.square(np.maximum(found, 0)) if self.rooted else found
        found = found.reshape(len(origins), len(series.stations), -1)
        return np.moveaxis(found, 1, 2).astype(np.float32)


def _with_roots(series: SensorSeries) -> SensorSeries:
    """The series with square roots of its first target; negative values count as 0."""
    channel = series.index(series.names("target")[0])
    values = series.values.copy()
    values[..., channel] = np.sqrt(np.maximum(values[..., channel], 0))
    return replace(series, values=values)


def _with_one(rows: Float[np.ndarray, "row feature"]) -> Float[np.ndarray, "row column"]:
    return np.column_stack([rows, np.ones(len(rows), np.float32)])
