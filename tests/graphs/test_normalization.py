import numpy as np
import oracles
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import graphs

from gnnlab.errors import GraphError
from gnnlab.graphs import Graph, example6, normalized_adjacency


@given(graphs(min_nodes=0), st.sampled_from([0.0, 1.0, 2.0]))
def test_it_is_the_formula(graph: Graph, self_loop_weight: float) -> None:
    ours = normalized_adjacency(graph, self_loop_weight=self_loop_weight).toarray()
    np.testing.assert_allclose(ours, oracles.a_hat(graph, self_loop_weight), rtol=1e-12)


def test_from_c_to_e_of_example6_in_three_layers_weighs_a_24th() -> None:
    cubed = np.linalg.matrix_power(normalized_adjacency(example6()).toarray(), 3)
    assert cubed[4, 2] == pytest.approx(1 / 24, rel=1e-12)


def test_an_isolated_node_keeps_itself_with_self_loops_and_nothing_without() -> None:
    graph = Graph(np.array([[0], [1]]), 3)
    assert normalized_adjacency(graph).toarray()[2].tolist() == [0, 0, 1]
    assert normalized_adjacency(graph, self_loop_weight=0).toarray()[2].tolist() == [0, 0, 0]


@pytest.mark.parametrize(("weight", "degree"), [(-1.0, "0"), (-3.0, "-2")])
def test_a_degree_that_is_not_positive_is_refused_by_node(weight: float, degree: str) -> None:
    graph = Graph(np.array([[0], [1]]), 3, np.array([weight]), tuple("ABC"), directed=True)
    with pytest.raises(GraphError, match=f"must be > 0 and finite, got {degree} for node B"):
        normalized_adjacency(graph)
