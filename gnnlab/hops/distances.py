"""Hop distances, shortest paths and eccentricities by breadth-first search."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from gnnlab.graphs import Graph
from gnnlab.graphs.adjacency import KERNELS_FROM, Adjacency


def hops_from(graph: Graph, source: int) -> Float[np.ndarray, " node"]:
    """How many edges information from ``source`` crosses to reach each node, ``inf`` if never.

    Args:
        graph: n nodes.
        source: a node number.

    Returns:
        Hops, [n].

    Raises:
        ValueError: a node that the graph has not.

    >>> from gnnlab.graphs import example6
    >>> hops_from(example6(), 2)
    array([2., 1., 0., 1., 3., 2.])
    """
    return _searched(graph.successors, graph.predecessors, _checked(graph, source))


def hops_to(graph: Graph, target: int) -> Float[np.ndarray, " node"]:
    """How many edges information crosses from each node to reach ``target``, ``inf`` if never.

    Args:
        graph: n nodes.
        target: a node number.

    Raises:
        ValueError: a node that the graph has not.

    >>> from gnnlab.graphs import chain
    >>> hops_to(chain(3, directed=True), 1)
    array([ 1.,  0., inf])
    """
    return _searched(graph.predecessors, graph.successors, _checked(graph, target))


def hop_matrix(graph: Graph) -> Float[np.ndarray, "target source"]:
    """Hops between all pairs, row = target, column = source, ``inf`` where there is no path.

    >>> from gnnlab.graphs import example6
    >>> hop_matrix(example6()).astype(int)
    array([[0, 1, 2, 2, 1, 1],
           [1, 0, 1, 1, 2, 2],
           [2, 1, 0, 1, 3, 2],
           [2, 1, 1, 0, 2, 1],
           [1, 2, 3, 2, 0, 1],
           [1, 2, 2, 1, 1, 0]])
    """
    matrix = np.empty((graph.num_nodes, graph.num_nodes))
    for source in range(graph.num_nodes):
        matrix[:, source] = hops_from(graph, source)
    return matrix


def layers_needed(graph: Graph, source: int, target: int) -> int | None:
    """How many message-passing layers until ``target`` sees ``source``; ``None`` if it never does.

    Each layer carries information across one edge, so the number is that of the hops.

    >>> from gnnlab.graphs import example6
    >>> layers_needed(example6(), source=2, target=4)
    3
    """
    hops = hops_from(graph, source)[_checked(graph, target)]
    return int(hops) if np.isfinite(hops) else None


@dataclass(frozen=True)
class ShortestPaths:
    """The shortest paths from one node to another.

    ``hops`` is ``None``, ``count`` 0 and ``paths`` empty where there is no path. ``count`` counts
    paths as sequences of nodes (parallel edges do not multiply it) and is exact however large;
    ``paths`` holds node numbers, source first, in ascending order.
    """

    hops: int | None
    count: int
    paths: tuple[tuple[int, ...], ...]


def shortest_paths(graph: Graph, source: int, target: int, limit: int = 10) -> ShortestPaths:
    """The number of shortest paths from ``source`` to ``target``, and the first ``limit``.

    Raises:
        ValueError: a node that the graph has not, or ``limit`` < 0.

    >>> from gnnlab.graphs import example6
    >>> shortest_paths(example6(), source=2, target=4).paths
    ((2, 1, 0, 4), (2, 3, 5, 4))
    """
    if limit < 0:
        raise ValueError(f"limit must be >= 0, got {limit}")
    hops = hops_from(graph, source)
    if not np.isfinite(hops[_checked(graph, target)]):
        return ShortestPaths(None, 0, ())

    # From the target back: how many shortest ways lead on from each node that lies on one.
    onward = {target: 1}
    last = [target]
    for layer in range(int(hops[target]) - 1, -1, -1):
        before: dict[int, int] = {}
        for node in last:
            for previous in np.unique(graph.predecessors.of(node)).tolist():
                if hops[previous] == layer:
                    before[previous] = before.get(previous, 0) + onward[node]
        onward |= before
        last = list(before)

    paths: list[tuple[int, ...]] = []
    path: list[int] = []
    unvisited = [source]
    while unvisited and len(paths) < limit:
        node = unvisited.pop()
        del path[int(hops[node]) :]  # its place in every shortest path
        path.append(node)
        if node == target:
            paths.append(tuple(path))
            continue
        further = [
            successor
            for successor in np.unique(graph.successors.of(node)).tolist()
            if successor in onward and hops[successor] == len(path)
        ]
        unvisited += reversed(further)
    return ShortestPaths(int(hops[target]), onward[source], tuple(paths))


@dataclass(frozen=True)
class Eccentricities:
    """How far each node sends its information, and the extremes.

    A node's eccentricity is its distance to the farthest node, ``None`` where it does not reach
    all. ``radius`` is the least of them, ``None`` if there is none. ``diameter`` is the greatest
    finite distance, ``None`` without nodes.
    """

    by_node: tuple[int | None, ...]
    diameter: int | None
    radius: int | None


def eccentricities(hops: Float[np.ndarray, "target source"]) -> Eccentricities:
    """Eccentricities, diameter and radius from a hop matrix.

    >>> from gnnlab.graphs import example6
    >>> eccentricities(hop_matrix(example6()))
    Eccentricities(by_node=(2, 2, 3, 2, 3, 2), diameter=3, radius=2)
    """
    farthest = hops.max(axis=0, initial=0).tolist()
    by_node = tuple(None if value == np.inf else int(value) for value in farthest)
    return Eccentricities(
        by_node,
        diameter=int(hops[np.isfinite(hops)].max()) if hops.size else None,
        radius=min((value for value in by_node if value is not None), default=None),
    )


def _checked(graph: Graph, node: int) -> int:
    if not 0 <= node < graph.num_nodes:
        raise ValueError(f"a node must be between 0 and {graph.num_nodes - 1}, got {node}")
    return node


def _searched(onward: Adjacency, back: Adjacency, start: int) -> Float[np.ndarray, " node"]:
    if len(onward.indices) >= KERNELS_FROM:
        from gnnlab.hops.search import search

        return search(onward, back, start)
    hops = np.full(onward.num_nodes, np.inf)
    hops[start] = 0
    frontier, layer = [start], 0
    while frontier:
        layer += 1
        reached = []
        for node in frontier:
            for other in onward.of(node).tolist():
                if hops[other] == np.inf:
                    hops[other] = layer
                    reached.append(other)
        frontier = reached
    return hops
