"""Supports of a graph: Chebyshev polynomials of its Laplacian."""

from typing import Optional, Union

import numpy as np
from torch import Tensor

from gnnlab.graphs import Graph, normalized_adjacency
from gnnlab.nn.spatiotemporal.supports import Supports
from gnnlab.nn.spatiotemporal.walkable import walkable


def chebyshev_polynomials(
    graph: Union[Graph, Tensor],
    edge_weight: Optional[Tensor] = None,
    num_nodes: Optional[int] = None,
    *,
    size: int,
    lambda_max: float = 2.0,
    layout: Optional[str] = None,
) -> Supports:
    """T_0..T_{K-1} of the scaled Laplacian 2 L / λ_max - I, L = I - D^-1/2 A D^-1/2.

    See Seo et al. 2018, eq. 4, after Defferrard et al. 2016. Their graphs are undirected. In a
    directed one D holds what arrives, as in :func:`gnnlab.nn.normalized_adjacency`; a node where
    nothing arrives sends nothing. An isolated node has 1 in L.

    Args:
        graph: a :class:`gnnlab.graphs.Graph`, or PyG's ``edge_index``, [2, edge].
        edge_weight: with an ``edge_index`` only: [edge], >= 0; ``None`` means 1 each.
        num_nodes: with an ``edge_index`` only: n; ``None`` means the largest index + 1.
        size: K, the number of polynomials, at least 2 (one is I alone, which sees no graph).
        lambda_max: largest eigenvalue of L. 2 is its bound, reached by bipartite graphs: with it
            the eigenvalues stay between -1 and 1 whatever the graph, and 2 L / λ_max - I is
            -D^-1/2 A D^-1/2.
        layout: see :class:`Supports`.

    Raises:
        GraphError: an invalid graph, or a negative weight.
        ValueError: ``size`` below 2, ``lambda_max`` not positive, or weights beside a ``Graph``.

    >>> import torch
    >>> path = Graph.from_edges([("A", "B")])
    >>> chebyshev_polynomials(path, size=2).stacked(torch.ones(1)).view(2, 2, 2)[0]  # of A
    tensor([[ 1.,  0.],
            [ 0., -1.]])
    """
    from scipy.sparse import csr_array, eye_array

    if size < 2:
        raise ValueError(f"size must be >= 2, got {size}")
    if not (lambda_max > 0 and np.isfinite(lambda_max)):
        raise ValueError(f"lambda_max must be > 0 and finite, got {lambda_max}")
    graph = walkable(graph, edge_weight, num_nodes)
    between = normalized_adjacency(graph, self_loop_weight=0.0)
    scaled = (2 / lambda_max - 1) * eye_array(graph.num_nodes) - 2 / lambda_max * between
    scaled = csr_array(scaled)
    scaled.eliminate_zeros()
    return Supports([scaled], size - 1, True, layout)
