"""Features around 0 with deviation 1."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from gnnlab.data.forecast_features import FeatureTable

BLOCK = 2048  # steps whose rows are in memory at a time
ROWS = 32_768  # rows that are, of more than 16 stations
LEARNED = 500_000  # rows that are learned from


@dataclass(frozen=True, eq=False)
class FeatureScaler:
    """How features become what a linear layer reads, fitted on the training part.

    Args:
        rooted: whether roots are taken first, of negative ones -sqrt(-x): most are amounts, whose
            largest values would outweigh all others.
        center: means of the features.
        scale: their deviations, 1 where there is none.
    """

    rooted: bool
    center: Float[np.ndarray, " feature"]
    scale: Float[np.ndarray, " feature"]

    @classmethod
    def fit(cls, table: FeatureTable, steps: int, rooted: bool = False) -> FeatureScaler:
        """Learn from the first steps of a table.

        Where these have more than `LEARNED` rows, steps with so many are drawn, always the same.
        """
        stations = len(table.neighbors)
        few = min(steps, max(LEARNED // stations, 1))
        drawn = np.sort(np.random.default_rng(0).choice(steps, few, replace=False))
        count, total, squares = 0, 0.0, 0.0
        for block in (drawn[each] for each in blocks(few, stations)):
            rows = _rooted(table.at(block), rooted).astype(np.float64)
            count += len(rows)
            total, squares = total + rows.sum(axis=0), squares + np.square(rows).sum(axis=0)
        center = np.asarray(total / count)
        scale = np.sqrt(np.maximum(squares / count - np.square(center), 0))
        return cls(rooted, center, np.where(scale > 1e-6 * np.abs(center), scale, 1))

    def transform(self, rows: Float[np.ndarray, "row feature"]) -> Float[np.ndarray, "row feature"]:
        """Scaled features, float32."""
        rows = _rooted(rows, self.rooted)
        return (rows - self.center.astype(np.float32)) / self.scale.astype(np.float32)


def blocks(steps: int, stations: int = 1) -> list[np.ndarray]:
    """Steps, as many at a time as memory has room for the rows of."""
    together = max(min(BLOCK, ROWS // stations), 1)
    return np.array_split(np.arange(steps), -(-steps // together))


def _rooted(
    rows: Float[np.ndarray, "row feature"], rooted: bool
) -> Float[np.ndarray, "row feature"]:
    return np.copysign(np.sqrt(np.abs(rows)), rows) if rooted else rows
