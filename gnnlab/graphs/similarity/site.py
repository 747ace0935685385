"""Surroundings -> graph of stations that stand in alike places (GC-DCRNN, Lin et al. 2018)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float, Int

from gnnlab.errors import GraphError
from gnnlab.graphs.graph import Graph
from gnnlab.graphs.similarity.behaviour import behaviour_clusters
from gnnlab.graphs.similarity.sparsify import gaussian_kernel, sparsify

if TYPE_CHECKING:
    import pandas

TREES = 500


@dataclass(frozen=True, eq=False)
class SiteSimilarity:
    """A graph of alike surroundings, and why it is as it is.

    Args:
        graph: weights in (0, 1].
        importance: of each feature for telling the clusters apart, adding up to 1, greatest first.
        clusters: the group of alike temporal behaviour that each station is in, from 0 on; -1 where
            its behaviour is not known.
    """

    graph: Graph
    importance: dict[str, float]
    clusters: Int[np.ndarray, " station"]


def site_graph(
    features: pandas.DataFrame,
    values: Float[np.ndarray, "time station"],
    cycles: Int[np.ndarray, "cycle time"],
    *,
    random_state: int = 0,
    sigma: float | None = None,
    threshold: float | None = None,
    neighbors: int | None = None,
) -> SiteSimilarity:
    """Stations joined by the likeness of their surroundings, as far as these matter.

    What matters is learned: stations are grouped by how their readings behave in time
    (:func:`behaviour_clusters`), a random forest learns to tell the groups apart by the
    standardised features (:func:`importances`), and the square of a feature's difference counts in
    that of the distance by its importance there. A Gaussian kernel makes similarities of distances.

    Args:
        features: a row a station, indexed by name; columns of numbers (NaN, if unknown, counts
            as average) and of categories. A station of which all are unknown has no edges.
        values: of the training part, on a scale on which stations differ by addition, such as the
            logarithm of concentrations; NaN where nothing was observed. A station that was never
            observed teaches nothing, and has edges by its features.
        cycles: a row a cycle: where in it each step lies, such as the hour of the day, 0 to 23.
        random_state: of the forest.
        sigma: see :func:`gaussian_kernel`.
        threshold: see :func:`sparsify`.
        neighbors: see :func:`sparsify`.

    Raises:
        GraphError: no feature that differs between stations.
        ValueError: see :func:`gaussian_kernel` and :func:`sparsify`.
    """
    clusters = behaviour_clusters(values, cycles)
    standard, column = standardized(features)
    known = features.notna().any(axis=1).to_numpy()
    teaching = known & (clusters >= 0)
    weight = importances(standard[teaching], clusters[teaching], random_state)
    by_feature = {
        name: float(weight[[each == name for each in column]].sum())
        for name in dict.fromkeys(column)
    }
    difference = standard[:, None] - standard
    distance = np.sqrt((weight * difference**2).sum(axis=2))
    distance[~known] = distance[:, ~known] = np.nan
    graph = sparsify(
        gaussian_kernel(distance, sigma),
        [str(name) for name in features.index],
        threshold=threshold,
        neighbors=neighbors,
        name="site",
    )
    ranked = sorted(by_feature.items(), key=lambda each: -each[1])
    return SiteSimilarity(graph, dict(ranked), clusters)


def standardized(
    features: pandas.DataFrame,
) -> tuple[Float[np.ndarray, "station column"], list[str]]:
    """Columns of mean 0 and standard deviation 1, a category one each, and their features' names.

    Columns that do not differ between stations are left out; unknown numbers become 0, the mean,
    and an unknown category is one of its own.

    Raises:
        GraphError: none is left.
    """
    columns: list[np.ndarray] = []
    names: list[str] = []
    for name in features.columns:
        column = features[name]
        if column.dtype.kind in "iuf":
            parts = [column.to_numpy(float, na_value=np.nan)]
        else:
            words = np.array([str(word) for word in column])
            parts = [(words == word).astype(float) for word in np.unique(words)]
        for part in parts:
            known = ~np.isnan(part)
            if known.any() and np.ptp(part[known]) > 0:
                standard = (part - part[known].mean()) / part[known].std()
                columns.append(np.where(known, standard, 0.0))
                names.append(str(name))
    if not columns:
        raise GraphError("a site graph needs a feature that differs between stations, got none")
    return np.stack(columns, axis=1), names


def importances(
    standard: Float[np.ndarray, "station column"],
    clusters: Int[np.ndarray, " station"],
    random_state: int,
) -> Float[np.ndarray, " column"]:
    """How much each column helps a random forest to tell the clusters apart; they add up to 1.

    Its trees draw the cuts too (extremely randomised, Geurts et al. 2006), which spreads importance
    evenly over columns that say the same. All count alike where there are less than two clusters,
    or none helps.
    """
    columns = standard.shape[1]
    alike = np.full(columns, 1 / columns)
    if len(set(clusters.tolist())) < 2:
        return alike
    from sklearn.ensemble import ExtraTreesClassifier

    forest = ExtraTreesClassifier(TREES, class_weight="balanced", random_state=random_state)
    with np.errstate(invalid="ignore"):  # 0 / 0 where no cut of any tree helps
        found = forest.fit(standard, clusters).feature_importances_
    return found if found.sum() > 0 else alike
