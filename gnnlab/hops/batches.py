"""Breadth-first searches from many nodes, batch by batch, on all cores."""

import threading
from collections.abc import Callable

import numpy as np
from jaxtyping import Int

from gnnlab.graphs import Graph
from gnnlab.graphs.parallel import on_all_cores
from gnnlab.hops.bfs import many_sources
from gnnlab.hops.counts import LAYERS, Counts, ReceptiveField

SLICE = 4_000_000  # words touched between two looks at whether to stop: about 20 ms
FIRST_HOPS = 256


def search_all(
    graph: Graph,
    targets: Int[np.ndarray, " target"],
    words: int,
    progress: Callable[[float], None] | None = None,
) -> Counts:
    """Pairs by hops and receptive fields of breadth-first searches back from ``targets``.

    What a target is reached from is what it sees, so that its receptive field is exact even where
    the targets are a sample.

    Args:
        graph: n nodes.
        targets: different node numbers.
        words: how many times 64 searches run as one batch.
        progress: called with the share that is done.

    Raises:
        KeyboardInterrupt: once the running slices are done.
    """
    found = np.zeros(len(targets), np.int64)
    hop_sums = np.zeros(len(targets), np.int64)
    fields = np.zeros((len(targets), LAYERS + 1), np.int32)
    batches = [slice(at, at + 64 * words) for at in range(0, len(targets), 64 * words)]
    finished = np.zeros(len(targets), bool)
    stop = threading.Event()

    def run(batch: slice) -> np.ndarray:
        pairs = _search(graph, targets[batch], found[batch], hop_sums[batch], fields[batch], stop)
        finished[batch] = True
        return pairs

    def tell(_: float) -> None:
        if progress:
            share = np.where(finished, 1, found / graph.num_nodes).mean()
            progress(float(share))

    by_batch = on_all_cores(run, batches, stop=stop, progress=tell)
    pairs = np.zeros(max((len(each) for each in by_batch), default=0), np.int64)
    for each in by_batch:
        pairs[: len(each)] += each
    sampled = len(targets) / max(graph.num_nodes, 1)
    within = 1 + np.cumsum(fields[:, 1 : len(pairs) + 1], axis=1, dtype=np.int32)
    return Counts(
        pairs=pairs if len(targets) == graph.num_nodes else pairs / sampled,
        found=found,
        hop_sums=hop_sums,
        fields=tuple(
            ReceptiveField.of(layers, seen / graph.num_nodes)
            for layers, seen in enumerate(within.T, 1)
        ),
        unseen=0.0 if len(targets) == graph.num_nodes else 1 - sampled,
    )


def _search(
    graph: Graph,
    targets: Int[np.ndarray, " target"],
    found: Int[np.ndarray, " target"],
    hop_sums: Int[np.ndarray, " target"],
    fields: Int[np.ndarray, "target layer"],
    stop: threading.Event,
) -> Int[np.ndarray, " hop"]:
    """Pairs 1, 2, ... hops apart of one batch; fills what is known of each target."""
    number = np.arange(len(targets))
    word, bit = number >> 6, np.uint64(1) << (number & 63).astype(np.uint64)
    words = -(-len(targets) // 64)
    frontier = np.zeros((graph.num_nodes, words), np.uint64)
    frontier[targets, word] = bit
    reached = np.zeros_like(frontier)
    # A bit that no target has counts as seen everywhere, so that full rows can be passed over.
    seen = frontier | ~np.bitwise_or.reduce(frontier, axis=0)
    active = np.empty(graph.num_nodes, np.int64)
    active[: len(targets)] = targets
    following = np.empty_like(active)
    state = np.array([0, len(targets), 0, 0, 0, 0])
    pairs = np.zeros(FIRST_HOPS, np.int64)
    while not stop.is_set():
        finished = many_sources(
            *graph.predecessors,
            *graph.successors,
            state,
            seen,
            frontier,
            reached,
            active,
            following,
            pairs,
            found,
            hop_sums,
            fields,
            SLICE,
        )
        if finished:
            break
        if state[0] + 1 >= len(pairs):
            pairs = np.concatenate([pairs, np.zeros_like(pairs)])
    last = int(np.flatnonzero(pairs).max(initial=0))
    return pairs[1 : last + 1]
