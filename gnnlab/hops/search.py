"""Breadth-first search from one source in a large graph."""

import numpy as np

from gnnlab.graphs import Graph
from gnnlab.hops.bfs import single_source

SLICE = 50_000_000  # arcs looked at between two looks for an interrupt


def search(graph: Graph, source: int) -> np.ndarray:
    """Hops from ``source``, [node], ``inf`` where there is no path."""
    dtype = graph.successors.indices.dtype
    hops = np.full(graph.num_nodes, -1, dtype)
    queue = np.empty(graph.num_nodes, dtype)
    hops[source], queue[0] = 0, source
    first_arcs = len(graph.successors.of(source))
    state = np.array([0, 0, 1, first_arcs, first_arcs, 0])
    while not single_source(*graph.successors, *graph.predecessors, state, queue, hops, SLICE):
        pass
    return np.where(hops < 0, np.inf, hops)
