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

    def some(part: tuple[int, int]) -> None:
        _copy(x, out, *part)
        for number, base in enumerate(bases):
            _walk(*base, 1 + number * steps, steps, chebyshev, out, *part)

    if threads == 1:
        some((0, len(x)))
        return
    cuts = np.linspace(0, len(x), min(threads, len(x)) + 1).astype(int).tolist()
    on_all_cores(some, pairwise(cuts), threads=threads)


@numba.njit(nogil=True, cache=True)
@no_type_check  # compiled: what checks types of arguments would be compiled too
def _copy(x: np.ndarray, out: np.ndarray, low: int, high: int) -> None:
    for element in range(low, high):
        for node in range(x.shape[1]):
            out[element, node, 0] = x[element, node]


@numba.njit(nogil=True, cache=True, fastmath={"contract"})
@no_type_check  # as above
def _walk(
    crow: np.ndarray,
    col: np.ndarray,
    values: np.ndarray,
    first: int,
    steps: int,
    chebyshev: bool,
    out: np.ndarray,
    low: int,
    high: int,
) -> None:
    channels = out.shape[3]
    for element in range(low, high):
        states = out[element]
        for k in range(steps):
            before = first + k - 1 if k else 0
            twice = chebyshev and k > 0
            factor = values.dtype.type(2 if twice else 1)
            for row in range(len(crow) - 1):
                total = states[row, first + k]
                if twice:
                    earlier = states[row, first + k - 2 if k > 1 else 0]
                    for channel in range(channels):
                        total[channel] = -earlier[channel]
                else:
                    total[:] = 0
                place, end = crow[row], crow[row + 1]
                while place + 4 <= end:  # four at a time: fewer passes over the total
                    a, b = factor * values[place], factor * values[place + 1]
                    c, d = factor * values[place + 2], factor * values[place + 3]
                    of_a, of_b = states[col[place], before], states[col[place + 1], before]
                    of_c, of_d = states[col[place + 2], before], states[col[place + 3], before]
                    for channel in range(channels):
                        total[channel] += (
                            a * of_a[channel]
                            + b * of_b[channel]
                            + c * of_c[channel]
                            + d * of_d[channel]
                        )
                    place += 4
                while place < end:
                    value, other = factor * values[place], states[col[place], before]
                    for channel in range(channels):
                        total[channel] += value * other[channel]
                    place += 1
