"""What is connected: graphs in numpy and scipy, without torch."""

from gnnlab.graphs.adjacency import Adjacency
from gnnlab.graphs.builders import barabasi_albert, chain, cycle, grid, tree
from gnnlab.graphs.connected import Components, components
from gnnlab.graphs.examples import example6, karate, les_miserables, named_graph, named_graphs
from gnnlab.graphs.files import read_graph, write_graph
from gnnlab.graphs.graph import Graph
from gnnlab.graphs.levels import levels
from gnnlab.graphs.normalization import normalized_adjacency
from gnnlab.graphs.unrolled import unrolled

__all__ = [
    "Adjacency",
    "Components",
    "Graph",
    "barabasi_albert",
    "chain",
    "components",
    "cycle",
    "example6",
    "grid",
    "karate",
    "les_miserables",
    "levels",
    "named_graph",
    "named_graphs",
    "normalized_adjacency",
    "read_graph",
    "tree",
    "unrolled",
    "write_graph",
]
