"""Compressed sparse rows of many arcs, in pieces that fit into a core's cache.

Arcs are first dealt out into buckets of neighbouring sources, then each bucket is put in order: a
counting sort by source, and the few targets of each row sorted.
"""

from itertools import pairwise
from typing import no_type_check

import numba
import numpy as np

from gnnlab.graphs.parallel import THREADS, on_all_cores

_BUCKETS = 512  # as many streams as memory writes well at once


def sorted_rows(
    source: np.ndarray,
    target: np.ndarray,
    num_nodes: int,
    dtype: type,
    both_ways: bool,
    once: bool,
) -> tuple[np.ndarray, np.ndarray]:
    """``indptr`` and ``indices`` of the lists of targets by source."""
    source, target = np.ascontiguousarray(source), np.ascontiguousarray(target)
    shift = max(num_nodes // _BUCKETS, 1).bit_length()
    buckets = (num_nodes >> shift) + 1
    cuts = np.linspace(0, len(source), 4 * THREADS + 1).astype(np.int64)
    shares = range(4 * THREADS)
    counts = np.zeros((len(shares), buckets), np.int64)

    def count(share: int) -> None:
        low, high = cuts[share], cuts[share + 1]
        _count(source[low:high], target[low:high], shift, both_ways, counts[share])

    on_all_cores(count, shares)
    ends = np.cumsum(counts.T.ravel()).reshape(buckets, -1)  # bucket by bucket, share by share
    position = np.ascontiguousarray(ends.T - counts)
    arcs = np.empty((ends[-1, -1], 2), dtype=dtype)

    def deal(share: int) -> None:
        low, high = cuts[share], cuts[share + 1]
        _deal(source[low:high], target[low:high], shift, both_ways, position[share], arcs)

    on_all_cores(deal, shares)
    start = np.concatenate([[0], ends[:, -1]])
    indptr = np.zeros(num_nodes + 1, dtype=np.int64)
    indices: np.ndarray = np.empty(len(arcs), dtype=dtype)

    def order(bucket: int) -> None:
        low, high = start[bucket], start[bucket + 1]
        first = bucket << shift
        degrees = indptr[1 + first : 1 + first + (1 << shift)]
        _order(arcs[low:high], first, once, degrees, indices[low:high])

    on_all_cores(order, range(buckets))
    np.cumsum(indptr, out=indptr)
    if indptr[-1] < len(indices):
        del arcs
        kept = indptr[np.minimum(np.arange(buckets + 1) << shift, num_nodes)]
        for bucket in range(buckets):
            count_kept = kept[bucket + 1] - kept[bucket]
            indices[kept[bucket] : kept[bucket + 1]] = indices[start[bucket] :][:count_kept]
        indices.resize(indptr[-1], refcheck=False)
    return indptr, indices


def count_loops(indptr: np.ndarray, indices: np.ndarray) -> int:
    """How many arcs lead from a node to itself."""
    cuts = np.linspace(0, len(indptr) - 1, 4 * THREADS + 1).astype(np.int64).tolist()
    return sum(on_all_cores(lambda nodes: _count_loops(indptr, indices, *nodes), pairwise(cuts)))


@numba.njit(nogil=True, cache=True)
@no_type_check  # compiled: what checks types of arguments would be compiled too
def _count(
    source: np.ndarray, target: np.ndarray, shift: int, both_ways: bool, counts: np.ndarray
) -> None:
    """How many arcs fall into each bucket."""
    for edge in range(len(source)):
        counts[source[edge] >> shift] += 1
        if both_ways and source[edge] != target[edge]:
            counts[target[edge] >> shift] += 1


@numba.njit(nogil=True, cache=True)
@no_type_check  # compiled: what checks types of arguments would be compiled too
def _deal(
    source: np.ndarray,
    target: np.ndarray,
    shift: int,
    both_ways: bool,
    position: np.ndarray,
    arcs: np.ndarray,
) -> None:
    """Arcs, [arc, (source, target)], to the place where their bucket stands."""
    for edge in range(len(source)):
        here, there = source[edge], target[edge]
        place = position[here >> shift]
        arcs[place, 0], arcs[place, 1] = here, there
        position[here >> shift] += 1
        if both_ways and here != there:
            place = position[there >> shift]
            arcs[place, 0], arcs[place, 1] = there, here
            position[there >> shift] += 1


@numba.njit(nogil=True, cache=True)
@no_type_check  # compiled: what checks types of arguments would be compiled too
def _order(
    arcs: np.ndarray, first: int, once: bool, degrees: np.ndarray, indices: np.ndarray
) -> None:
    """The rows of a bucket in ascending order, one behind the other, and their lengths."""
    for arc in range(len(arcs)):
        degrees[arcs[arc, 0] - first] += 1
    position = np.empty(len(degrees), np.int64)
    total = 0
    for node in range(len(degrees)):
        position[node] = total
        total += degrees[node]
    for arc in range(len(arcs)):
        node = arcs[arc, 0] - first
        indices[position[node]] = arcs[arc, 1]
        position[node] += 1
    kept = 0
    for node in range(len(degrees)):
        row = indices[position[node] - degrees[node] : position[node]]
        row.sort()
        if once:
            begin = kept
            for place in range(len(row)):
                if place == 0 or row[place] != indices[kept - 1]:
                    indices[kept] = row[place]
                    kept += 1
            degrees[node] = kept - begin


@numba.njit(nogil=True, cache=True)
@no_type_check  # compiled: what checks types of arguments would be compiled too
def _count_loops(indptr: np.ndarray, indices: np.ndarray, low: int, high: int) -> int:
    loops = 0
    for node in range(low, high):
        for arc in range(indptr[node], indptr[node + 1]):
            loops += indices[arc] == node
    return loops
