"""Series -> groups of stations whose readings behave alike in time."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float, Int

from gnnlab.graphs.similarity.profiles import profiles

MOST_CLUSTERS = 8


def typical_behaviour(
    values: Float[np.ndarray, "time station"], cycles: Int[np.ndarray, "cycle time"]
) -> Float[np.ndarray, "station phase"]:
    """How far each station lies from all others at each phase of each cycle, its own mean aside.

    What all stations share at a step, such as the weather, is taken out first. 0 where a station
    was never observed.

    Args:
        values: NaN where nothing was observed.
        cycles: a row a cycle: where in it each step lies.
    """
    every = np.zeros(len(values), dtype=int)
    own = values - profiles(values, every)[0]
    shared = profiles(own.T, np.zeros(values.shape[1], dtype=int))[0]  # by step
    apart = own - shared[:, None]
    return np.concatenate([np.nan_to_num(profiles(apart, phase)) for phase in cycles]).T


def behaviour_clusters(
    values: Float[np.ndarray, "time station"],
    cycles: Int[np.ndarray, "cycle time"],
    random_state: int = 0,
) -> Int[np.ndarray, " station"]:
    """The group of each station, from 0 on: k-means of their typical behaviour.

    The number of groups, 2 to ``MOST_CLUSTERS`` and at least two stations each on average, is that
    of the greatest silhouette (Rousseeuw 1987). Fewer than four stations are one group.

    Args:
        values: of the training part; NaN where nothing was observed.
        cycles: a row a cycle: where in it each step lies.
        random_state: of k-means.
    """
    from sklearn.cluster import KMeans
    from sklearn.metrics import silhouette_score

    typical = typical_behaviour(values, cycles)
    most = min(MOST_CLUSTERS, len(typical) // 2, len(np.unique(typical, axis=0)) - 1)
    found = np.zeros(len(typical), dtype=int)
    best = -np.inf
    for count in range(2, most + 1):
        groups = KMeans(count, n_init=10, random_state=random_state).fit_predict(typical)
        score = silhouette_score(typical, groups)
        if score > best:
            found, best = groups.astype(int), score
    return found
