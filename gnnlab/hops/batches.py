"""Breadth-first searches from many sources, batch by batch, on all cores."""

import threading
from collections.abc import Callable

import numpy as np

from gnnlab.graphs import Graph
from gnnlab.graphs.parallel import THREADS, on_all_cores
from gnnlab.hops.bfs import many_sources

SLICE = 4_000_000  # words touched between two looks at whether to stop: about 20 ms
FIRST_HOPS = 256


def search_all(
    graph: Graph,
    sources: np.ndarray,
    words: int,
    layers: int,
    progress: Callable[[float], None] | None = None,
) -> tuple[np.ndarray, np.ndarray]:
    """Pairs by hops and receptive fields of breadth-first searches from ``sources``.

    Args:
        graph: n nodes.
        sources: different node numbers, [source].
        words: how many times 64 searches run as one batch.
        layers: the depth to which receptive fields are counted.
        progress: called with the share of batches that is done.

    Returns:
        Pairs first joined at each hop from 0 on, [group, hop], a group being 64 sources; and the
        number of sources that first reach a node then, [hop up to ``layers``, node].

    Raises:
        KeyboardInterrupt: once the running slices are done.
    """
    batches = [sources[at : at + 64 * words] for at in range(0, len(sources), 64 * words)]
    stop = threading.Event()
    fields = [np.zeros((layers + 1, graph.num_nodes), np.int32) for _ in range(THREADS)]
    free = list(range(THREADS))  # pop and append of a list are atomic

    def run(batch: np.ndarray) -> np.ndarray:
        mine = free.pop()
        try:
            return _search(graph, batch, words, fields[mine], stop)
        finally:
            free.append(mine)

    found = on_all_cores(run, batches, stop=stop, progress=progress)
    hops = max((len(pairs) for pairs in found), default=1)
    padded = [np.pad(pairs, ((0, hops - len(pairs)), (0, 0))).T for pairs in found]
    by_group = np.concatenate(padded) if padded else np.zeros((1, 1), np.int64)
    return by_group, sum(fields[1:], start=fields[0])


def _search(
    graph: Graph,
    sources: np.ndarray,
    words: int,
    fields: np.ndarray,
    stop: threading.Event,
) -> np.ndarray:
    """Pairs by hop of one batch, [hop, word]; hop 0 holds the sources themselves."""
    number = np.arange(len(sources))
    word, bit = number >> 6, np.uint64(1) << (number & 63).astype(np.uint64)
    used = -(-len(sources) // 64)
    frontier = np.zeros((graph.num_nodes, used), np.uint64)
    frontier[sources, word] = bit
    reached = np.zeros_like(frontier)
    # A bit that no source has counts as seen everywhere, so that full rows can be passed over.
    seen = frontier | ~np.bitwise_or.reduce(frontier, axis=0)
    active = np.empty(graph.num_nodes, np.int64)
    active[: len(sources)] = sources
    following = np.empty_like(active)
    state = np.array([0, len(sources), 0, 0, 0])
    new_pairs = np.zeros((FIRST_HOPS, used), np.int64)
    new_pairs[0] = np.bincount(word, minlength=used)
    fields[0, sources] += 1
    while not stop.is_set():
        finished = many_sources(
            *graph.successors,
            *graph.predecessors,
            state,
            seen,
            frontier,
            reached,
            active,
            following,
            new_pairs,
            fields,
            SLICE,
        )
        if finished:
            break
        if state[0] + 1 >= len(new_pairs):
            new_pairs = np.concatenate([new_pairs, np.zeros_like(new_pairs)])
    return new_pairs[: state[0] + 1]
