"""A graph that is its lists of neighbours: for files that do not fit into memory twice."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np
from jaxtyping import Float, Int

from gnnlab.graphs.adjacency import KERNELS_FROM, Adjacency, adjacency
from gnnlab.graphs.graph import Graph


class CompressedGraph(Graph):
    """A graph made by :meth:`of`, which keeps lists of neighbours and no edges until asked."""

    @classmethod
    def of(
        cls,
        successors: Adjacency,
        labels: Sequence[str] | None = None,
        *,
        directed: bool = False,
        name: str = "",
        duplicates: int = 0,
    ) -> CompressedGraph:
        """The graph given by where its nodes send information to, possibly memory-mapped.

        Args:
            successors: for each node the targets of its arcs, both ways for an undirected edge.
            labels: one distinct name a node; ``None`` names them by number.
            directed: whether edges carry information one way only.
            name: what to call the graph.
            duplicates: how many edges of its source are not stored, being one of these already.

        >>> from gnnlab.graphs.adjacency import adjacency
        >>> both_ways = adjacency(np.array([0, 1]), np.array([1, 0]), 2)
        >>> CompressedGraph.of(both_ways)
        CompressedGraph(name='', nodes=2, edges=1, directed=False)
        """
        graph = cls.__new__(cls)
        graph.__dict__.update(
            successors=successors,
            num_nodes=successors.num_nodes,
            weight=None,
            labels=labels,
            directed=directed,
            name=name,
            duplicates=duplicates,
        )
        return graph

    @property
    def num_edges(self) -> int:
        """The number of edges; an undirected one counts once."""
        num_arcs = len(self.successors.indices)
        return num_arcs if self.directed else (num_arcs + self.num_loops) // 2

    @cached_property
    def num_loops(self) -> int:
        """The number of edges from a node to itself."""
        return count_loops(self.successors)

    @cached_property
    def edges(self) -> np.ndarray:
        """The edges, [2, edge], unpacked."""
        edges = self.successors.arcs()
        return edges if self.directed else edges[:, edges[0] <= edges[1]]


def simplified(graph: Graph) -> Graph:
    """The same graph with each edge once; ``duplicates`` counts what went.

    In an undirected graph A-B and B-A are the same edge. Weights of the same source and target add
    up, as in A; those of an undirected edge that is there in both directions are averaged.

    >>> once = simplified(Graph.from_edges([("A", "B"), ("B", "A"), ("B", "B")]))
    >>> once.num_edges, once.duplicates
    (2, 1)
    """
    once = _once(graph, directed=graph.directed)
    left_out = graph.num_edges - once.num_edges
    object.__setattr__(once, "duplicates", graph.duplicates + left_out)
    return once


def undirected(graph: Graph) -> Graph:
    """The graph read both ways: an arc and its opposite are one edge, and no duplicate.

    Weights are as in :func:`simplified`.

    >>> undirected(Graph.from_edges([("A", "B"), ("B", "A"), ("B", "C")], directed=True)).num_edges
    2
    """
    once = _once(graph, directed=False)
    object.__setattr__(once, "duplicates", graph.duplicates)
    return once


def _once(graph: Graph, *, directed: bool) -> Graph:
    source, target = graph.edges
    about: dict[str, Any] = {"labels": graph.labels, "directed": directed, "name": graph.name}
    if graph.weight is None:
        both_ways = not directed
        lists = adjacency(source, target, graph.num_nodes, both_ways=both_ways, once=True)
        return CompressedGraph.of(lists, **about)
    edges, weight, _ = _summed(graph.edges, graph.weight, graph.num_nodes)
    if not directed:
        edges, weight, ways = _summed(np.sort(edges, axis=0), weight, graph.num_nodes)
        weight = weight / ways
    return Graph(edges, graph.num_nodes, weight, **about)


def _summed(
    edges: Int[np.ndarray, "2 edge"], weight: Float[np.ndarray, " edge"], num_nodes: int
) -> tuple[Int[np.ndarray, "2 pair"], Float[np.ndarray, " pair"], Int[np.ndarray, " pair"]]:
    """Each pair of source and target once, its sum of weights, and of how many."""
    source, target = edges.astype(np.int64)
    pair, place = np.unique(source * num_nodes + target, return_inverse=True)
    sums = np.bincount(place, weight, minlength=len(pair)).astype(np.float64)
    return np.stack(np.divmod(pair, max(num_nodes, 1))), sums, np.bincount(place)


def count_loops(lists: Adjacency) -> int:
    """How many arcs lead from a node to itself."""
    if len(lists.indices) >= KERNELS_FROM:
        from gnnlab.graphs import adjacency_kernels

        return adjacency_kernels.count_loops(*lists)
    source, target = lists.arcs()
    return int((source == target).sum())
