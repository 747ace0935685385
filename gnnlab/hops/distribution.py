"""How many pairs are how many hops apart: exactly, from a sample of targets, or from sketches."""

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from jaxtyping import Num

from gnnlab.errors import GraphError
from gnnlab.graphs import Graph
from gnnlab.hops.choice import (
    METHODS,
    SAMPLED_TARGETS,
    batch_words,
    choose_method,
    is_long,
    is_small,
    search_bytes,
)
from gnnlab.hops.counts import LAYERS, Counts, ReceptiveField, relative_errors
from gnnlab.hops.distances import hop_matrix

Progress = Callable[[float], None]


@dataclass(frozen=True)
class HopDistribution:
    """The hops of all ordered pairs of different nodes.

    ``graph`` is the graph's name. ``pairs_by_hops`` counts the pairs by their distance (estimates,
    where ``method`` is not exact). ``diameter`` is the greatest finite distance found, which a
    sample may miss. ``effective_diameter_90`` is the distance within which 90 % of the connected
    pairs lie, interpolated between hops as SNAP does. Where no pair is connected, the mean and both
    diameters are ``None``.

    ``relative_error`` and ``reachable_pairs_error`` are half-widths of 95 % intervals for
    ``mean_hops`` and ``reachable_pairs``, relative to them; 0 where exact. A sample sees the
    receptive fields of its targets exactly; sketches add the noise of a single ball to the
    ``median`` and ``percentile_90``.
    """

    graph: str
    nodes: int
    edges: int
    directed: bool
    method: str
    pairs_by_hops: dict[int, int]
    reachable_pairs: int
    mean_hops: float | None
    diameter: int | None
    effective_diameter_90: float | None
    receptive_field: tuple[ReceptiveField, ...]
    relative_error: float
    reachable_pairs_error: float
    seconds: float


def hop_distribution(
    graph: Graph,
    method: str = "auto",
    *,
    memory: float = 4e9,
    seed: int = 0,
    tell: Callable[[str], None] | None = None,
    progress: Progress | None = None,
) -> HopDistribution:
    """The distribution of hops over all ordered pairs of different nodes.

    Args:
        graph: n nodes.
        method: ``"exact"`` runs a breadth-first search back from every node, one bit each.
            ``"sample"`` does so from ``SAMPLED_TARGETS`` nodes drawn without replacement.
            ``"sketch"`` is HyperBall (Boldi and Vigna 2013). ``"auto"`` chooses by size, depth and
            ``memory``.
        memory: bytes to stay below, beside the graph's own; small graphs may take a few megabytes.
        seed: of the sample or the sketches.
        tell: called with what ``"auto"`` chose, why, and the error to be expected.
        progress: called with the share that is done.

    Raises:
        ValueError: an unknown method.
        GraphError: too little ``memory`` for the method.

    >>> from gnnlab.graphs import example6
    >>> found = hop_distribution(example6())
    >>> found.pairs_by_hops
    {1: 16, 2: 12, 3: 2}
    >>> round(found.effective_diameter_90, 3)
    1.917
    """
    if method not in METHODS:
        raise ValueError(f"method must be one of {', '.join(METHODS)}, got {method!r}")
    if method == "auto":
        method, why = choose_method(graph, memory)
        if tell:
            tell(f"method {method}: {why}")
    start = time.perf_counter()
    nodes = graph.num_nodes
    if method == "sketch":
        from gnnlab.hops.hyperball import hyperball

        counts = hyperball(graph, memory, seed, progress)
    elif method == "sample" and nodes > SAMPLED_TARGETS:
        drawn = np.random.default_rng(seed).choice(nodes, SAMPLED_TARGETS, replace=False)
        counts = _searched(graph, drawn, memory, progress)
    elif is_small(graph):
        counts = _small(graph)
    else:
        counts = _searched(graph, np.arange(nodes), memory, progress)
    return _described(graph, method, counts, time.perf_counter() - start)


def _small(graph: Graph) -> Counts:
    matrix = hop_matrix(graph)
    apart = matrix[np.isfinite(matrix) & (matrix > 0)].astype(int)
    pairs = np.bincount(apart)[1:]
    return Counts(
        pairs=pairs,
        found=np.array([len(apart)]),
        hop_sums=np.array([apart.sum()]),
        fields=tuple(
            ReceptiveField.of(layers, (matrix <= layers).mean(axis=1))
            for layers in range(1, min(len(pairs), LAYERS) + 1)
        ),
        unseen=0.0,
    )


def _searched(
    graph: Graph, targets: np.ndarray, memory: float, progress: Progress | None
) -> Counts:
    from gnnlab.hops.batches import search_all

    words = batch_words(graph.num_nodes, len(targets), is_long(graph), memory)
    if words is None:
        least = search_bytes(graph.num_nodes, len(targets), words=1)
        raise GraphError(
            f"memory must be at least {least / 1e9:.2g} GB for searches from {len(targets):,} "
            f"nodes, got {memory / 1e9:.2g} GB"
        )
    return search_all(graph, targets, words, progress)


def _described(graph: Graph, method: str, counts: Counts, seconds: float) -> HopDistribution:
    rounded = {hops: round(pairs) for hops, pairs in enumerate(counts.pairs.tolist(), 1)}
    pairs_by_hops = {hops: pairs for hops, pairs in rounded.items() if pairs}
    reachable = float(counts.pairs.sum())
    hop_sum = float(np.arange(1, len(counts.pairs) + 1) @ counts.pairs)
    error, pairs_error = relative_errors(counts)
    return HopDistribution(
        graph=graph.name,
        nodes=graph.num_nodes,
        edges=graph.num_edges,
        directed=graph.directed,
        method=method,
        pairs_by_hops=pairs_by_hops,
        reachable_pairs=sum(pairs_by_hops.values()),
        mean_hops=hop_sum / reachable if reachable else None,
        diameter=max(pairs_by_hops, default=None),
        effective_diameter_90=effective_diameter(counts.pairs, 0.9) if reachable else None,
        receptive_field=counts.fields,
        relative_error=error,
        reachable_pairs_error=pairs_error,
        seconds=seconds,
    )


def effective_diameter(pairs: Num[np.ndarray, " hop"], share: float) -> float:
    """The hops within which ``share`` of the pairs lie, linear between whole hops, at least 1.

    As ``CalcEffDiam`` of SNAP does it (snap-core/anf.cpp).

    Args:
        pairs: pairs at 1, 2, ... hops, not all 0.
        share: between 0 and 1.

    >>> round(effective_diameter(np.array([16, 12, 2]), 0.9), 3)
    1.917
    >>> effective_diameter(np.array([12]), 0.9)
    1.0
    """
    within = np.concatenate([[0.0], np.cumsum(pairs)])
    wanted = share * within[-1]
    above = int(np.searchsorted(within, wanted))
    below = above - 1
    return max(1.0, below + float((wanted - within[below]) / (within[above] - within[below])))
