"""Several graphs of the same stations -> one."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from jaxtyping import Bool

from gnnlab.errors import GraphError
from gnnlab.graphs.graph import Graph
from gnnlab.graphs.similarity.sparsify import sparsify


def combine(
    graphs: Sequence[Graph],
    shares: Sequence[float] | None = None,
    *,
    known: Sequence[Bool[np.ndarray, "target source"]] | None = None,
    threshold: float | None = None,
    neighbors: int | None = None,
) -> Graph:
    """The mean of several graphs' weights; an edge that a graph lacks weighs 0 there.

    The mean of a pair is over the graphs that know it: what nobody knows is not 0. It is directed
    if any of them is.

    Args:
        graphs: of the same stations in the same order.
        shares: how much each counts, not negative; ``None`` counts all alike.
        known: for each graph which pairs it says something about; ``None``, if each does of all.
        threshold: see :func:`sparsify`.
        neighbors: see :func:`sparsify`.

    Raises:
        GraphError: graphs of different stations.
        ValueError: no graph, shares that are not one a graph, negative or all 0, pairs that are
            not known for each graph; see :func:`sparsify`.

    >>> near = Graph.from_edges([("A", "B"), ("B", "C")])
    >>> alike = Graph(np.array([[0], [2]]), 3, labels="ABC")
    >>> combine([near, alike]).weight
    array([0.5, 0.5, 0.5])
    """
    if not graphs:
        raise ValueError("there must be at least 1 graph to combine, got none")
    shares = [1.0] * len(graphs) if shares is None else list(shares)
    if len(shares) != len(graphs) or min(shares) < 0 or not 0 < sum(shares) < np.inf:
        raise ValueError(
            f"shares must be {len(graphs)} numbers, not negative and not all 0, got {shares}"
        )
    names = [[graph.label(node) for node in range(graph.num_nodes)] for graph in graphs]
    for graph, labels in zip(graphs, names, strict=True):
        if labels != names[0]:
            raise GraphError(
                f"graphs to combine must have the same nodes in the same order, "
                f"got others in {graph.name or 'one'} than in {graphs[0].name or 'the first'}"
            )
    if known is None:
        known = [np.ones((len(names[0]), len(names[0])), dtype=bool)] * len(graphs)
    if len(known) != len(graphs):
        raise ValueError(f"known must be of each of {len(graphs)} graphs, got {len(known)}")
    total = np.zeros(known[0].shape)
    counting = np.zeros_like(total)
    for share, graph, pairs in zip(shares, graphs, known, strict=True):
        total += share * np.where(pairs, graph.csr().toarray(), 0.0)
        counting += share * pairs
    return sparsify(
        np.divide(total, counting, out=np.zeros_like(total), where=counting > 0),
        names[0],
        threshold=threshold,
        neighbors=neighbors,
        directed=any(graph.directed for graph in graphs),
        name=" + ".join(graph.name for graph in graphs if graph.name),
    )
