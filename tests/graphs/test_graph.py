from dataclasses import replace

import networkx
import numpy as np
import pytest
import torch
from hypothesis import given
from strategies import graphs
from torch_geometric.data import Data

from gnnlab.errors import GraphError
from gnnlab.graphs import Graph, example6
from gnnlab.graphs.labels import NumberLabels


def edges(*pairs: tuple[int, int]) -> np.ndarray:
    return np.array(pairs, dtype=np.int64).reshape(-1, 2).T


@given(graphs())
def test_the_adjacency_matrix_is_that_of_networkx_with_target_as_row(graph: Graph) -> None:
    through = networkx.to_numpy_array(graph.to_networkx(), multigraph_weight=sum)
    np.testing.assert_allclose(graph.csr().toarray(), through.T)


@given(graphs())
def test_networkx_and_back_is_the_same_graph(graph: Graph) -> None:
    back = Graph.from_networkx(graph.to_networkx())
    assert (back.num_edges, back.directed, back.name) == (graph.num_edges, graph.directed, "random")
    assert [back.label(n) for n in range(back.num_nodes)] == [
        graph.label(n) for n in range(graph.num_nodes)
    ]
    np.testing.assert_allclose(back.csr().toarray(), graph.csr().toarray())


@given(graphs())
def test_pyg_and_back_is_the_same_graph(graph: Graph) -> None:
    data = graph.to_data()
    assert data.validate()
    back = Graph.from_data(data, directed=graph.directed)
    assert (back.num_nodes, back.num_edges) == (graph.num_nodes, graph.num_edges)
    np.testing.assert_allclose(back.csr().toarray(), graph.csr().toarray())


def test_an_edge_points_from_source_to_target() -> None:
    matrix = Graph.from_edges([("C", "E")], directed=True).csr().toarray()
    assert matrix.tolist() == [[0, 0], [1, 0]]


def test_from_data_sees_by_itself_whether_arcs_come_in_pairs() -> None:
    both = Data(edge_index=torch.tensor([[0, 1, 1], [1, 0, 1]]), num_nodes=2)
    assert not Graph.from_data(both).directed
    assert Graph.from_data(both).num_edges == 2
    one_way = Data(edge_index=torch.tensor([[0], [1]]), num_nodes=2)
    assert Graph.from_data(one_way).directed
    weights_differ = Data(
        edge_index=torch.tensor([[0, 1], [1, 0]]), edge_weight=torch.tensor([1, 2]), num_nodes=2
    )
    assert Graph.from_data(weights_differ).directed
    with pytest.raises(GraphError, match="each arc both ways"):
        Graph.from_data(one_way, directed=False)


def test_networkx_edges_without_weight_weigh_one() -> None:
    graph = networkx.Graph([(0, 1, {"weight": 3}), (1, 2)])
    assert Graph.from_networkx(graph).weight.tolist() == [3, 1]
    assert Graph.from_networkx(networkx.path_graph(3)).weight is None


def test_a_graph_may_have_no_edges_and_no_nodes() -> None:
    empty = Graph(edges(), 0)
    assert empty.csr().shape == (0, 0)
    assert Graph.from_data(empty.to_data()).num_nodes == 0
    assert Graph.from_edges([]).num_nodes == 0
    assert len(Graph(edges(), 3).to_networkx()) == 3


