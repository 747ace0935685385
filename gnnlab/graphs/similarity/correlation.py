"""Series -> graph of stations that rise and fall together."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float

from gnnlab.graphs.graph import Graph
from gnnlab.graphs.similarity.sparsify import sparsify

LEAST_COMMON = 24  # changes that both stations saw, below which a correlation says nothing


def correlations(
    values: Float[np.ndarray, "time station"],
) -> Float[np.ndarray, "station station"]:
    """Pearson's correlation of each pair of columns over the rows where both are observed.

    NaN where fewer than ``LEAST_COMMON`` rows are, or where one does not vary on them.

    >>> rising = np.arange(30.0)
    >>> correlations(np.stack([rising, 5 - 2 * rising], axis=1)).round(6)
    array([[ 1., -1.],
           [-1.,  1.]])
    """
    values = values.astype(np.float64)
    there = ~np.isnan(values)
    count = np.maximum(there.sum(axis=0), 1)
    mean = np.where(there, values, 0.0).sum(axis=0) / count
    centred = np.where(there, values - mean, 0.0)  # a great offset would cost digits below
    scale = np.sqrt((centred**2).sum(axis=0) / count)
    centred /= np.where(scale > 0, scale, 1.0)
    seen = there.astype(np.float64)
    common = seen.T @ seen
    total = centred.T @ seen  # [i, j]: the sum of i where j is observed too
    square = (centred**2).T @ seen
    with np.errstate(divide="ignore", invalid="ignore"):
        spread = square - total**2 / common
        spread[spread <= 1e-10 * square] = np.nan  # constant but for rounding
        found = (centred.T @ centred - total * total.T / common) / np.sqrt(spread * spread.T)
    found[common < LEAST_COMMON] = np.nan
    return np.clip(found, -1.0, 1.0)


def correlations_of_changes(
    values: Float[np.ndarray, "time station"],
) -> Float[np.ndarray, "station station"]:
    """Spearman's correlation of each pair's changes from step to step; NaN as in `correlations`.

    A change's rank is that among all changes of its station. One wrong reading, however great, is
    two ranks of many; of the changes themselves it could undo all.

    >>> values = np.random.default_rng(0).normal(size=(100, 1)).cumsum(axis=0) * [1.0, 2.0]
    >>> values[50, 0] = 1e6
    >>> bool(correlations_of_changes(values)[0, 1] > 0.9)
    True
    """
    from scipy.stats import rankdata

    size = np.abs(values, dtype=np.float64)
    rounding = np.finfo(values.dtype).eps / 2 * (size[1:] + size[:-1])
    levels = _levels(np.diff(values.astype(np.float64), axis=0), rounding)
    return correlations(rankdata(levels, axis=0, nan_policy="omit"))


def _levels(
    changes: Float[np.ndarray, "time station"], rounding: Float[np.ndarray, "time station"]
) -> Float[np.ndarray, "time station"]:
    """Where each change stands in its column, those alike but for rounding at one place."""
    order = np.argsort(changes, axis=0)
    ordered = np.take_along_axis(changes, order, axis=0)
    within = np.take_along_axis(rounding, order, axis=0)
    higher = np.diff(ordered, axis=0) > within[1:] + within[:-1]
    level = np.cumsum(np.concatenate([np.zeros_like(ordered[:1]), higher]), axis=0)
    levels = np.empty_like(changes)
    np.put_along_axis(levels, order, level, axis=0)
    return np.where(np.isnan(changes), np.nan, levels)


def correlation_graph(
    values: Float[np.ndarray, "time station"],
    labels: Sequence[str] | None = None,
    *,
    threshold: float | None = None,
    neighbors: int | None = None,
) -> Graph:
    """Stations joined by Spearman's correlation of their changes from step to step, where above 0.

    Changes, because levels that share a season or a trend correlate whatever the stations; ranks,
    because a single wrong reading would else part stations that rise and fall together.

    Args:
        values: of the training part; NaN where nothing was observed. A change counts where both
            steps were observed, and for a pair of stations where both have it.
        labels: one name a station.
        threshold: see :func:`sparsify`.
        neighbors: see :func:`sparsify`.

    Raises:
        ValueError: see :func:`sparsify`.

    >>> common = np.random.default_rng(0).normal(size=(100, 1))
    >>> correlation_graph(common * [1.0, 2.0, -1.0], "ABC").edges
    array([[0],
           [1]])
    """
    found = np.nan_to_num(correlations_of_changes(values))
    return sparsify(found, labels, threshold=threshold, neighbors=neighbors, name="correlation")
