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
