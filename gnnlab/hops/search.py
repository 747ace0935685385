"""Breadth-first search from one source in a large graph."""

import numpy as np
from jaxtyping import Float

from gnnlab.graphs.adjacency import Adjacency
from gnnlab.hops.bfs import single_source

SLICE = 10_000_000  # arcs looked at between two looks for an interrupt


def search(onward: Adjacency, back: Adjacency, source: int) -> Float[np.ndarray, " node"]:
    """Hops from ``source``, ``inf`` where there is no path.

    Args:
        onward: for each node where the search goes from it.
        back: for each node where the search comes from to it.
        source: a node number.
    """
    dtype = onward.indices.dtype
    hops = np.full(onward.num_nodes, -1, dtype)
    queue = np.empty(onward.num_nodes, dtype)
    hops[source], queue[0] = 0, source
    first_arcs = len(onward.of(source))
    state = np.array([0, 0, 1, first_arcs, first_arcs, 0, 0, 0, 0])
    while not single_source(*onward, *back, state, queue, hops, SLICE):
        pass
    return np.where(hops < 0, np.inf, hops)
