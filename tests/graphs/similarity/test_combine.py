import numpy as np
import pytest
from hypothesis import given
from strategies import graphs

from gnnlab.errors import GraphError
from gnnlab.graphs import Graph
from gnnlab.graphs.similarity import combine

NEAR = Graph(np.array([[0, 1], [1, 2]]), 3, np.array([0.8, 0.4]), labels="ABC", name="distance")
WIND = Graph(np.array([[2], [0]]), 3, np.array([1.0]), labels="ABC", directed=True, name="wind")


def test_it_is_the_weighted_mean() -> None:
    found = combine([NEAR, WIND], [3, 1])
    expected = (3 * NEAR.csr().toarray() + WIND.csr().toarray()) / 4
    np.testing.assert_allclose(found.csr().toarray(), expected)
    assert found.directed
    assert found.name == "distance + wind"
    assert found.labels == ("A", "B", "C")


def test_the_mean_of_a_pair_is_over_those_that_know_it() -> None:
    every, none = np.ones((3, 3), dtype=bool), np.zeros((3, 3), dtype=bool)
    lost = every.copy()  # C has no place
    lost[2] = lost[:, 2] = False
    near, alike = NEAR.csr().toarray(), np.array([[0, 0.6, 0.9], [0.6, 0, 0], [0.9, 0, 0]])
    site = Graph(np.array([[0, 0], [1, 2]]), 3, np.array([0.6, 0.9]), labels="ABC", name="site")
    found = combine([NEAR, site], [3, 1], known=[lost, every], neighbors=3).csr().toarray()
    expected = (3 * near + alike) / 4
    expected[2], expected[:, 2] = alike[2], alike[:, 2]  # A - C by site alone; B - C unlike there
    np.testing.assert_allclose(found, expected)
    assert combine([NEAR, site], [0, 1], known=[every, lost], neighbors=3).num_edges == 1
    assert combine([NEAR, site], known=[none, none]).num_edges == 0
    with pytest.raises(ValueError, match="known must be of each of 2 graphs, got 1"):
        combine([NEAR, site], known=[lost])


def test_one_may_know_one_direction_only() -> None:
    to_a = np.zeros((3, 3), dtype=bool)
    to_a[0, 2] = True  # [target, source]
    found = combine([NEAR, WIND], known=[np.ones((3, 3), dtype=bool), to_a], neighbors=3)
    expected = NEAR.csr().toarray()
    expected[0, 2] = 0.5
    np.testing.assert_allclose(found.csr().toarray(), expected)


@given(graphs(weighted=True, self_loops=False, parallel=False))
def test_one_alone_stays_as_it_is(graph: Graph) -> None:
    np.testing.assert_allclose(combine([graph], neighbors=8).csr().toarray(), graph.csr().toarray())


def test_it_is_sparsified_once() -> None:
    assert combine([NEAR, NEAR], threshold=0.5).edges.T.tolist() == [[0, 1]]
    assert combine([NEAR, NEAR], neighbors=1).num_edges == 2


def test_graphs_of_other_stations_are_refused() -> None:
    other = Graph(NEAR.edges, 3, NEAR.weight, labels="ACB", name="site")
    with pytest.raises(GraphError, match="got others in site than in distance"):
        combine([NEAR, other])


@pytest.mark.parametrize("shares", [[1.0], [1.0, -1.0], [0.0, 0.0], [1.0, np.inf], [np.nan, 1.0]])
def test_wrong_shares_are_refused(shares: list[float]) -> None:
    with pytest.raises(ValueError, match="shares must be 2 numbers, not negative and not all 0"):
        combine([NEAR, WIND], shares)


def test_no_graph_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 1 graph to combine, got none"):
        combine([])
