"""What is connected: graphs in numpy and scipy, without torch."""

from gnnlab.graphs.examples import example6, karate, named_graph, named_graphs
from gnnlab.graphs.graph import Graph
from gnnlab.graphs.normalization import normalized_adjacency

__all__ = [
    "Graph",
    "example6",
    "karate",
    "named_graph",
    "named_graphs",
    "normalized_adjacency",
]
