"""Â = D^-1/2 (A + I) D^-1/2 in numpy and scipy; ``gnnlab.nn`` holds the torch twin."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gnnlab.errors import GraphError
from gnnlab.graphs.graph import Graph

if TYPE_CHECKING:
    from scipy.sparse import csr_array


def normalized_adjacency(graph: Graph, *, self_loop_weight: float = 1.0) -> csr_array:
    """Â = D^-1/2 (A + I) D^-1/2 in float64, [target, source] (Kipf and Welling 2017, eq. 2).

    Taken literally: a self-loop of weight w becomes w + 1, parallel edges add up, and D holds the
    row sums of A + I, that is the weights of incoming edges.

    Args:
        graph: n nodes, directed or not, weighted or not.
        self_loop_weight: what is added to the diagonal: 1 for A + I, 2 for the "improved" GCN,
            0 for none; then the row of a node without incoming edges is zero.

    Returns:
        A sparse matrix, [n, n].

    Raises:
        GraphError: the degree of a node is not positive and finite; the message names it.
        ValueError: a ``self_loop_weight`` that is not finite.

    >>> from gnnlab.graphs import example6
    >>> normalized_adjacency(example6()).toarray()[2].round(3)
    array([0.   , 0.289, 0.333, 0.289, 0.   , 0.   ])
    """
    from scipy.sparse import diags_array, eye_array

    if not np.isfinite(self_loop_weight):
        raise ValueError(f"self_loop_weight must be finite, got {self_loop_weight}")
    adjacency = (graph.csr() + self_loop_weight * eye_array(graph.num_nodes)).tocsr()
    degree = adjacency.sum(axis=1)
    connected = abs(adjacency).sum(axis=1) > 0
    if (wrong := connected & ~((degree > 0) & np.isfinite(degree))).any():
        node = int(wrong.argmax())
        raise GraphError(
            f"the degree of every node must be > 0 and finite, got {degree[node]:g} "
            f"for node {graph.label(node)}"
        )
    scale = diags_array(np.where(connected, degree, np.inf) ** -0.5)
    return (scale @ adjacency @ scale).tocsr()
