"""How many pairs are how many hops apart: exactly, from a sample of sources, or from sketches."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from math import sqrt

import numpy as np

from gnnlab.graphs import Graph
from gnnlab.hops.distances import hop_matrix, hops_from

METHODS = ("auto", "exact", "sample", "sketch")
LAYERS = 64  # receptive fields are told up to this depth
SAMPLED_SOURCES = 1024
LONG = 64  # hops, from which on scattered sources hardly share a frontier
SMALL_GRAPH = 500_000  # nodes x arcs, up to which plain Python beats loading compiled kernels
EXACT_WORK = 4e11  # nodes x arcs: about a minute on two cores
SAMPLE_ARCS = 1e8

Progress = Callable[[float], None]


@dataclass(frozen=True)
class ReceptiveField:
    """What share of the graph's nodes a node sees through that many layers, itself included."""

    layers: int
    mean: float
    median: float
    percentile_90: float


@dataclass(frozen=True)
class HopDistribution:
    """The hops of all ordered pairs of different nodes.

    ``pairs_by_hops`` counts the pairs by their distance (estimates, where ``method`` is not
    exact). ``diameter`` is the greatest finite distance found, which a sample may miss.
    ``effective_diameter_90`` is the distance within which 90 % of the connected pairs lie,
    interpolated between hops as SNAP does. ``relative_error`` is the half-width of a 95 % interval
    for ``mean_hops`` relative to it, 0 where exact. Where no pair is connected, the mean and both
    diameters are ``None``.
    """

    method: str
    pairs_by_hops: dict[int, int]
    reachable_pairs: int
    mean_hops: float | None
    diameter: int | None
    effective_diameter_90: float | None
    receptive_field: tuple[ReceptiveField, ...]
    relative_error: float
    seconds: float


def choose_method(graph: Graph, memory: float) -> tuple[str, str]:
    """The method that suits the size of a graph and a number of bytes, and why.

    >>> from gnnlab.graphs import example6
    >>> choose_method(example6(), memory=1e9)[0]
    'exact'
    """
    nodes, arcs = graph.num_nodes, len(graph.successors.indices)
    size = f"{nodes:,} nodes and {arcs:,} arcs"
    if nodes * (arcs + nodes) <= EXACT_WORK:
        return "exact", f"{size} are few enough for all pairs"
    if arcs <= SAMPLE_ARCS and _sample_bytes(nodes, words=4) <= memory:
        return "sample", f"all pairs of {size} take too long"
    return "sketch", f"{size} are too many for breadth-first searches"


