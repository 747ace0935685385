"""Â kept for as long as the graph that it was built from stays the same."""

from typing import NamedTuple, Optional

import torch
from torch import Tensor

from gnnlab.nn.sparse import SparseMatrix


class CachedGraph(NamedTuple):
    """What Â is built from; ``key`` is all that is no tensor."""

    edge_index: Tensor
    edge_weight: Optional[Tensor]
    key: tuple

    def equals(self, other: "CachedGraph") -> bool:
        """Whether this is the same graph, edge by edge."""
        if self.key != other.key or not torch.equal(self.edge_index, other.edge_index):
            return False
        if self.edge_weight is None or other.edge_weight is None:
            return self.edge_weight is other.edge_weight
        return torch.equal(self.edge_weight, other.edge_weight)

    def copy(self) -> "CachedGraph":
        """The same in memory of its own."""
        weight = None if self.edge_weight is None else self.edge_weight.clone()
        return CachedGraph(self.edge_index.clone(), weight, self.key)


class AdjacencyCache:
    """Â beside a copy of the graph that it was built from.

    The copy is the fingerprint: an address may be reused and a hash may collide, and comparing
    is cheap beside a product with Â.
    """

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        """Hold nothing any more."""
        self._graph: Optional[CachedGraph] = None
        self._matrix: Optional[SparseMatrix] = None

    def matrix_of(self, graph: CachedGraph) -> Optional[SparseMatrix]:
        """Â of this very graph, ``None`` where another one's is held."""
        return self._matrix if self._graph is not None and graph.equals(self._graph) else None

    def keep(self, graph: CachedGraph, matrix: SparseMatrix) -> None:
        """Hold ``matrix`` as the Â of ``graph``, instead of what was held."""
        self._graph, self._matrix = graph.copy(), matrix
