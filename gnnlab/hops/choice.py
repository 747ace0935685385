"""Which way to count the hops of a graph suits its size, its depth and the memory."""

from math import sqrt

import numpy as np

from gnnlab.graphs import Graph
from gnnlab.graphs.parallel import THREADS
from gnnlab.hops.counts import LAYERS
from gnnlab.hops.distances import hops_to

METHODS = ("auto", "exact", "sample", "sketch")
SAMPLED_TARGETS = 1024
LONG = 64  # hops, from which on scattered targets hardly share a frontier
SMALL_GRAPH = 500_000  # nodes x (nodes + arcs), up to which plain Python beats loading kernels
EXACT_WORK = 4e11  # nodes x (nodes + arcs): about a minute on two cores
SAMPLE_ARCS = 1e8


def choose_method(graph: Graph, memory: float) -> tuple[str, str]:
    """The method that suits a graph and a number of bytes, and why.

    >>> from gnnlab.graphs import example6
    >>> choose_method(example6(), memory=1e9)[0]
    'exact'
    """
    nodes, arcs = graph.num_nodes, len(graph.successors.indices)
    size = f"{nodes:,} nodes and {arcs:,} arcs"
    if is_small(graph):
        return "exact", f"{size} are few enough for all pairs"
    long = is_long(graph)
    # Where targets share no frontier, 64 searches in a word cost as much as 64 searches.
    most = EXACT_WORK / 64 if long else EXACT_WORK
    if nodes * (nodes + arcs) <= most and batch_words(nodes, nodes, long, memory):
        return "exact", f"{size} are few enough for all pairs"
    if (long or arcs <= SAMPLE_ARCS) and batch_words(nodes, SAMPLED_TARGETS, long, memory):
        return "sample", (
            f"all pairs of {size} take too long or too much memory; expect the mean of hops to be "
            "right to about 2 %"
        )
    from gnnlab.hops.hyperball import FEWEST_REGISTERS, num_registers

    error = 1.96 * 1.04 / sqrt(num_registers(nodes, memory) or FEWEST_REGISTERS)
    return "sketch", (
        f"{size} are too many for breadth-first searches; expect the mean of hops to be right to "
        f"{100 * error:.0f} % or better"
    )


def is_small(graph: Graph) -> bool:
    """Whether plain Python is done with all pairs before compiled kernels are loaded.

    Such a graph has few hundred nodes, and its hop matrix takes a few megabytes.
    """
    arcs = len(graph.successors.indices)
    return graph.num_nodes * (graph.num_nodes + arcs) <= SMALL_GRAPH


def is_long(graph: Graph) -> bool:
    """Whether information needs more than ``LONG`` hops to the node with the most neighbours."""
    if not graph.num_nodes:
        return False
    hops = hops_to(graph, int(np.diff(graph.predecessors.indptr).argmax()))
    return bool(hops[np.isfinite(hops)].max() > LONG)


def batch_words(nodes: int, targets: int, long: bool, memory: float) -> int | None:
    """How many times 64 searches run as one batch, ``None`` where one time is too much.

    Wide batches share more work, but long searches share none, and each thread needs a batch.
    """
    for words in (8, 4, 2):
        enough = 64 * words * THREADS <= targets
        if enough and not long and search_bytes(nodes, targets, words) <= memory:
            return words
    return 1 if search_bytes(nodes, targets, 1) <= memory else None


def search_bytes(nodes: int, targets: int, words: int) -> int:
    """Memory of the searches: three bit sets and two lists of nodes a thread, and the fields."""
    return THREADS * nodes * (3 * 8 * words + 2 * 8) + targets * (2 * 4 * (LAYERS + 1) + 2 * 8)