def hop_distribution(
    graph: Graph,
    method: str = "auto",
    *,
    memory: float = 4e9,
    seed: int = 0,
    progress: Progress | None = None,
) -> HopDistribution:
    """The distribution of hops over all ordered pairs of different nodes.

    Args:
        graph: n nodes.
        method: ``"exact"`` runs a breadth-first search from every node, 256 at a time, one bit
            each. ``"sample"`` does so from ``SAMPLED_SOURCES`` nodes drawn without replacement.
            ``"sketch"`` is HyperBall (Boldi and Vigna 2013). ``"auto"`` chooses by size.
        memory: bytes to stay below.
        seed: of the sample or the sketches.
        progress: called with the share that is done.

    Raises:
        ValueError: an unknown method.

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
        method, _ = choose_method(graph, memory)
    start = time.perf_counter()
    if method == "sketch":
        from gnnlab.hops.hyperball import hyperball

        counts = hyperball(graph, memory, seed, progress)
    elif method == "sample" and graph.num_nodes > SAMPLED_SOURCES:
        drawn = np.random.default_rng(seed).choice(graph.num_nodes, SAMPLED_SOURCES, replace=False)
        far = hops_from(graph, int(drawn[0]))
        words = 1 if far[np.isfinite(far)].max() > LONG else _words(graph, memory)
        counts = replace(_searched(graph, drawn, words, progress), complete=False)
    elif graph.num_nodes * len(graph.successors.indices) <= SMALL_GRAPH:
        counts = _small(graph)
    else:
        counts = _searched(graph, np.arange(graph.num_nodes), _words(graph, memory), progress)
    return _described(graph, method, counts, time.perf_counter() - start)


@dataclass(frozen=True)
class Counts:
    """What a method found.

    ``pairs`` [group, hop] are pairs first joined at each hop, from 0 on, by replicates: groups of
    sources, or sketches of all. ``fields`` [hop, node] are the sources that first reach a node
    then, for up to ``LAYERS`` hops, ``sources`` how many there were. ``complete`` says that all
    nodes were sources, and nothing is an estimate.
    """

    pairs: np.ndarray
    fields: np.ndarray
    sources: int
    complete: bool = True


def _small(graph: Graph) -> Counts:
    matrix = hop_matrix(graph)
    longest = int(matrix[np.isfinite(matrix)].max(initial=0))
    at_hop = [(matrix == hop) for hop in range(longest + 1)]
    pairs = np.array([[found.sum() for found in at_hop]])
    fields = np.array([found.sum(axis=1) for found in at_hop[: LAYERS + 1]])
    return Counts(pairs, fields, graph.num_nodes)


def _words(graph: Graph, memory: float) -> int:
    """How many times 64 searches run as one batch."""
    fitting = (words for words in (8, 4, 2) if _sample_bytes(graph.num_nodes, words) <= memory)
    return next(fitting, 1)


def _searched(graph: Graph, sources: np.ndarray, words: int, progress: Progress | None) -> Counts:
    from gnnlab.hops.batches import search_all

    pairs, fields = search_all(graph, sources, words, LAYERS, progress)
    return Counts(pairs, fields, len(sources))


def _sample_bytes(nodes: int, words: int) -> float:
    """Memory of two searches side by side: three bit sets and two lists of nodes each."""
    return 2 * nodes * (3 * 8 * words + 2 * 8)


def _described(graph: Graph, method: str, counts: Counts, seconds: float) -> HopDistribution:
    nodes = graph.num_nodes
    totals = counts.pairs.sum(axis=0)[1:].astype(float)
    if not counts.complete:
        totals *= nodes / counts.pairs[:, 0].sum()
    pairs_by_hops = {hop: round(total) for hop, total in enumerate(totals.tolist(), 1)}
    pairs_by_hops = {hop: pairs for hop, pairs in pairs_by_hops.items() if pairs}
    reachable = float(totals.sum())
    found = reachable > 0
    hops = np.arange(1, len(totals) + 1)
    return HopDistribution(
        method=method,
        pairs_by_hops=pairs_by_hops,
        reachable_pairs=sum(pairs_by_hops.values()),
        mean_hops=float((hops * totals).sum() / reachable) if found else None,
        diameter=max(pairs_by_hops, default=None),
        effective_diameter_90=effective_diameter(totals, 0.9) if found else None,
        receptive_field=_receptive_fields(counts, max(pairs_by_hops, default=0)),
        relative_error=0.0 if counts.complete else _relative_error(counts, nodes),
        seconds=seconds,
    )


def effective_diameter(pairs: np.ndarray, share: float) -> float:
    """The hops within which ``share`` of the pairs lie, linear between whole hops.

    Args:
        pairs: pairs at 1, 2, ... hops.
        share: between 0 and 1.

    >>> round(effective_diameter(np.array([16, 12, 2]), 0.9), 3)
    1.917
    """
    within = np.concatenate([[0.0], np.cumsum(pairs)])
    wanted = share * within[-1]
    above = int(np.searchsorted(within, wanted))
    below = above - 1
    return below + float((wanted - within[below]) / (within[above] - within[below]))


def _receptive_fields(counts: Counts, depth: int) -> tuple[ReceptiveField, ...]:
    if not counts.sources:
        return ()
    shares = np.minimum(np.cumsum(counts.fields[: depth + 1], axis=0) / counts.sources, 1)
    return tuple(
        ReceptiveField(
            layers,
            mean=float(share.mean()),
            median=float(np.median(share)),
            percentile_90=float(np.quantile(share, 0.9)),
        )
        for layers, share in enumerate(shares[1:], 1)
    )


def _relative_error(counts: Counts, nodes: int) -> float:
    """Half of a 95 % interval for the mean of hops, relative: the spread of a ratio of sums."""
    pairs = counts.pairs[:, 1:]
    hops = np.arange(1, pairs.shape[1] + 1)
    weight, value = pairs.sum(axis=1), (pairs * hops).sum(axis=1)
    if not weight.sum():
        return 0.0
    mean = float(value.sum() / weight.sum())
    groups = len(weight)
    residual = (value - mean * weight) / weight.mean()
    unseen = 1.0 if counts.sources == nodes else 1 - counts.sources / nodes
    deviation = sqrt(unseen * float((residual**2).sum()) / (groups * (groups - 1)))
    return _student(groups - 1) * deviation / mean


def _student(freedom: int) -> float:
    """The 97.5 % quantile of Student's t."""
    from scipy.special import stdtrit

    return float(stdtrit(freedom, 0.975))
