"""HyperBall: the sizes of all balls around all nodes from HyperLogLog sketches.

Boldi and Vigna (2013), In-core computation of geometric centralities with HyperBall; sketches after
Flajolet et al. (2007) and Ertl (2017). The ball of a node within k hops is the union of its
predecessors' balls within k - 1: registers take the maximum. A hash puts each node into one
register; a group of 32 registers so counts a random share of the nodes, the sum of the groups
counts all, and the spread of what the groups make of it tells the error.
"""

from collections.abc import Callable
from functools import partial
from itertools import pairwise
from typing import no_type_check

import numba
import numpy as np

from gnnlab.graphs import Graph
from gnnlab.graphs.parallel import on_all_cores
from gnnlab.hops.distribution import LAYERS, Counts

_CORRECTION = 0.697  # of the bias of 32 registers: Flajolet et al. (2007), figure 3
SHARE = 20_000_000  # register bytes touched between two looks at whether to stop: about 20 ms
GROUP = 32  # registers
MOST_REGISTERS, FEWEST_REGISTERS = 1024, 64
MOST_BYTES = 2.2e9  # of registers: more are slow


def hyperball(
    graph: Graph, memory: float, seed: int, progress: Callable[[float], None] | None = None
) -> Counts:
    """Estimated pairs by hops and receptive fields; one hop an iteration, to the last change.

    Args:
        graph: n nodes; its lists of neighbours may be memory-mapped.
        memory: bytes to stay below, beside the graph's own.
        seed: of the hashes of nodes.
        progress: called with the share of nodes whose balls are complete.

    Raises:
        ValueError: ``memory`` does not hold the smallest sketches.
    """
    nodes = graph.num_nodes
    registers = _registers(nodes, memory)
    current, sizes = _single_nodes(nodes, registers, seed)
    following = np.empty_like(current)
    changed, changing = np.ones(nodes, np.uint8), np.empty(nodes, np.uint8)
    indptr, indices = graph.predecessors
    cuts = _cuts(indptr, registers)
    totals, fields = [sizes.sum(axis=0, dtype=np.float64)], [sizes.sum(axis=1)]
    powers = 2.0 ** -np.arange(256.0)
    while changed.any():
        kernel = partial(
            _grow, indptr, indices, current, following, changed, changing, sizes, powers
        )
        before = sizes.sum(axis=1) if len(fields) <= LAYERS else None
        on_all_cores(lambda nodes, grow=kernel: grow(*nodes), cuts)
        current, following = following, current
        changed, changing = changing, changed
        totals.append(sizes.sum(axis=0, dtype=np.float64))
        if before is not None:
            fields.append(sizes.sum(axis=1) - before)
        if progress:
            progress(1 - float(changed.mean()))
    pairs = np.diff(np.array(totals).T, prepend=0.0)[:, :-1]  # the last hop changed nothing
    return Counts(pairs, np.array(fields[: pairs.shape[1]]), nodes, complete=False)


def _registers(nodes: int, memory: float) -> int:
    """How many registers a node gets."""

    def needed(registers: int) -> float:
        return nodes * (2 * registers + 4 * (registers // GROUP) + 2 + 16)

    for registers in (MOST_REGISTERS, 512, 256, 128, FEWEST_REGISTERS):
        if needed(registers) <= memory and 2 * registers * nodes <= MOST_BYTES:
            return registers
    if needed(FEWEST_REGISTERS) <= memory:
        return FEWEST_REGISTERS
    raise ValueError(
        f"sketches of {nodes:,} nodes need {needed(FEWEST_REGISTERS) / 1e9:.1f} GB, "
        f"got {memory / 1e9:.1f} GB"
    )


def _single_nodes(nodes: int, registers: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Sketches of one node each, [node, register], and what groups make of them, [node, group]."""
    draws = np.random.default_rng(seed)
    node, register = np.arange(nodes), draws.integers(0, registers, nodes)
    sketches = np.zeros((nodes, registers), np.uint8)
    sketches[node, register] = np.minimum(draws.geometric(0.5, nodes), 63)
    sizes = np.zeros((nodes, registers // GROUP), np.float32)
    sizes[node, register // GROUP] = 1
    return sketches, sizes


def _cuts(indptr: np.ndarray, registers: int) -> list[tuple[int, int]]:
    """Ranges of nodes with about equal work."""
    shares = max(1, int(indptr[-1]) * registers // SHARE)
    wanted = np.linspace(0, indptr[-1], shares + 1)
    cuts = np.searchsorted(indptr, wanted)
    cuts[0], cuts[-1] = 0, len(indptr) - 1
    return list(pairwise(cuts.tolist()))


@numba.njit(nogil=True, cache=True)
@no_type_check  # compiled: what checks types of arguments would be compiled too
def _grow(
    indptr: np.ndarray,
    indices: np.ndarray,
    current: np.ndarray,
    following: np.ndarray,
    changed: np.ndarray,
    changing: np.ndarray,
    sizes: np.ndarray,
    powers: np.ndarray,
    low: int,
    high: int,
) -> None:
    registers = current.shape[1]
    for node in range(low, high):
        mine = following[node]
        mine[:] = current[node]
        changing[node] = 0
        for arc in range(indptr[node], indptr[node + 1]):
            other = indices[arc]
            if changed[other]:
                theirs = current[other]
                for register in range(registers):
                    mine[register] = max(mine[register], theirs[register])
        different = np.uint8(0)
        for register in range(registers):
            different |= mine[register] ^ current[node, register]
        if different == 0:
            continue
        changing[node] = 1
        for group in range(registers // GROUP):
            total = 0.0
            empty = 0
            for register in range(group * GROUP, (group + 1) * GROUP):
                total += powers[mine[register]]
                empty += mine[register] == 0
            # What empty registers add instead of 1 each: Ertl (2017), section 2.4, sigma.
            power, weight, sigma = empty / GROUP, 1.0, empty / GROUP
            while 1e-9 < power < 1:
                power *= power
                sigma += power * weight
                weight *= 2
            if empty < GROUP:
                estimate = _CORRECTION * GROUP**2 / (total - empty + GROUP * sigma)
                sizes[node, group] = max(estimate, sizes[node, group])