@pytest.mark.parametrize(
    ("build", "said"),
    [
        (lambda: Graph(edges((0, 5)), 3), "between 0 and 2, got 5 in edge 0"),
        (lambda: Graph(edges((0, 1), (-1, 0)), 3), "between 0 and 2, got -1 in edge 1"),
        (
            lambda: Graph(np.zeros((3, 2), dtype=int), 3),
            r"\[2, edge\], got int64 of shape \[3, 2\]",
        ),
        (lambda: Graph(np.zeros((2, 2)), 3), "got float64"),
        (lambda: Graph(edges(), -1), "num_nodes must be >= 0, got -1"),
        (lambda: Graph(edges((0, 1)), 2, weight=np.ones(2)), "each of the 1 edges"),
        (
            lambda: Graph(edges((0, 1)), 2, weight=np.array([np.nan]), labels=("A", "B")),
            "finite, got nan on the edge from A to B",
        ),
        (lambda: Graph(edges(), 2, labels=("A",)), "each of the 2 nodes, got 1"),
        (lambda: Graph(edges(), 3, labels=("A", "B", "A")), "distinct, got 'A' twice"),
        (lambda: Graph.from_networkx(networkx.Graph([(1, "1")])), "distinct, got '1' twice"),
        (lambda: Graph.from_edges([(1, "1")]), "distinct, got '1' twice"),
        (lambda: Graph.from_edges([]).node("x"), "in the graph, which has none, got 'x'$"),
        (lambda: Graph(edges((0, 1)), 2, weight=np.array([1j])), "got complex128"),
        (lambda: Graph(edges((0, 1)), 2, weight=np.array(["a"])), "got <U1 of shape"),
        (
            lambda: Graph.from_networkx(networkx.Graph([(0, 1, {"weight": "heavy"})])),
            "one number for each",
        ),
        (
            lambda: Graph.from_data(
                Data(edge_index=torch.tensor([[0], [1]]), edge_weight=torch.ones(1, 1), num_nodes=2)
            ),
            r"got float64 of shape \[1, 1\]",
        ),
        (lambda: Graph.from_data(Data(num_nodes=2)), "needs an edge_index"),
    ],
)
def test_a_wrong_graph_is_refused_in_words(build, said: str) -> None:
    with pytest.raises(GraphError, match=said):
        build()


def test_an_unknown_node_is_refused_with_the_closest_labels() -> None:
    with pytest.raises(GraphError, match=r"got 'c' \(closest: C\)"):
        example6().node("c")
    with pytest.raises(GraphError, match=r"got 'zebra' \(closest: A\)"):
        example6().node("zebra")
    numbered = Graph(edges((0, 1)), 2)
    assert numbered.node("1") == 1
    for label, near in (
        ("2", r" \(closest: 1\)"),
        ("-1", r" \(closest: 0\)"),
        ("x", ""),
        ("01", ""),
    ):
        with pytest.raises(GraphError, match=f"between 0 and 1, got '{label}'{near}"):
            numbered.node(label)
    with pytest.raises(GraphError, match=r"between 0 and 1, got '9{57}\.\.\.' \(closest: 1\)"):
        numbered.node("9" * 5000)
    with pytest.raises(GraphError, match="between 0 and 1, got '²'"):
        numbered.node("²")


def test_labels_that_are_numbers_are_a_sequence_and_know_their_neighbours() -> None:
    labels = NumberLabels(np.array([7, 8, 900]))
    assert list(labels[1:]) == ["8", "900"]
    assert labels.index("900", 2) == 2
    for arguments in (("8", 2), ("8", 0, 1), ("9",), ("08",), (8,)):
        with pytest.raises(ValueError, match="is not among the labels"):
            labels.index(*arguments)
    near = {"1": ["7"], "9": ["8", "900"], "1000": ["900"], "-3": ["7"], "9" * 40: ["900"], "x": []}
    assert {label: labels.closest(label) for label in near} == near


@given(graphs())
def test_reversed_transposes_the_matrix_and_keeps_the_rest(graph: Graph) -> None:
    named = replace(graph, labels=tuple(f"n{node}" for node in range(graph.num_nodes)))
    back = named.reversed()
    np.testing.assert_array_equal(back.csr().toarray(), named.csr().toarray().T)
    assert (back.labels, back.name, back.directed) == (named.labels, "random", named.directed)
    assert (back.weight is None) == (named.weight is None)
    np.testing.assert_array_equal(back.edges, named.edges[::-1])
    assert back.to_data().validate()


@given(graphs(directed=False))
def test_a_directed_reading_has_the_same_matrix(graph: Graph) -> None:
    directed = graph.to_directed()
    assert directed.directed
    np.testing.assert_allclose(directed.csr().toarray(), graph.csr().toarray())


@given(graphs())
def test_self_loops_are_counted(graph: Graph) -> None:
    assert graph.num_loops == networkx.number_of_selfloops(graph.to_networkx())
