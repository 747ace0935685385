"""Compressed sparse rows of many arcs, by two counting sorts on both halves of the nodes at once.

Sorting by target, then stably by source, leaves each row in ascending order.
"""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import no_type_check

import numba
import numpy as np

THREADS = os.cpu_count() or 1


def sorted_rows(
    source: np.ndarray, target: np.ndarray, num_nodes: int, dtype: type
) -> tuple[np.ndarray, np.ndarray]:
    """``indptr`` and ``indices`` of the lists of targets by source."""
    by_target, sources = _scatter(target, source, num_nodes, dtype)
    return transpose(by_target, sources)


def unique_rows(indptr: np.ndarray, indices: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """``indptr`` and ``indices`` of ascending rows without repetitions."""
    kept = np.zeros_like(indptr)
    _on_shares(indptr, lambda low, high: _count_unique(indptr, indices, kept[1:], low, high))
    np.cumsum(kept, out=kept)
    if kept[-1] == indptr[-1]:
        return indptr, indices
    values = np.empty(kept[-1], dtype=indices.dtype)
    _on_shares(indptr, lambda low, high: _copy_unique(indptr, indices, kept, values, low, high))
    return kept, values


def count_loops(indptr: np.ndarray, indices: np.ndarray) -> int:
    """How many arcs lead from a node to itself."""
    found: list[int] = []
    _on_shares(indptr, lambda low, high: found.append(_count_loops(indptr, indices, low, high)))
    return sum(found)


def _scatter(
    key: np.ndarray, value: np.ndarray, num_nodes: int, dtype: type
) -> tuple[np.ndarray, np.ndarray]:
    """Values grouped by key."""
    indptr = np.zeros(num_nodes + 1, dtype=np.int64)
    _count(key, indptr[1:])
    np.cumsum(indptr, out=indptr)
    values: np.ndarray = np.empty(len(key), dtype=dtype)
    position = indptr[:-1].copy()
    _on_shares(indptr, lambda low, high: _group(key, value, position, values, low, high))
    return indptr, values


def transpose(indptr: np.ndarray, indices: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """``indptr`` and ``indices`` of the transposed lists, each ascending."""
    num_nodes = len(indptr) - 1
    transposed = np.zeros(num_nodes + 1, dtype=np.int64)
    _count(indices, transposed[1:])
    np.cumsum(transposed, out=transposed)
    values = np.empty_like(indices)
    position = transposed[:-1].copy()
    _on_shares(transposed, lambda low, high: _turn(indptr, indices, position, values, low, high))
    return transposed, values


def _on_shares(indptr: np.ndarray, work: Callable[[int, int], None]) -> None:
    """Call ``work(low, high)`` for ranges of nodes with equal shares of arcs, side by side."""
    shares = np.linspace(0, indptr[-1], THREADS + 1)
    cuts = np.searchsorted(indptr, shares)
    cuts[0], cuts[-1] = 0, len(indptr) - 1
    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(work, cuts[:-1].tolist(), cuts[1:].tolist()))


@numba.njit(nogil=True, cache=True)
@no_type_check  # compiled: what checks types of arguments would be compiled too
def _count(key: np.ndarray, counts: np.ndarray) -> None:
    for place in range(len(key)):
        counts[key[place]] += 1


@numba.njit(nogil=True, cache=True)
@no_type_check  # compiled: what checks types of arguments would be compiled too
def _group(
    key: np.ndarray,
    value: np.ndarray,
    position: np.ndarray,
    values: np.ndarray,
    low: int,
    high: int,
) -> None:
    for arc in range(len(key)):
        node = key[arc]
        if low <= node < high:
            values[position[node]] = value[arc]
            position[node] += 1


@numba.njit(nogil=True, cache=True)
@no_type_check  # compiled: what checks types of arguments would be compiled too
def _turn(
    indptr: np.ndarray,
    indices: np.ndarray,
    position: np.ndarray,
    values: np.ndarray,
    low: int,
    high: int,
) -> None:
    for node in range(len(indptr) - 1):
        for arc in range(indptr[node], indptr[node + 1]):
            other = indices[arc]
            if low <= other < high:
                values[position[other]] = node
                position[other] += 1


@numba.njit(nogil=True, cache=True)
@no_type_check  # compiled: what checks types of arguments would be compiled too
def _count_unique(
    indptr: np.ndarray, indices: np.ndarray, counts: np.ndarray, low: int, high: int
) -> None:
    for node in range(low, high):
        count = 0
        for arc in range(indptr[node], indptr[node + 1]):
            count += arc == indptr[node] or indices[arc] != indices[arc - 1]
        counts[node] = count


@numba.njit(nogil=True, cache=True)
@no_type_check  # compiled: what checks types of arguments would be compiled too
def _copy_unique(
    indptr: np.ndarray,
    indices: np.ndarray,
    kept: np.ndarray,
    values: np.ndarray,
    low: int,
    high: int,
) -> None:
    for node in range(low, high):
        place = kept[node]
        for arc in range(indptr[node], indptr[node + 1]):
            if arc == indptr[node] or indices[arc] != indices[arc - 1]:
                values[place] = indices[arc]
                place += 1


@numba.njit(nogil=True, cache=True)
@no_type_check  # compiled: what checks types of arguments would be compiled too
def _count_loops(indptr: np.ndarray, indices: np.ndarray, low: int, high: int) -> int:
    loops = 0
    for node in range(low, high):
        for arc in range(indptr[node], indptr[node + 1]):
            loops += indices[arc] == node
    return loops
