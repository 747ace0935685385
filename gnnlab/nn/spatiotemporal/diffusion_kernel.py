"""What random walks or Chebyshev polynomials of a sparse matrix bring, compiled.

A batch is walked element by element: the state of one fits into the cache of a core, where torch's
sparse product would fetch the rows of all elements from further away.
"""

from itertools import pairwise
from typing import no_type_check

import numba
import numpy as np
import torch

from gnnlab.graphs.parallel import on_all_cores

THREADS_FROM = 50_000_000  # multiplications; below, threads have more to set up than to do


def diffuse(
    bases: list[tuple[np.ndarray, np.ndarray, np.ndarray]],
    steps: int,
    chebyshev: bool,
    x: np.ndarray,
    out: np.ndarray,
) -> None:
    """Write x, then what ``steps`` steps of each matrix bring, to ``out``.

    Args:
        bases: matrices in CSR, row pointers, columns and values of each.
        steps: K; support 1 + matrix * K + k - 1 is the one of k steps.
        chebyshev: T_k = 2 L T_{k-1} - T_{k-2} instead of P_k = P P_{k-1}.
        x: [batch, node, channel].
        out: [batch, node, support, channel].
    """
    work = steps * sum(len(values) for _, _, values in bases) * len(x) * x.shape[2]
    threads = torch.get_num_threads() if work >= THREADS_FROM else 1

    count = out.shape[2]
    flat = out.reshape(-1, x.shape[2])

    def some(part: tuple[int, int]) -> None:
        low, high = part
        out[low:high, :, 0] = x[low:high]
        for number, base in enumerate(bases):
            _walk(*base, 1 + number * steps, steps, chebyshev, flat, count, low, high)

    if threads == 1:
        some((0, len(x)))
        return
    cuts = np.linspace(0, len(x), min(threads, len(x)) + 1).astype(int).tolist()
    on_all_cores(some, pairwise(cuts), threads=threads)


@numba.njit(nogil=True, cache=True, fastmath={"contract"}, error_model="numpy")
@no_type_check  # compiled: what checks types of arguments would be compiled too
def _walk(
    crow: np.ndarray,
    col: np.ndarray,
    values: np.ndarray,
    first: int,
    steps: int,
    chebyshev: bool,
    rows: np.ndarray,
    count: int,
    low: int,
    high: int,
) -> None:
    """Fill supports ``first`` and on; ``rows`` are [batch * node * support, channel].

    Row numbers are unsigned: of a signed one the compiler asks each time whether it counts from
    the end.
    """
    channels = rows.shape[1]
    nodes = len(crow) - 1
    for element in range(low, high):
        for k in range(steps):
            twice = chebyshev and k > 0
            factor = values.dtype.type(2 if twice else 1)
            base = np.uint64(element * nodes * count)
            now = base + np.uint64(first + k)
            before = base + np.uint64(first + k - 1 if k else 0)
            earlier = base + np.uint64(first + k - 2 if k > 1 else 0)
            step = np.uint64(count)
            for row in range(nodes):
                total = rows[now + np.uint64(row) * step]
                if twice:
                    other = rows[earlier + np.uint64(row) * step]
                    for channel in range(channels):
                        total[channel] = -other[channel]
                else:
                    total[:] = 0
                place, end = crow[row], crow[row + 1]
                while place + 4 <= end:  # four at a time: fewer passes over the total
                    a, b = factor * values[place], factor * values[place + 1]
                    c, d = factor * values[place + 2], factor * values[place + 3]
                    of_a = rows[before + np.uint64(col[place]) * step]
                    of_b = rows[before + np.uint64(col[place + 1]) * step]
                    of_c = rows[before + np.uint64(col[place + 2]) * step]
                    of_d = rows[before + np.uint64(col[place + 3]) * step]
                    for channel in range(channels):
                        total[channel] += (
                            a * of_a[channel]
                            + b * of_b[channel]
                            + c * of_c[channel]
                            + d * of_d[channel]
                        )
                    place += 4
                while place < end:
                    value = factor * values[place]
                    other = rows[before + np.uint64(col[place]) * step]
                    for channel in range(channels):
                        total[channel] += value * other[channel]
                    place += 1
