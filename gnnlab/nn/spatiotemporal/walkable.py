"""A graph as an argument, without negative weights."""

from typing import Optional, Union

import torch
from torch import Tensor

from gnnlab.errors import GraphError
from gnnlab.graphs import Graph
from gnnlab.nn.normalization import checked_edges


def walkable(
    graph: Union[Graph, Tensor], edge_weight: Optional[Tensor], num_nodes: Optional[int]
) -> Graph:
    """The graph that both ways of naming one stand for, if no weight is negative.

    Raises:
        GraphError: an invalid graph, or a negative weight.
        ValueError: weights or a number of nodes beside a ``Graph``.
    """
    if isinstance(graph, Graph):
        if edge_weight is not None or num_nodes is not None:
            raise ValueError(
                "edge_weight and num_nodes must be None beside a Graph, which has them"
            )
    else:
        edges, weight, nodes = checked_edges(graph, edge_weight, num_nodes, torch.float64)
        arrays = edges.cpu().numpy(), nodes, weight.detach().cpu().numpy()
        graph = Graph(*arrays, directed=True)
    if graph.weight is not None and (negative := graph.weight < 0).any():
        edge = int(negative.argmax())
        source, target = (graph.label(int(end)) for end in graph.edges[:, edge])
        raise GraphError(
            f"a weight must be >= 0, got {graph.weight[edge]:g} on the edge from "
            f"{source} to {target}"
        )
    return graph
