"""HyperBall: the sizes of all balls around all nodes from HyperLogLog sketches.

Boldi and Vigna (2013), In-core computation of geometric centralities with HyperBall; sketches after
Flajolet et al. (2007) and Ertl (2017). The ball of a node within k hops is the union of its
predecessors' balls within k - 1: registers take the maximum. A hash puts each node into one
register. All registers together estimate a ball; a group of 32 registers counts a random share of
the nodes by itself, and the spread of what the groups make of it tells the error.
"""

from collections.abc import Callable
from functools import partial
from itertools import pairwise
from math import log
from typing import no_type_check

import numba
import numpy as np
from jaxtyping import Float32, UInt8

from gnnlab.errors import GraphError
from gnnlab.graphs import Graph
from gnnlab.graphs.parallel import on_all_cores
from gnnlab.hops.counts import LAYERS, Counts, ReceptiveField
from gnnlab.hops.distances import hops_to

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
        progress: called with the share that is done, as far as the hops to one node foretell it.

    Raises:
        GraphError: ``memory`` does not hold the smallest sketches.
    """
    nodes = graph.num_nodes
    registers = num_registers(nodes, memory)
    if registers is None:
        raise GraphError(
            f"memory must be at least {sketch_bytes(nodes, FEWEST_REGISTERS) / 1e9:.2g} GB for "
            f"sketches of {nodes:,} nodes, got {memory / 1e9:.2g} GB"
        )
    indptr, indices = graph.predecessors
    expected = _expected_hops(graph) if progress else 1
    current, balls, groups = _single_nodes(nodes, registers, seed)
    following = np.empty_like(current)
    changed, changing = np.ones(nodes, np.uint8), np.empty(nodes, np.uint8)
    cuts = _cuts(indptr, registers)
    powers = 2.0 ** -np.arange(256.0)
    pairs, by_group = [float(nodes)], [groups.sum(axis=0, dtype=np.float64)]
    fields: list[ReceptiveField] = []

    def tell(hop: int, share: float) -> None:
        if progress:
            progress(min((hop + share) / expected, 1.0))

    while changed.any():
        grow = partial(
            _grow, indptr, indices, current, following, changed, changing, balls, groups, powers
        )
        on_all_cores(
            lambda nodes, grow=grow: grow(*nodes), cuts, progress=partial(tell, len(pairs) - 1)
        )
        current, following = following, current
        changed, changing = changing, changed
        pairs.append(float(balls.sum(dtype=np.float64)))
        by_group.append(groups.sum(axis=0, dtype=np.float64))
        if len(fields) < LAYERS and changed.any():
            fields.append(ReceptiveField.of(len(pairs) - 1, np.minimum(balls / nodes, 1)))
    tell(expected, 0)
    new = np.diff(by_group, axis=0)  # [hop, group]
    return Counts(
        pairs=np.diff(pairs)[:-1],  # the last hop changed nothing
        found=new.sum(axis=0),
        hop_sums=np.arange(1, len(new) + 1) @ new,
        fields=tuple(fields),
        unseen=1.0,
    )


def sketch_bytes(nodes: int, registers: int) -> int:
    """What ``hyperball`` takes: registers twice, sizes, marks, and a few numbers a node between."""
    return nodes * (2 * registers + 4 * (1 + registers // GROUP) + 2 + 3 * 8)


def num_registers(nodes: int, memory: float) -> int | None:
    """How many registers a node gets, ``None`` where not even the fewest fit into ``memory``."""
    for registers in (MOST_REGISTERS, 512, 256, 128, FEWEST_REGISTERS):
        small = 2 * registers * nodes <= MOST_BYTES or registers == FEWEST_REGISTERS
        if small and sketch_bytes(nodes, registers) <= memory:
            return registers
    return None


def _expected_hops(graph: Graph) -> int:
    """The hops to the node with the most neighbours, and the one that changes nothing."""
    if not graph.num_nodes:
        return 1
    hops = hops_to(graph, int(np.diff(graph.predecessors.indptr).argmax()))
    return int(hops[np.isfinite(hops)].max()) + 1


def _single_nodes(
    nodes: int, registers: int, seed: int
) -> tuple[
    UInt8[np.ndarray, "node register"],
    Float32[np.ndarray, " node"],
    Float32[np.ndarray, "node group"],
]:
    """Sketches of one node each, and what all registers and each group make of them."""
    draws = np.random.default_rng(seed)
    node, register = np.arange(nodes), draws.integers(0, registers, nodes)
    sketches = np.zeros((nodes, registers), np.uint8)
    sketches[node, register] = np.minimum(draws.geometric(0.5, nodes), 63)
    groups = np.zeros((nodes, registers // GROUP), np.float32)
    groups[node, register // GROUP] = 1
    return sketches, np.ones(nodes, np.float32), groups


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
    balls: np.ndarray,
    groups: np.ndarray,
    powers: np.ndarray,
    low: int,
    high: int,
) -> None:
    registers = current.shape[1]
    for node in range(low, high):
        mine = following[node]
        if changed[node]:  # else it is the same since the hop before the last
            mine[:] = current[node]
        changing[node] = 0
        grown = False
        for arc in range(indptr[node], indptr[node + 1]):
            other = indices[arc]
            if changed[other]:
                grown = True
                theirs = current[other]
                for register in range(registers):
                    mine[register] = max(mine[register], theirs[register])
        if not grown:
            continue
        different = np.uint8(0)
        for register in range(registers):
            different |= mine[register] ^ current[node, register]
        if different == 0:
            continue
        changing[node] = 1
        all_sum, all_empty = 0.0, 0
        for group in range(registers // GROUP):
            total = 0.0
            empty = 0
            for register in range(group * GROUP, (group + 1) * GROUP):
                total += powers[mine[register]]
                empty += mine[register] == 0
            groups[node, group] = max(_estimate(total, empty, GROUP), groups[node, group])
            all_sum += total
            all_empty += empty
        balls[node] = max(_estimate(all_sum, all_empty, registers), balls[node])


@numba.njit(nogil=True, cache=True)
@no_type_check  # compiled: what checks types of arguments would be compiled too
def _estimate(total: float, empty: int, registers: int) -> float:
    """How many nodes the registers have seen, of which ``empty`` none."""
    if empty == registers:
        return 0.0
    # What empty registers add instead of 1 each: Ertl (2017), section 2.4, sigma.
    power, weight, sigma = empty / registers, 1.0, empty / registers
    while 1e-9 < power < 1:
        power *= power
        sigma += power * weight
        weight *= 2
    correction = 1 / (2 * log(2)) / (1 + 1.079 / registers)  # Flajolet et al. (2007), figure 3
    return correction * registers**2 / (total - empty + registers * sigma)
