"""Lists of neighbours in compressed sparse rows."""

from typing import NamedTuple

import numpy as np
from jaxtyping import Int

KERNELS_FROM = 50_000  # arcs; below, numpy is done before compiled kernels are loaded


class Adjacency(NamedTuple):
    """For each node, in ascending order, the nodes at the other end of its arcs.

    ``indices[indptr[v] : indptr[v + 1]]`` belong to node v. A parallel arc repeats its end.
    """

    indptr: Int[np.ndarray, " node+1"]  # int64
    indices: Int[np.ndarray, " arc"]  # int32 where the nodes fit, else int64

    @property
    def num_nodes(self) -> int:
        """The number of lists."""
        return len(self.indptr) - 1

    def of(self, node: int) -> Int[np.ndarray, " neighbour"]:
        """The neighbours of one node."""
        return self.indices[self.indptr[node] : self.indptr[node + 1]]

    def arcs(self) -> Int[np.ndarray, "2 arc"]:
        """Sources and targets of all arcs.

        >>> adjacency(np.array([1, 0]), np.array([2, 1]), 3).arcs()
        array([[0, 1],
               [1, 2]], dtype=int32)
        """
        source = np.arange(self.num_nodes, dtype=self.indices.dtype)
        return np.stack([np.repeat(source, np.diff(self.indptr)), self.indices])


def adjacency(
    source: Int[np.ndarray, " edge"],
    target: Int[np.ndarray, " edge"],
    num_nodes: int,
    *,
    both_ways: bool = False,
    once: bool = False,
) -> Adjacency:
    """The lists of targets by source.

    Args:
        source: node numbers, [edge].
        target: node numbers, [edge].
        num_nodes: n.
        both_ways: whether each edge is an arc back, too; a self-loop is always one arc.
        once: whether parallel arcs are listed once.

    >>> adjacency(np.array([1, 0, 1]), np.array([2, 1, 0]), 3)
    Adjacency(indptr=array([0, 1, 3, 3]), indices=array([1, 0, 2], dtype=int32))
    >>> adjacency(np.array([1, 0]), np.array([0, 1]), 2, both_ways=True, once=True).indices
    array([1, 0], dtype=int32)
    """
    dtype = np.int32 if num_nodes <= np.iinfo(np.int32).max else np.int64
    if len(source) >= KERNELS_FROM:
        from gnnlab.graphs.adjacency_kernels import sorted_rows

        return Adjacency(*sorted_rows(source, target, num_nodes, dtype, both_ways, once))
    if both_ways:
        back = source != target
        source, target = np.append(source, target[back]), np.append(target, source[back])
    order = np.lexsort((target, source))
    source, target = source[order], target[order].astype(dtype)
    if once:
        fresh = np.ones(len(source), dtype=bool)
        fresh[1:] = (source[1:] != source[:-1]) | (target[1:] != target[:-1])
        source, target = source[fresh], target[fresh]
    indptr = np.zeros(num_nodes + 1, dtype=np.int64)
    np.cumsum(np.bincount(source, minlength=num_nodes), out=indptr[1:])
    return Adjacency(indptr, target)


def transposed(lists: Adjacency) -> Adjacency:
    """The lists of sources by target.

    >>> transposed(adjacency(np.array([0, 0]), np.array([1, 2]), 3)).of(2)
    array([0], dtype=int32)
    """
    source, target = lists.arcs()
    return adjacency(target, source, lists.num_nodes)
