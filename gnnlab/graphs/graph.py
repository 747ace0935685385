"""A graph as arrays: which nodes are joined, in which direction, with what weight."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float, Int

from gnnlab.errors import GraphError
from gnnlab.graphs.adjacency import Adjacency, adjacency, transposed
from gnnlab.graphs.checks import check_edges, check_labels, checked_weight, is_symmetric
from gnnlab.graphs.labels import NumberLabels, closest, hint

if TYPE_CHECKING:
    import networkx
    from scipy.sparse import csr_array
    from torch_geometric.data import Data


@dataclass(frozen=True, eq=False, repr=False)
class Graph:
    """Nodes 0 to ``num_nodes - 1`` and the edges between them.

    An edge points source -> target and information flows along it; in a matrix, row = target.
    In an undirected graph each edge is stored once and carries information both ways.

    Args:
        edges: integers, [2, edge], first row sources, second row targets.
        num_nodes: number of nodes; isolated ones count.
        weight: one finite number an edge, [edge], kept as float64; ``None`` means 1 each.
        labels: one distinct name a node; ``None`` names them by number.
        directed: whether edges carry information one way only.
        name: what to call the graph in messages and tables.
        duplicates: how many edges of its source are not stored, being one of these already.

    Raises:
        GraphError: an index out of range, a weight that is not finite, a wrong number of weights
            or labels, or a label given twice.

    >>> graph = Graph.from_edges([("A", "B"), ("B", "C")])
    >>> graph
    Graph(name='', nodes=3, edges=2, directed=False)
    >>> graph.csr().toarray()
    array([[0., 1., 0.],
           [1., 0., 1.],
           [0., 1., 0.]])
    """

    edges: np.ndarray
    num_nodes: int
    weight: np.ndarray | None = None
    labels: Sequence[str] | None = None
    directed: bool = False
    name: str = ""
    duplicates: int = 0

    def __post_init__(self) -> None:
        object.__setattr__(self, "edges", np.asarray(self.edges))
        check_edges(self.edges, self.num_nodes)
        if self.labels is not None and not isinstance(self.labels, NumberLabels):
            check_labels(self.labels, self.num_nodes)
        if self.weight is not None:
            weight = checked_weight(np.asarray(self.weight), self.edges, self.label)
            object.__setattr__(self, "weight", weight)

    def __repr__(self) -> str:
        return (
            f"{type(self).__name__}(name={self.name!r}, nodes={self.num_nodes}, "
            f"edges={self.num_edges}, directed={self.directed})"
        )

    @property
    def num_edges(self) -> int:
        """The number of stored edges; an undirected one counts once."""
        return int(self.edges.shape[1])

    @cached_property
    def num_loops(self) -> int:
        """The number of edges from a node to itself.

        >>> Graph.from_edges([("A", "B"), ("B", "B")]).num_loops
        1
        """
        return int((self.edges[0] == self.edges[1]).sum())

    # Names of nodes

    def label(self, node: int) -> str:
        """The name of node number ``node``."""
        return str(node) if self.labels is None else self.labels[node]

    def node(self, label: str) -> int:
        """The number of the node named ``label``.

        Raises:
            GraphError: no node has this name; the message offers the closest.

        >>> Graph.from_edges([("A", "B")]).node("B")
        1
        """
        if self.labels is None or isinstance(self.labels, NumberLabels):
            numbers = NumberLabels(range(self.num_nodes)) if self.labels is None else self.labels
            try:
                return numbers.index(label)
            except ValueError as error:
                raise self._unknown(label, numbers.closest(label)) from error
        if label not in self._number_of:
            raise self._unknown(label, closest(label, self.labels) or self.labels[:1])
        return self._number_of[label]

    def _unknown(self, label: str, near: Sequence[str]) -> GraphError:
        shown = label if len(label) <= 60 else label[:57] + "..."
        if not self.num_nodes:
            return GraphError(f"a node must be in the graph, which has none, got {shown!r}")
        known = f"between 0 and {self.num_nodes - 1}"
        if self.labels is not None:
            known = f"one of the graph's {self.num_nodes} labels"
        return GraphError(f"a node must be {known}, got {shown!r}{hint(near)}")

    @cached_property
    def _number_of(self) -> dict[str, int]:
        return {label: node for node, label in enumerate(self.labels or ())}

    # Other forms

    def with_weight(self, weight: np.ndarray) -> Graph:
        """The same graph with other weights of its edges, [edge]."""
        return replace(self, weight=weight)

    def to_directed(self) -> Graph:
        """The same arcs in a directed graph: an undirected edge becomes two.

        >>> Graph.from_edges([("A", "B"), ("B", "B")]).to_directed()
        Graph(name='', nodes=2, edges=3, directed=True)
        """
        edges, weight = self.arcs()
        return replace(self, edges=edges, weight=weight, directed=True)

    def reversed(self) -> Graph:
        """The same graph with every edge the other way.

        >>> Graph.from_edges([("parent", "child")], directed=True).reversed().edges
        array([[1],
               [0]])
        """
        return replace(self, edges=self.edges[::-1])

    def arcs(self) -> tuple[Int[np.ndarray, "2 arc"], Float[np.ndarray, " arc"] | None]:
        """Every way that information can go: PyG's ``edge_index`` and ``edge_weight``.

        A directed edge is one arc. An undirected edge is two, a self-loop always one.

        >>> Graph.from_edges([("A", "B"), ("B", "B")]).arcs()[0]
        array([[0, 1, 1],
               [1, 1, 0]])
        """
        if self.directed:
            return self.edges, self.weight
        back = self.edges[0] != self.edges[1]
        arcs = np.concatenate([self.edges, self.edges[::-1, back]], axis=1)
        weight = self.weight
        return arcs, None if weight is None else np.concatenate([weight, weight[back]])

    @cached_property
    def successors(self) -> Adjacency:
        """Where each node sends information to: the targets of its arcs."""
        source, target = self.edges
        return adjacency(source, target, self.num_nodes, both_ways=not self.directed)

    @cached_property
    def predecessors(self) -> Adjacency:
        """Where each node hears from: the sources of the arcs that end there."""
        return transposed(self.successors) if self.directed else self.successors

    def csr(self) -> csr_array:
        """The adjacency matrix A in float64, [target, source]; parallel edges add up."""
        from scipy.sparse import coo_array

        (source, target), weight = self.arcs()
        values = np.ones(len(source)) if weight is None else weight
        shape = (self.num_nodes, self.num_nodes)
        return coo_array((values, (target, source)), shape=shape).tocsr()

    def to_data(self) -> Data:
        """The graph as a PyG ``Data`` with ``edge_index``, ``edge_weight`` and ``num_nodes``.

        >>> Graph.from_edges([("A", "B"), ("B", "C")]).to_data()
        Data(edge_index=[2, 4], num_nodes=3)
        """
        import torch
        from torch_geometric.data import Data

        edge_index, weight = self.arcs()
        data = Data(edge_index=torch.from_numpy(edge_index.astype(np.int64)))
        data.num_nodes = self.num_nodes
        if weight is not None:
            data.edge_weight = torch.from_numpy(weight).to(torch.get_default_dtype())
        return data

    def to_networkx(self) -> networkx.Graph:
        """The graph as a networkx graph of labels; a multigraph where edges are parallel.

        >>> sorted(Graph.from_edges([("A", "B"), ("B", "C")]).to_networkx().edges)
        [('A', 'B'), ('B', 'C')]
        """
        import networkx

        ends = self.edges if self.directed else np.sort(self.edges, axis=0)
        parallel = len(np.unique(ends, axis=1).T) < self.num_edges
        kinds = {
            (False, False): networkx.Graph,
            (False, True): networkx.MultiGraph,
            (True, False): networkx.DiGraph,
            (True, True): networkx.MultiDiGraph,
        }
        graph = kinds[self.directed, parallel](name=self.name)
        graph.add_nodes_from(self.label(node) for node in range(self.num_nodes))
        pairs = [tuple(self.label(end) for end in ends) for ends in self.edges.T.tolist()]
        if self.weight is None:
            graph.add_edges_from(pairs)
        else:
            graph.add_weighted_edges_from(
                (*pair, weight) for pair, weight in zip(pairs, self.weight.tolist(), strict=True)
            )
        return graph

    @classmethod
    def from_edges(
        cls,
        pairs: Iterable[tuple[Hashable, Hashable]],
        *,
        directed: bool = False,
        name: str = "",
    ) -> Graph:
        """A graph from pairs of names (source, target), numbered in the order of appearance.

        Raises:
            GraphError: two names that print alike, such as 1 and "1".

        >>> Graph.from_edges([("E", "C"), ("C", "D")], directed=True).labels
        ('E', 'C', 'D')
        """
        number: dict[Hashable, int] = {}
        ends = [
            number.setdefault(end, len(number))
            for source, target in pairs
            for end in (source, target)
        ]
        edges = np.array(ends, dtype=np.int64).reshape(-1, 2).T
        labels = tuple(str(end) for end in number)
        return cls(edges, len(number), labels=labels, directed=directed, name=name)

    @classmethod
    def from_networkx(cls, graph: networkx.Graph, *, name: str | None = None) -> Graph:
        """A graph from networkx, labels in its node order, weights from the attribute ``weight``.

        Where only some edges have a weight, the others weigh 1, as in networkx.

        Raises:
            GraphError: two nodes that print alike, or a weight that is no finite number.

        >>> import networkx
        >>> Graph.from_networkx(networkx.path_graph(3))
        Graph(name='', nodes=3, edges=2, directed=False)
        """
        number = {node: index for index, node in enumerate(graph)}
        ends = [(number[source], number[target]) for source, target in graph.edges()]
        weights = [weight for _, _, weight in graph.edges(data="weight")]
        return cls(
            np.array(ends, dtype=np.int64).reshape(-1, 2).T,
            len(number),
            weight=(
                np.array([1 if weight is None else weight for weight in weights])
                if any(weight is not None for weight in weights)
                else None
            ),
            labels=tuple(str(node) for node in graph),
            directed=graph.is_directed(),
            name=graph.name if name is None else name,
        )

    @classmethod
    def from_data(cls, data: Data, *, directed: bool | None = None, name: str = "") -> Graph:
        """A graph from PyG's ``edge_index``, ``edge_weight`` and ``num_nodes``.

        Args:
            data: a PyG ``Data``.
            directed: ``False`` reads each pair of opposite arcs as one edge; ``None`` does so where
                every arc has its opposite of the same weight.
            name: what to call the graph.

        Raises:
            GraphError: no ``edge_index``, an invalid graph, or with ``directed=False`` an arc that
                has no opposite of the same weight.
        """
        if data.edge_index is None:
            raise GraphError("a graph needs an edge_index, got a Data without")
        edges = data.edge_index.cpu().numpy()
        given = data.get("edge_weight")
        weight = None if given is None else given.detach().double().cpu().numpy()
        arcs = cls(edges, int(data.num_nodes), weight=weight, directed=True, name=name)
        both_ways = is_symmetric(edges, weight)
        if directed or (directed is None and not both_ways):
            return arcs
        if not both_ways:
            raise GraphError("an undirected graph must hold each arc both ways with one weight")
        once = edges[0] <= edges[1]
        weight = None if weight is None else weight[once]
        return cls(edges[:, once], arcs.num_nodes, weight=weight, name=name)
