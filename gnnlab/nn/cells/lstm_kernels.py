"""The element-wise parts of a step of an LSTM and of its gradient, compiled.

Arrays of nodes are [batch, channel], and [batch, 4 * channel] where they hold the gates i, f, g, o.
A row is sliced before the loop over its channels: indices added up in the loop, as in
``row[channels + k]``, may be negative to the compiler, which then doesn't use vector instructions.
"""

from typing import no_type_check

import numba
import numpy as np


@numba.njit(nogil=True, cache=True)
@no_type_check  # compiled: what checks types of arguments would be compiled too
def update_memory(gates: np.ndarray, before: np.ndarray, memory: np.ndarray) -> None:
    """Turn the g of ``gates`` from σ(2a) into tanh(a) = 2σ(2a) - 1; write c to ``memory``.

    c = f ∘ c_before + i ∘ g. With σ(2a) for g, one call of torch's sigmoid serves all four gates.
    """
    n = memory.shape[1]
    one = memory.dtype.type(1)
    for chain in range(len(memory)):
        row, c, new = gates[chain], before[chain], memory[chain]
        i, f, g = row[:n], row[n : 2 * n], row[2 * n : 3 * n]
        for k in range(n):
            g[k] = g[k] + g[k] - one
        for k in range(n):
            new[k] = f[k] * c[k] + i[k] * g[k]


@numba.njit(nogil=True, cache=True)
@no_type_check  # as above
def update_hidden(gates: np.ndarray, squashed: np.ndarray, hidden: np.ndarray) -> None:
    """Write h = o ∘ tanh(c) to ``hidden``; ``squashed`` is tanh(c)."""
    n = hidden.shape[1]
    for chain in range(len(hidden)):
        o, tanh, new = gates[chain, 3 * n :], squashed[chain], hidden[chain]
        for k in range(n):
            new[k] = o[k] * tanh[k]


@numba.njit(nogil=True, cache=True)
@no_type_check  # as above
def step_back(
    gates: np.ndarray,
    before: np.ndarray,
    squashed: np.ndarray,
    of_output: np.ndarray,
    of_hidden: np.ndarray,
    of_memory: np.ndarray,
    of_total: np.ndarray,
) -> None:
    """Write ā to ``of_total`` and turn ``of_memory`` into that of the step before.

    Args:
        gates: i, f, g, o.
        before: c of the step before.
        squashed: tanh(c).
        of_output: what h̄ has from the output.
        of_hidden: what h̄ has from the step after.
        of_memory: what c̄ has from the step after.
        of_total: for ā_i, ā_f, ā_g, ā_o.
    """
    n = before.shape[1]
    one = before.dtype.type(1)
    for chain in range(len(before)):
        row, out = gates[chain], of_total[chain]
        i, f, g, o = row[:n], row[n : 2 * n], row[2 * n : 3 * n], row[3 * n :]
        of_i, of_f, of_g, of_o = out[:n], out[n : 2 * n], out[2 * n : 3 * n], out[3 * n :]
        c, tanh, of_c = before[chain], squashed[chain], of_memory[chain]
        of_y, of_h = of_output[chain], of_hidden[chain]
        for k in range(n):
            h_bar = of_y[k] + of_h[k]
            c_bar = of_c[k] + h_bar * o[k] * (one - tanh[k] * tanh[k])
            of_i[k] = c_bar * g[k] * i[k] * (one - i[k])
            of_f[k] = c_bar * c[k] * f[k] * (one - f[k])
            of_g[k] = c_bar * i[k] * (one - g[k] * g[k])
            of_o[k] = h_bar * tanh[k] * o[k] * (one - o[k])
            of_c[k] = c_bar * f[k]
