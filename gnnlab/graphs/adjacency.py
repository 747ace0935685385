"""Lists of neighbours in compressed sparse rows."""

from typing import NamedTuple

import numpy as np

KERNELS_FROM = 50_000  # arcs; below, numpy is done before compiled kernels are loaded


class Adjacency(NamedTuple):
    """For each node, in ascending order, the nodes at the other end of its arcs.

    ``indices[indptr[v] : indptr[v + 1]]`` belong to node v. A parallel arc repeats its end.
    """

    indptr: np.ndarray  # int64, [node + 1]
    indices: np.ndarray  # int32 where the nodes fit, else int64, [arc]

    @property
    def num_nodes(self) -> int:
        """The number of lists."""
        return len(self.indptr) - 1

    def of(self, node: int) -> np.ndarray:
        """The neighbours of one node."""
        return self.indices[self.indptr[node] : self.indptr[node + 1]]


def adjacency(source: np.ndarray, target: np.ndarray, num_nodes: int) -> Adjacency:
    """The lists of targets by source.

    Args:
        source: node numbers, [arc].
        target: node numbers, [arc].
        num_nodes: n.

    >>> adjacency(np.array([1, 0, 1]), np.array([2, 1, 0]), 3)
    Adjacency(indptr=array([0, 1, 3, 3]), indices=array([1, 0, 2], dtype=int32))
    """
    dtype = np.int32 if num_nodes <= np.iinfo(np.int32).max else np.int64
    if len(source) >= KERNELS_FROM:
        from gnnlab.graphs.adjacency_kernels import sorted_rows

        return Adjacency(*sorted_rows(source, target, num_nodes, dtype))
    order = np.lexsort((target, source))
    indptr = np.zeros(num_nodes + 1, dtype=np.int64)
    np.cumsum(np.bincount(source, minlength=num_nodes), out=indptr[1:])
    return Adjacency(indptr, target[order].astype(dtype))


def transposed(lists: Adjacency) -> Adjacency:
    """The lists of sources by target.

    >>> transposed(adjacency(np.array([0, 0]), np.array([1, 2]), 3)).of(2)
    array([0], dtype=int32)
    """
    if len(lists.indices) >= KERNELS_FROM:
        from gnnlab.graphs.adjacency_kernels import transpose

        return Adjacency(*transpose(*lists))
    source = np.repeat(np.arange(lists.num_nodes), np.diff(lists.indptr))
    return adjacency(lists.indices, source, lists.num_nodes)


def unique(lists: Adjacency) -> Adjacency:
    """The same lists with each neighbour once.

    >>> unique(adjacency(np.array([0, 0]), np.array([1, 1]), 2)).indices
    array([1], dtype=int32)
    """
    indptr, indices = lists
    if len(indices) >= KERNELS_FROM:
        from gnnlab.graphs.adjacency_kernels import unique_rows

        return Adjacency(*unique_rows(indptr, indices))
    fresh = np.ones(len(indices), dtype=bool)
    fresh[1:] = indices[1:] != indices[:-1]
    fresh[indptr[:-1][np.diff(indptr) > 0]] = True  # where a row starts
    kept = np.concatenate([[0], np.cumsum(fresh)])
    return Adjacency(kept[indptr], indices[fresh])
