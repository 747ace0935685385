"""Supports of a graph: Â."""

from typing import Optional, Union

from torch import Tensor

from gnnlab.graphs import Graph, normalized_adjacency
from gnnlab.nn.spatiotemporal.supports import Supports
from gnnlab.nn.spatiotemporal.walkable import walkable


def symmetric_adjacency(
    graph: Union[Graph, Tensor],
    edge_weight: Optional[Tensor] = None,
    num_nodes: Optional[int] = None,
    *,
    layout: Optional[str] = None,
) -> Supports:
    """I and Â = D^-1/2 (A + I) D^-1/2, row = target (see :func:`gnnlab.nn.normalized_adjacency`).

    Args:
        graph: a :class:`gnnlab.graphs.Graph`, or PyG's ``edge_index``, [2, edge].
        edge_weight: with an ``edge_index`` only: [edge], >= 0; ``None`` means 1 each.
        num_nodes: with an ``edge_index`` only: n; ``None`` means the largest index + 1.
        layout: see :class:`Supports`.

    Raises:
        GraphError: an invalid graph, or a negative weight.
        ValueError: weights beside a ``Graph``.

    >>> import torch
    >>> path = Graph.from_edges([("A", "B")])
    >>> symmetric_adjacency(path).diffuse(torch.tensor([[2.0], [4.0]]))
    tensor([[2., 3.],
            [4., 3.]])
    """
    return Supports(
        [normalized_adjacency(walkable(graph, edge_weight, num_nodes))], 1, False, layout
    )
