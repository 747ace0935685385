"""Linear in the features."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float

from gnnlab.data import SensorSeries, TimeSplit
from gnnlab.data.forecast_features import FeatureTable, ForecastFeatures
from gnnlab.training.forecasters.forecaster import (
    Forecasts,
    Origins,
    Tell,
    target_of,
    targets_ahead,
    training_part,
    untold,
)

PENALTY = 100.0  # of a squared coefficient of a feature with deviation 1
BLOCK = 2048  # steps whose rows are in memory at a time
FEW = 0.01  # share of negative values with which a target counts as a concentration


@dataclass(frozen=True, eq=False)
class Ridge:
    """Ridge regression on the features, one for all stations, its own coefficients a horizon.

    A target that is hardly ever negative is forecast as its square root, from features that hold
    square roots of it: squared again, a mean of roots is nearer to the median, and the largest
    values weigh less.

    Args:
        features: fitted on the training part.
        rooted: whether roots are taken.
        center: means of the features.
        scale: their deviations, 1 where there is none.
        coefficients: of scaled features and, last, of 1.
    """

    features: ForecastFeatures
    rooted: bool
    center: Float[np.ndarray, " feature"]
    scale: Float[np.ndarray, " feature"]
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
        rooted = bool((values < 0).sum() <= FEW * (~np.isnan(values)).sum())
        past = _with_roots(past) if rooted else past
        features = ForecastFeatures.fit(past)
        table, target = features.table(past), target_of(past)
        blocks = np.array_split(np.arange(len(target)), -(-len(target) // BLOCK))
        center, scale = _moments(table, blocks)
        penalty = PENALTY * np.diag([*np.ones(len(center)), 0.0])  # the last stands beside 1
        gram, moment = np.zeros((len(horizons), *penalty.shape)), 0.0
        for number, block in enumerate(blocks):
            tell(number / len(blocks))
            rows = _scaled(table.at(block), center, scale)
            ahead = np.moveaxis(targets_ahead(target, block, horizons), 1, 0)
            ahead = ahead.reshape(len(horizons), -1)
            for place, seen in enumerate(~np.isnan(ahead)):
                known = rows[seen]
                gram[place] += known.T @ known
            moment = moment + np.nan_to_num(ahead) @ rows
        coefficients = np.linalg.solve(gram + penalty, np.asarray(moment)[..., None])[..., 0]
        return cls(features, rooted, center, scale, coefficients)

    def forecast(self, series: SensorSeries, origins: Origins) -> Forecasts:
        """See :class:`~gnnlab.training.forecasters.Forecaster`."""
        rows = self.features.at(_with_roots(series) if self.rooted else series, origins)
        found = _scaled(rows, self.center, self.scale) @ self.coefficients.T
        found = np.square(np.maximum(found, 0)) if self.rooted else found
        found = found.reshape(len(origins), len(series.stations), -1)
        return np.moveaxis(found, 1, 2).astype(np.float32)


def _with_roots(series: SensorSeries) -> SensorSeries:
    """The series with square roots of its first target; negative values count as 0."""
    channel = series.index(series.names("target")[0])
    values = series.values.copy()
    values[..., channel] = np.sqrt(np.maximum(values[..., channel], 0))
    return replace(series, values=values)


def _moments(
    table: FeatureTable, blocks: Sequence[np.ndarray]
) -> tuple[Float[np.ndarray, " feature"], Float[np.ndarray, " feature"]]:
    """Means of the features, and deviations, 1 where there is none."""
    count, total, squares = 0, 0.0, 0.0
    for block in blocks:
        rows = table.at(block).astype(np.float64)
        count += len(rows)
        total, squares = total + rows.sum(axis=0), squares + np.square(rows).sum(axis=0)
    center = np.asarray(total / count)
    scale = np.sqrt(np.maximum(squares / count - np.square(center), 0))
    return center, np.where(scale > 1e-6 * np.abs(center), scale, 1)


def _scaled(
    rows: Float[np.ndarray, "row feature"],
    center: Float[np.ndarray, " feature"],
    scale: Float[np.ndarray, " feature"],
) -> Float[np.ndarray, "row column"]:
    """Features around 0 with deviation 1, and beside them 1, float32."""
    scaled = (rows - center.astype(np.float32)) / scale.astype(np.float32)
    return np.column_stack([scaled, np.ones(len(rows), np.float32)])
