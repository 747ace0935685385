"""The parts of a graph that hang together."""

from dataclasses import dataclass

import numpy as np

from gnnlab.graphs.adjacency import KERNELS_FROM
from gnnlab.graphs.graph import Graph


@dataclass(frozen=True)
class Components:
    """How many (weakly) connected components there are, and the nodes of the largest."""

    count: int
    largest: int


def components(graph: Graph) -> Components:
    """The connected components, directions aside.

    >>> components(Graph(np.array([[0], [1]]), 3))
    Components(count=2, largest=2)
    """
    if len(graph.successors.indices) < KERNELS_FROM:
        return _few(graph)
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import connected_components

    indptr, indices = graph.successors
    ones = np.ones(len(indices), dtype=np.int8)
    matrix = csr_array((ones, indices, indptr), shape=(graph.num_nodes,) * 2)
    count, label = connected_components(matrix, directed=graph.directed, connection="weak")
    return Components(int(count), int(np.bincount(label).max(initial=0)))


def _few(graph: Graph) -> Components:
    """The same in plain Python, which is done before scipy is loaded."""
    lists = [graph.successors, graph.predecessors]
    unseen = set(range(graph.num_nodes))
    sizes = []
    while unseen:
        pending = [unseen.pop()]
        size = 0
        while pending:
            node = pending.pop()
            size += 1
            fresh = {other for each in lists for other in each.of(node).tolist()} & unseen
            unseen -= fresh
            pending += fresh
        sizes.append(size)
    return Components(len(sizes), max(sizes, default=0))
