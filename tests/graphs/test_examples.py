import csv

import networkx
import numpy as np
import pytest

from gnnlab.data import card
from gnnlab.errors import GraphError
from gnnlab.graphs import example6, karate, named_graph, named_graphs


def test_example6_has_the_rows_of_the_report() -> None:
    rows = ["110011", "111100", "011100", "011101", "100011", "100111"]
    with_loops = example6().csr().toarray() + np.eye(6)
    assert ["".join(str(int(x)) for x in row) for row in with_loops] == rows
    assert example6().labels == tuple("ABCDEF")


def test_example6_is_what_its_card_ships() -> None:
    with (card("example6").path / "edges.csv").open() as file:
        shipped = {(row["source"], row["target"]) for row in csv.DictReader(file)}
    graph = example6()
    assert {(graph.label(s), graph.label(t)) for s, t in graph.edges.T.tolist()} == shipped


def test_karate_is_networkx_karate_club() -> None:
    club = networkx.karate_club_graph()
    expected = networkx.to_numpy_array(club, weight=None)
    np.testing.assert_array_equal(karate().csr().toarray(), expected)


def test_named_graphs_carry_their_name() -> None:
    for name in named_graphs():
        assert named_graph(name).name == name
    with pytest.raises(GraphError, match=r"one of example6, karate, .*, got 'example7'"):
        named_graph("example7")
    with pytest.raises(GraphError, match=r"got 'karat' \(closest: karate\)"):
        named_graph("karat")
    for huge in ("chain:99999999999999", "grid:9999999x9999999"):
        with pytest.raises(GraphError, match=f"{huge} must fit into memory"):
            named_graph(huge)
    with pytest.raises(GraphError, match="at most 62 where a tree has branches, got 99999999 in"):
        named_graph("tree:2,99999999")
    for huge in ("tree:1,99999999999999", "tree:9,62", f"grid:{10**30}x2", f"cycle:{10**30}"):
        with pytest.raises(GraphError, match=huge):
            named_graph(huge)
    with pytest.raises(GraphError, match="in 'chain:9999"):
        named_graph("chain:" + 5000 * "9")
    with pytest.raises(GraphError, match="a grid must be given like grid:5x4, got 'grid:5'"):
        named_graph("grid:5")
    with pytest.raises(GraphError, match="at least 3 nodes, got 1 in 'cycle:1'"):
        named_graph("cycle:1")


def test_a_graph_without_directions_is_read_as_two_arcs_an_edge() -> None:
    for name in ("example6", "karate", "les-miserables"):
        undirected, directed = named_graph(name), named_graph(name, directed=True)
        assert directed.directed
        np.testing.assert_array_equal(directed.csr().toarray(), undirected.csr().toarray())
    assert named_graph("chain:3", directed=True).num_edges == 2
