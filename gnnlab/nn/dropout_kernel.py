"""Dropout in one pass over memory, compiled, of large arrays on as many threads as torch."""

from itertools import pairwise
from typing import no_type_check

import numba
import numpy as np
import torch
from torch import Tensor

from gnnlab.graphs.parallel import on_all_cores

THREADS_FROM = 1_000_000  # elements; below, threads have more to set up than to do


def kept(x: Tensor, draws: Tensor, lowest: int, scale: float) -> Tensor:
    """``scale`` times x where ``draws``, int16 of its shape, are at least ``lowest``, else 0."""
    out = torch.empty(x.shape, dtype=x.dtype)
    arrays = [part.detach().contiguous().view(-1).numpy() for part in (x, draws.contiguous(), out)]
    if x.numel() < THREADS_FROM:
        _kept(*arrays, lowest, scale, 0, x.numel())
        return out
    threads = torch.get_num_threads()
    cuts = np.linspace(0, x.numel(), threads + 1).astype(np.int64).tolist()
    on_all_cores(lambda part: _kept(*arrays, lowest, scale, *part), pairwise(cuts), threads=threads)
    return out


@numba.njit(nogil=True, cache=True)
@no_type_check  # compiled: what checks types of arguments would be compiled too
def _kept(
    x: np.ndarray,
    draws: np.ndarray,
    out: np.ndarray,
    lowest: int,
    scale: float,
    low: int,
    high: int,
) -> None:
    factor = x.dtype.type(scale)
    for place in range(low, high):  # no branch: a processor guesses random ones wrongly
        out[place] = x[place] * (factor * x.dtype.type(draws[place] >= lowest))
