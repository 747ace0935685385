"""Series -> groups of stations whose readings behave alike in time."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float, Int

from gnnlab.graphs.similarity.profiles import profiles

MOST_CLUSTERS = 8


def typical_behaviour(
    values: Float[np.ndarray, "time station"], cycles: Int[np.ndarray, "cycle time"]
) -> Float[np.ndarray, "station phase"]:
    """How far each station lies from all others at each phase of each cycle, as a unit vector.

    What all stations share at a step, such as the weather, is taken out, and so is a station's own
    mean: what stays is when it is high, not how high. All 0 where a station was never observed, or
    is as all others but for rounding.

    Args:
        values: NaN where nothing was observed.
        cycles: a row a cycle: where in it each step lies.
    """
    steps, stations = values.shape
    every = np.zeros(steps, dtype=int)
    own = values - profiles(values, every)[0]
    shared = profiles(own.T, np.zeros(stations, dtype=int))[0]
    apart = own - shared[:, None]
    apart -= profiles(apart, every)[0]  # gaps in good or bad weather moved the first mean
    found = np.concatenate([np.nan_to_num(profiles(apart, phase)) for phase in cycles]).T
    length = np.linalg.norm(found, axis=1, keepdims=True)
    rounding = 1e-12 * np.abs(np.nan_to_num(values)).max(initial=0.0)
    return found / np.where(length > rounding, length, np.inf)


def behaviour_clusters(
    values: Float[np.ndarray, "time station"], cycles: Int[np.ndarray, "cycle time"]
) -> Int[np.ndarray, " station"]:
    """The group of each station, from 0 on, by Ward's clustering of their typical behaviour.

    The number of groups, 2 to ``MOST_CLUSTERS`` and at least two stations each on average, is that
    of the greatest silhouette (Rousseeuw 1987). Fewer than four stations are one group. A station
    whose typical behaviour is all 0, such as one that was never observed, is in none: -1.

    Args:
        values: of the training part; NaN where nothing was observed.
        cycles: a row a cycle: where in it each step lies.
    """
    from sklearn.cluster import AgglomerativeClustering
    from sklearn.metrics import silhouette_score

    typical = typical_behaviour(values, cycles)
    behaving = np.flatnonzero(typical.any(axis=1))
    typical = typical[behaving]
    different = len(np.unique(typical, axis=0))
    best, best_score = np.zeros(len(typical), dtype=int), -np.inf
    for count in range(2, min(MOST_CLUSTERS, len(typical) // 2, different - 1) + 1):
        groups = AgglomerativeClustering(count).fit_predict(typical)
        score = silhouette_score(typical, groups)
        if score > best_score:
            best, best_score = groups.astype(int), score
    found = np.full(values.shape[1], -1)
    found[behaving] = best
    return found
