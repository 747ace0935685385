"""Large products of a sparse matrix in CSR with a dense one, compiled, on as many threads as torch.

The rows that a sparse matrix gathers lie anywhere in memory. Asking for each some steps before it
is used makes the product two to three times as fast as waiting for it does; torch's kernel waits.
"""

from collections.abc import Callable
from itertools import pairwise
from typing import Any, no_type_check

import numba
import numpy as np
import torch
from llvmlite import ir
from numba.core import cgutils, types
from numba.extending import intrinsic
from torch import Tensor

from gnnlab.graphs.parallel import on_all_cores

_SHARES_PER_THREAD = 8  # rows differ in length
_AHEAD = 16  # elements between asking for a row and using it
_LINE = 64  # bytes that memory hands over at once


def csr_product(crow: Tensor, col: Tensor, values: Tensor, dense: Tensor) -> Tensor:
    """The product, [row, channel], of a matrix in CSR with ``dense``, [column, channel].

    All on the CPU, ``values`` and ``dense`` of one dtype.
    """
    dense = dense.detach().contiguous()
    out = torch.empty(len(crow) - 1, dense.shape[1], dtype=dense.dtype)
    arrays = [tensor.numpy() for tensor in (crow, col, values.detach(), dense, out)]
    shares = _SHARES_PER_THREAD * torch.get_num_threads()
    wanted = np.linspace(0, int(crow[-1]), shares + 1)
    cuts = np.searchsorted(arrays[0], wanted).tolist()
    cuts[0], cuts[-1] = 0, len(crow) - 1
    on_all_cores(
        lambda rows: _rows(*arrays, *rows), pairwise(cuts), threads=torch.get_num_threads()
    )
    return out


@intrinsic
@no_type_check  # of the compiler's own types
def _prefetch(context: Any, array: Any, row: Any, column: Any) -> tuple[Any, Callable[..., Any]]:
    """Have memory fetch ``array[row, column]`` into the caches, without waiting for it."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        kind = signature.args[0]
        place = context.make_array(kind)(context, builder, arguments[0])
        index = [
            context.cast(builder, value, given, types.intp)
            for value, given in zip(arguments[1:], signature.args[1:], strict=True)
        ]
        byte = ir.IntType(8).as_pointer()
        address = builder.bitcast(
            cgutils.get_item_pointer(context, builder, kind, place, index), byte
        )
        number = ir.IntType(32)
        fetch = cgutils.get_or_insert_function(
            builder.module,
            ir.FunctionType(ir.VoidType(), [byte, number, number, number]),
            "llvm.prefetch.p0",
        )
        builder.call(fetch, [address, number(0), number(3), number(1)])  # to read, to keep, data
        return context.get_dummy_value()

    return types.void(array, row, column), generate


@numba.njit(nogil=True, cache=True, fastmath={"contract"})
@no_type_check  # compiled: what checks types of arguments would be compiled too
def _rows(
    crow: np.ndarray,
    col: np.ndarray,
    values: np.ndarray,
    dense: np.ndarray,
    out: np.ndarray,
    low: int,
    high: int,
) -> None:
    channels = dense.shape[1]
    step = _LINE // dense.itemsize
    last = len(col) - 1
    for row in range(low, high):
        total = out[row]
        total[:] = 0
        for place in range(crow[row], crow[row + 1]):
            later = col[min(place + _AHEAD, last)]
            for channel in range(0, channels, step):
                _prefetch(dense, later, channel)
            value = values[place]
            other = dense[col[place]]
            for channel in range(channels):
                total[channel] += value * other[channel]
