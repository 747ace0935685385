"""Compressed sparse rows of many arcs, by two counting sorts on both halves of the nodes at once.

Sorting by target, then stably by source, leaves each row in ascending order.
"""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numba
import numpy as np

THREADS = os.cpu_count() or 1


def sorted_rows(
    source: np.ndarray, target: np.ndarray, num_nodes: int, dtype: type
) -> tuple[np.ndarray, np.ndarray]:
    """``indptr`` and ``indices`` of the lists of targets by source."""
    by_target, sources = _scatter(target, source, num_nodes, dtype)
    return _transpose(by_target, sources, num_nodes, dtype)


def _scatter(
    key: np.ndarray, value: np.ndarray, num_nodes: int, dtype: type
) -> tuple[np.ndarray, np.ndarray]:
    """Values grouped by key."""
    indptr = np.zeros(num_nodes + 1, dtype=np.int64)
    np.cumsum(np.bincount(key, minlength=num_nodes), out=indptr[1:])
    values = np.empty(len(key), dtype=dtype)
    position = indptr[:-1].copy()
    _on_shares(indptr, lambda low, high: _group(key, value, position, values, low, high))
    return indptr, values


def _transpose(
    indptr: np.ndarray, indices: np.ndarray, num_nodes: int, dtype: type
) -> tuple[np.ndarray, np.ndarray]:
    """Rows of the transposed lists, each ascending."""
    transposed = np.zeros(num_nodes + 1, dtype=np.int64)
    np.cumsum(np.bincount(indices, minlength=num_nodes), out=transposed[1:])
    values = np.empty(len(indices), dtype=dtype)
    position = transposed[:-1].copy()
    _on_shares(
        transposed, lambda low, high: _turn(indptr, indices, position, values, low, high)
    )
    return transposed, values


def _on_shares(indptr: np.ndarray, work: Callable[[int, int], None]) -> None:
    """Call ``work(low, high)`` for ranges of nodes with equal shares of arcs, side by side."""
    shares = np.linspace(0, indptr[-1], THREADS + 1)
    cuts = np.searchsorted(indptr, shares)
    cuts[0], cuts[-1] = 0, len(indptr) - 1
    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(work, cuts[:-1].tolist(), cuts[1:].tolist()))


@numba.njit(nogil=True, cache=True)
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
