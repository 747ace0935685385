"""Similarities of all pairs -> a graph that keeps the strong ones."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float

from gnnlab.graphs.graph import Graph

TINY = np.finfo(np.float64).tiny


def gaussian_kernel(
    distance: Float[np.ndarray, "node node"], sigma: float | None = None
) -> Float[np.ndarray, "node node"]:
    """exp(-(d / sigma)^2), in (0, 1] however far; 0 where the distance is infinite or unknown.

    Args:
        distance: between all pairs, not negative, 0 on the diagonal; NaN where it is unknown.
        sigma: the distance at which 1/e is left; ``None`` takes their :func:`bandwidth`.

    Raises:
        ValueError: ``sigma`` that is not above 0.

    >>> gaussian_kernel(np.array([[0.0, 2.0], [2.0, 0.0]]), sigma=2.0).round(3)
    array([[1.   , 0.368],
           [0.368, 1.   ]])
    """
    sigma = bandwidth(distance) if sigma is None else sigma
    if not sigma > 0:
        raise ValueError(f"sigma must be above 0, got {sigma}")
    weight = np.maximum(np.exp(-np.square(distance / sigma)), TINY)
    return np.where(np.isfinite(distance), weight, 0.0)


def bandwidth(distance: Float[np.ndarray, "node node"]) -> float:
    """The standard deviation of the finite distances, each node's 0 to itself among them.

    So the code of DCRNN has it (Li et al. 2018), whose lists of distances hold that of each sensor
    to itself. 1 where none differ.

    >>> bandwidth(np.array([[0.0, 4.0], [4.0, 0.0]]))
    2.0
    """
    known = distance[np.isfinite(distance)]
    return (float(known.std()) if known.size else 0.0) or 1.0


def usual_neighbors(nodes: int) -> int:
    """How many neighbours each node keeps unless it is said: the square root of their number."""
    return max(round(nodes**0.5), 1)


def sparsify(
    similarity: Float[np.ndarray, "target source"],
    labels: Sequence[str] | None = None,
    *,
    threshold: float | None = None,
    neighbors: int | None = None,
    directed: bool = False,
    name: str = "",
) -> Graph:
    """The graph of the strong similarities, without self-loops.

    Args:
        similarity: [target, source]; an edge needs more than 0. Symmetric unless ``directed``.
        labels: one name a node.
        threshold: keeps similarities of at least this.
        neighbors: keeps for each target its sources of greatest similarity, this many, more where
            the last ones tie, and fewer where there are no more; undirected, an edge stays if
            either end keeps it. Without ``threshold`` and ``neighbors`` it is
            :func:`usual_neighbors`.
        directed: whether edges carry information one way only.
        name: of the graph.

    Raises:
        ValueError: ``threshold`` not in (0, 1], ``neighbors`` < 1, or both.

    >>> similarity = np.array([[1.0, 0.9, 0.1], [0.9, 1.0, 0.5], [0.1, 0.5, 1.0]])
    >>> sparsify(similarity, "ABC", neighbors=1).to_networkx().edges
    EdgeView([('A', 'B'), ('B', 'C')])
    """
    if threshold is not None and neighbors is not None:
        raise ValueError(
            f"either threshold or neighbors must be given, got {threshold} and {neighbors}"
        )
    if threshold is not None and not 0 < threshold <= 1:
        raise ValueError(f"threshold must be above 0 and at most 1, got {threshold}")
    if neighbors is not None and neighbors < 1:
        raise ValueError(f"neighbors must be >= 1, got {neighbors}")
    if threshold is None and neighbors is None:
        neighbors = usual_neighbors(len(similarity))
    weight = np.where(np.eye(len(similarity), dtype=bool), 0.0, similarity)
    keep = weight > 0
    if threshold is not None:
        keep &= weight >= threshold
    if neighbors is not None and neighbors < len(weight):
        keep &= weight >= np.sort(weight, axis=1)[:, [-neighbors]]
    if not directed:
        keep = np.triu(keep | keep.T)
    source, target = np.nonzero(keep.T if directed else keep)
    return Graph(
        np.stack([source, target]),
        len(weight),
        weight[target, source],
        labels=None if labels is None else tuple(labels),
        directed=directed,
        name=name,
    )
