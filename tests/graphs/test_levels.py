import re
import time
from itertools import pairwise

import networkx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import graphs

from gnnlab.errors import GraphError
from gnnlab.graphs import Graph, chain, cycle, levels, tree


@st.composite
def without_cycles(draw: st.DrawFn) -> Graph:
    """Graphs with each edge from an earlier node of some order to a later one."""
    graph = draw(graphs(self_loops=False))
    order = np.array(draw(st.permutations(range(graph.num_nodes))))
    edges = order[np.sort(graph.edges, axis=0)]
    return Graph(edges, graph.num_nodes, directed=graph.directed)


def as_stored(graph: Graph) -> networkx.MultiDiGraph:
    return Graph(graph.edges, graph.num_nodes, directed=True).to_networkx()


@given(without_cycles())
def test_they_are_the_topological_generations_of_networkx(graph: Graph) -> None:
    expected = networkx.topological_generations(as_stored(graph))
    found = levels(graph)
    assert [level.tolist() for level in found] == [sorted(map(int, each)) for each in expected]
    assert all(level.dtype == np.int64 for level in found)


@given(graphs())
def test_a_cycle_is_shown_with_edges_that_are_there(graph: Graph) -> None:
    through = as_stored(graph)
    if networkx.is_directed_acyclic_graph(through):
        assert sum(map(len, levels(graph))) == graph.num_nodes
        return
    with pytest.raises(GraphError, match="levels need a graph without cycles, got") as error:
        levels(graph)
    nodes = str(error.value).split("got ")[1].split(" -> ")
    assert nodes[0] == nodes[-1]
    assert len(set(nodes)) == len(nodes) - 1
    assert all(through.has_edge(*edge) for edge in pairwise(nodes))


@pytest.mark.parametrize(
    ("pairs", "shown"),
    [
        (["AB", "BC", "CA"], "A -> B -> C -> A"),
        (["AB", "BB"], "B -> B"),
        (["XC", "AB", "BC", "CA", "CY", "YZ"], "C -> A -> B -> C"),
    ],
)
def test_a_cycle_is_shown_by_labels(pairs: list[str], shown: str) -> None:
    with pytest.raises(GraphError, match=re.escape(f"got {shown}") + "$"):
        levels(Graph.from_edges([(source, target) for source, target in pairs]))


def test_a_long_cycle_is_shown_by_its_ends() -> None:
    shown = "got 0 -> 1 -> 2 -> 3 -> 4 -> 991 more -> 996 -> 997 -> 998 -> 999 -> 0"
    with pytest.raises(GraphError, match=shown):
        levels(cycle(1000))


def test_no_nodes_have_no_levels() -> None:
    assert levels(Graph(np.zeros((2, 0), int), 0)) == []


def test_neither_a_million_nodes_nor_a_long_chain_take_long() -> None:
    wide = tree(2, 19)
    levels(tree(2, 16))  # loads the kernels
    begun = time.monotonic()
    assert [len(level) for level in levels(wide)] == [2**depth for depth in range(20)]
    assert len(levels(chain(100_000))) == 100_000
    assert time.monotonic() - begun < 30
