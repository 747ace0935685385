import numpy as np
import oracles
import pytest
from hypothesis import given
from strategies import graphs

from gnnlab.evaluation import dirichlet_energy, mean_average_distance
from gnnlab.graphs import Graph, example6, normalized_adjacency


@given(graphs(directed=False, weighted=False, parallel=False, self_loops=False))
def test_the_energy_is_the_sum_over_edges(graph: Graph) -> None:
    h = np.random.default_rng(0).normal(size=(graph.num_nodes, 3))
    degree = oracles.a_hat(graph).astype(bool).sum(axis=1)
    expected = sum(
        np.square(h[i] / np.sqrt(degree[i]) - h[j] / np.sqrt(degree[j])).sum()
        for i, j in graph.edges.T
    )
    assert dirichlet_energy(h, normalized_adjacency(graph)) == pytest.approx(expected, abs=1e-9)


def test_the_smoothest_signal_has_no_energy() -> None:
    degree = normalized_adjacency(example6()).toarray().astype(bool).sum(axis=1)
    h = np.sqrt(degree)[:, None] * np.ones((1, 4))
    assert dirichlet_energy(h, normalized_adjacency(example6())) == pytest.approx(0, abs=1e-12)


def test_what_is_not_finite_is_not_called_smooth() -> None:
    assert np.isnan(dirichlet_energy(np.full((6, 1), np.nan), normalized_adjacency(example6())))


def test_the_distance_is_that_of_all_pairs() -> None:
    h = np.random.default_rng(1).normal(size=(7, 3))
    cosines = [
        h[i] @ h[j] / np.linalg.norm(h[i]) / np.linalg.norm(h[j])
        for i in range(7)
        for j in range(7)
        if i != j
    ]
    assert mean_average_distance(h) == pytest.approx(1 - np.mean(cosines))
    with_zero = np.concatenate([h, np.zeros((2, 3))])
    assert mean_average_distance(with_zero) == pytest.approx(1 - np.mean(cosines))
    assert mean_average_distance(np.zeros((3, 2))) is None
    assert mean_average_distance(np.ones((3, 2))) == pytest.approx(0, abs=1e-12)
