"""How alike the features of nodes have become."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float

if TYPE_CHECKING:
    from scipy.sparse import csr_array


def dirichlet_energy(features: Float[np.ndarray, "node channel"], a_hat: csr_array) -> float:
    """tr(Hᵀ (I - Â) H): the sum over edges of |h_i / sqrt(d_i) - h_j / sqrt(d_j)|^2.

    After Cai and Wang (2020), A note on over-smoothing, definition 2; each undirected edge counts
    once, degrees count the self-loop. 0 for the smoothest signal. On a directed graph it is the
    quadratic form alone, which may be negative.

    >>> from gnnlab.graphs import chain, normalized_adjacency
    >>> round(dirichlet_energy(np.array([[1.0], [3.0]]), normalized_adjacency(chain(2))), 12)
    2.0
    """
    features = features.astype(np.float64)
    return float((features * (features - a_hat @ features)).sum())


def mean_average_distance(features: Float[np.ndarray, "node channel"]) -> float | None:
    """The mean cosine distance, 1 - cos(h_i, h_j), of all pairs of different nodes.

    After Chen et al. (2020), Measuring and relieving the over-smoothing problem, eq. 1 and 2, over
    all pairs. Nodes whose features are all 0 have no direction and are left out; ``None`` where
    fewer than two are left.

    >>> mean_average_distance(np.array([[1.0, 0.0], [0.0, 2.0], [0.0, 0.0]]))
    1.0
    """
    length = np.linalg.norm(features.astype(np.float64), axis=1)
    count = int((length > 0).sum())
    if count < 2:
        return None
    directions = features[length > 0] / length[length > 0, None]
    cosines = float(np.square(directions.sum(axis=0)).sum()) - count  # of pairs i != j
    return max(0.0, 1 - cosines / (count * (count - 1)))
