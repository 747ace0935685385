"""A graph that is its lists of neighbours: for files that do not fit into memory twice."""

from collections.abc import Sequence
from functools import cached_property

import numpy as np

from gnnlab.graphs.adjacency import KERNELS_FROM, Adjacency, adjacency
from gnnlab.graphs.graph import Graph


class CompressedGraph(Graph):
    """A graph given by where its nodes send information to, possibly memory-mapped.

    Args:
        successors: for each node the targets of its arcs, both ways for an undirected edge.
        labels: one distinct name a node; ``None`` names them by number.
        directed: whether edges carry information one way only.
        name: what to call the graph.
        duplicates: how many edges of its source were left out for being there already.

    >>> from gnnlab.graphs.adjacency import adjacency
    >>> both_ways = adjacency(np.array([0, 1]), np.array([1, 0]), 2)
    >>> CompressedGraph(both_ways)
    CompressedGraph(name='', nodes=2, edges=1, directed=False)
    """

    duplicates: int

    def __init__(
        self,
        successors: Adjacency,
        labels: Sequence[str] | None = None,
        directed: bool = False,
        name: str = "",
        duplicates: int = 0,
    ):
        self.__dict__.update(
            successors=successors,
            num_nodes=successors.num_nodes,
            weight=None,
            labels=labels,
            directed=directed,
            name=name,
            duplicates=duplicates,
        )

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
        source = np.repeat(np.arange(self.num_nodes), np.diff(self.successors.indptr))
        edges = np.stack([source, self.successors.indices])
        return edges if self.directed else edges[:, edges[0] <= edges[1]]


def simplified(graph: Graph) -> CompressedGraph:
    """The same graph with each edge once; ``duplicates`` counts what went.

    In an undirected graph A-B and B-A are the same edge.

    >>> simplified(Graph.from_edges([("A", "B"), ("B", "A"), ("B", "B")]))
    CompressedGraph(name='', nodes=2, edges=2, directed=False)
    """
    source, target = graph.edges
    lists = adjacency(source, target, graph.num_nodes, both_ways=not graph.directed, once=True)
    once = CompressedGraph(lists, graph.labels, graph.directed, graph.name)
    left_out = graph.num_edges - once.num_edges
    return CompressedGraph(lists, graph.labels, graph.directed, graph.name, left_out)


def count_loops(lists: Adjacency) -> int:
    """How many arcs lead from a node to itself."""
    if len(lists.indices) >= KERNELS_FROM:
        from gnnlab.graphs import adjacency_kernels

        return adjacency_kernels.count_loops(*lists)
    node = np.repeat(np.arange(lists.num_nodes), np.diff(lists.indptr))
    return int((lists.indices == node).sum())
