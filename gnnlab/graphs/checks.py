"""What must hold of a graph's arrays."""

from collections import Counter
from collections.abc import Callable, Sequence

import numpy as np

from gnnlab.errors import GraphError


def check_edges(edges: np.ndarray, num_nodes: int) -> None:
    """Raise GraphError unless ``edges`` are [2, edge] and between 0 and ``num_nodes - 1``."""
    if edges.ndim != 2 or len(edges) != 2 or not np.issubdtype(edges.dtype, np.integer):
        raise GraphError(
            "edges must be integers of shape [2, edge], "
            f"got {edges.dtype} of shape {list(edges.shape)}"
        )
    if num_nodes < 0:
        raise GraphError(f"num_nodes must be >= 0, got {num_nodes}")
    if edges.size and (edges.min() < 0 or edges.max() >= num_nodes):
        outside = (edges < 0) | (edges >= num_nodes)
        edge = int(outside.any(axis=0).argmax())
        raise GraphError(
            f"a node must be between 0 and {num_nodes - 1}, "
            f"got {edges[outside[:, edge].argmax(), edge]} in edge {edge}"
        )


def check_labels(labels: Sequence[str], num_nodes: int) -> None:
    """Raise GraphError unless there is one distinct label a node."""
    if len(labels) != num_nodes:
        raise GraphError(f"labels must name each of the {num_nodes} nodes, got {len(labels)}")
    if len(set(labels)) < num_nodes:
        label, _ = Counter(labels).most_common(1)[0]
        raise GraphError(f"labels must be distinct, got {label!r} twice")


def checked_weight(
    weight: np.ndarray, edges: np.ndarray, label: Callable[[int], str]
) -> np.ndarray:
    """The weights in float64; GraphError unless there is one finite number an edge."""
    num_edges = edges.shape[1]
    if weight.shape != (num_edges,) or weight.dtype.kind not in "fiub":
        raise GraphError(
            f"weight must hold one number for each of the {num_edges} edges, "
            f"got {weight.dtype} of shape {list(weight.shape)}"
        )
    weight = weight.astype(np.float64)
    if not np.isfinite(weight).all():
        edge = int(np.isfinite(weight).argmin())
        source, target = (label(node) for node in edges[:, edge].tolist())
        raise GraphError(
            f"a weight must be finite, got {weight[edge]} on the edge from {source} to {target}"
        )
    return weight


def is_symmetric(edges: np.ndarray, weight: np.ndarray | None) -> bool:
    """Whether every arc has its opposite, as often and with the same weights."""
    weights = np.ones(edges.shape[1]) if weight is None else weight
    there = np.lexsort((weights, edges[1], edges[0]))
    back = np.lexsort((weights, edges[0], edges[1]))
    return np.array_equal(edges[:, there], edges[::-1, back]) and np.array_equal(
        weights[there], weights[back]
    )
