"""Topological levels: what can be computed at once, one level after the other."""

import numpy as np
from jaxtyping import Bool

from gnnlab.errors import GraphError
from gnnlab.graphs.adjacency import adjacency
from gnnlab.graphs.graph import Graph

_SHOWN = 10  # nodes of a cycle in a message


def levels(graph: Graph) -> list[np.ndarray]:
    """The node numbers of each topological level, ascending, the first level first.

    Nodes without incoming edges are level 0; any other is one above the highest of its sources.
    Edges count as they are stored, source -> target, in a graph that is not ``directed``, too.

    Args:
        graph: n nodes, no cycle among its edges.

    Returns:
        For each level int64, [node]; together each of the n nodes once.

    Raises:
        GraphError: a cycle, be it a self-loop; the message shows its nodes.

    >>> [level.tolist() for level in levels(Graph.from_edges([("A", "B"), ("B", "C"), ("A", "C")]))]
    [[0], [1], [2]]
    """
    source, target = graph.edges
    lists = adjacency(source, target, graph.num_nodes)
    waiting = np.bincount(target, minlength=graph.num_nodes)  # arcs not yet gone along
    found = []
    level = np.flatnonzero(waiting == 0)
    while len(level):
        found.append(level)
        starts, counts = lists.indptr[level], lists.indptr[level + 1] - lists.indptr[level]
        arcs = np.arange(counts.sum()) + np.repeat(starts - (np.cumsum(counts) - counts), counts)
        targets, times = np.unique(lists.indices[arcs].astype(np.int64), return_counts=True)
        waiting[targets] -= times
        level = targets[waiting[targets] == 0]
    if waiting.any():
        raise GraphError(f"levels need a graph without cycles, got {_cycle(graph, waiting > 0)}")
    return found


def _cycle(graph: Graph, left: Bool[np.ndarray, " node"]) -> str:
    """A cycle, written from its lowest node, among nodes that each hear from another of them."""
    source, target = graph.edges[:, left[graph.edges].all(axis=0)]
    before = np.empty(graph.num_nodes, dtype=np.int64)
    before[target] = source
    node, way = int(np.argmax(left)), dict[int, int]()
    while node not in way:  # back until a node comes again
        way[node] = len(way)
        node = int(before[node])
    cycle = list(way)[way[node] :][::-1]
    lowest = cycle.index(min(cycle))
    cycle = cycle[lowest:] + cycle[: lowest + 1]
    shown = [graph.label(node) for node in cycle]
    if len(shown) > _SHOWN:
        shown[_SHOWN // 2 : -_SHOWN // 2] = [f"{len(shown) - _SHOWN:,} more"]
    return " -> ".join(shown)
