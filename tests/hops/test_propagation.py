from fractions import Fraction
from math import comb

import numpy as np
import oracles
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from strategies import graphs

from gnnlab.graphs import Graph, barabasi_albert, example6, grid
from gnnlab.hops import (
    hop_matrix,
    influence,
    layers_between,
    propagation_weights,
    receptive_field,
    weight_terms,
)
from gnnlab.nn.models import GCN


@given(graphs(), st.integers(0, 4))
def test_weights_are_powers_of_a_hat(graph: Graph, layers: int) -> None:
    a_hat = oracles.a_hat(graph)
    found = propagation_weights(graph, 0, layers)
    for layer in range(layers + 1):
        expected = np.linalg.matrix_power(a_hat, layer)[:, 0]
        np.testing.assert_allclose(found[layer], expected, atol=1e-12)


@pytest.mark.parametrize("arcs", [1, 10**6])
def test_what_arrives_are_powers_of_a_of_a_plus_i_and_of_a_hat(arcs: int, monkeypatch) -> None:
    monkeypatch.setattr("gnnlab.hops.propagation.SLICE", arcs)

    @given(graphs(min_nodes=2))
    def check(graph: Graph) -> None:
        target = graph.num_nodes - 1
        a = Graph(graph.edges, graph.num_nodes, directed=graph.directed).csr().toarray()
        a_hat = oracles.a_hat(graph)
        for layer in layers_between(graph, 0, target, 5):
            power = np.linalg.matrix_power
            assert layer.walks == power(a, layer.layer)[target, 0]
            weight = power(a_hat, layer.layer)[target, 0]
            assert layer.weight == pytest.approx(weight, abs=1e-12)
            with_loops = power(a + np.eye(len(a)), layer.layer)
            assert layer.walks_with_self_loops == with_loops[target, 0]
            reached = np.flatnonzero(hop_matrix(graph)[:, 0] == layer.layer)
            assert list(layer.reached) == reached.tolist()

    check()


def test_walks_are_exact_beyond_floats() -> None:
    graph = barabasi_albert(40, 20, 0)
    matrix = graph.csr().toarray().astype(int).astype(object)
    power = np.eye(40, dtype=object).astype(int).astype(object)
    for _ in range(20):
        power = matrix.dot(power)
    assert layers_between(graph, 0, 39, 20)[-1].walks == power[39, 0] > 2**60


def test_a_far_pair_is_no_cliff() -> None:
    layers = layers_between(grid(60, 60), 0, 3599, 120)
    assert layers[117].walks == 0
    assert layers[118].walks == comb(118, 59)
    assert layers[118].reached == (3599,)


@given(graphs())
def test_a_receptive_field_is_a_ball_of_predecessors(graph: Graph) -> None:
    matrix = hop_matrix(graph)
    for layer, nodes in enumerate(receptive_field(graph, 0, 4)):
        assert list(nodes) == np.flatnonzero(matrix[0] == layer).tolist()


@given(graphs(weighted=False, max_nodes=5), st.integers(0, 3))
def test_the_terms_add_up_to_the_weight(graph: Graph, layers: int) -> None:
    target = graph.num_nodes - 1
    terms = weight_terms(graph, 0, target, layers, limit=100_000)
    total = sum(float(term.share) / np.sqrt(np.prod(term.radicands)) for term in terms)
    assert total == pytest.approx(propagation_weights(graph, 0, layers)[layers, target])


def test_of_example6_it_is_a_24th() -> None:
    terms = weight_terms(example6(), 2, 4, 3)
    assert [term.nodes for term in terms] == [(2, 1, 0, 4), (2, 3, 5, 4)]
    assert sum(term.share for term in terms) / 3 == Fraction(1, 24)


def test_what_cannot_be_is_refused() -> None:
    for call, said in (
        (lambda: receptive_field(example6(), 0, -1), "layers must be >= 0"),
        (lambda: propagation_weights(example6(), 0, -1), "layers must be >= 0"),
        (lambda: layers_between(example6(), 0, 1, -1), "layers must be >= 0"),
        (lambda: propagation_weights(example6(), 6, 1), "between 0 and 5, got 6"),
        (lambda: weight_terms(example6(), 0, 0, 8), "more than 50 walks"),
        (lambda: weight_terms(example6().with_weight(np.ones(8)), 0, 1, 1), "without weights"),
    ):
        with pytest.raises(ValueError, match=said):
            call()


def a_model(channels: int) -> GCN:
    return GCN(3, channels, 2, generator=torch.Generator().manual_seed(0)).eval()


def test_influence_is_the_jacobian_by_hop_and_stays_below_toppings_bound() -> None:
    graph = example6()
    data = graph.to_data()
    data.x = torch.randn(6, 3, generator=torch.Generator().manual_seed(1))
    model = a_model(4)
    found = influence(model, data, target=4)
    with_weights = torch.func.jacrev(lambda x: model(x, data.edge_index))
    jacobian = with_weights(data.x)[4].detach()
    by_node = jacobian.abs().sum(dim=(0, 2))
    hops = hop_matrix(graph)[4]
    for hop, value in enumerate(found):
        assert value == pytest.approx(float(by_node[hops == hop].sum()), rel=1e-5)
    assert found[3] == 0  # two layers do not see three hops

    # |dh_i/dx_s| <= (alpha beta)^k (A_hat^k)_is (Topping et al. 2022), in the spectral norm
    weights = [conv.lin.weight for conv in (model.conv1, model.conv2)]
    bound = float(torch.stack([torch.linalg.matrix_norm(w.detach(), 2) for w in weights]).prod())
    a_hat_2 = np.linalg.matrix_power(oracles.a_hat(graph), 2)
    for source in range(6):
        norm = float(torch.linalg.matrix_norm(jacobian[:, source], 2))
        assert norm <= bound * a_hat_2[4, source] + 1e-6


def test_influence_needs_evaluation_mode() -> None:
    data = example6().to_data()
    data.x = torch.ones(6, 3)
    with pytest.raises(ValueError, match="evaluation mode"):
        influence(a_model(2).train(), data, 0)


class OneNumber(torch.nn.Module):
    """A node's output is a number: its own input and what weighted arcs bring."""

    def forward(self, x, edge_index, edge_weight):
        source, target = edge_index
        return x.sum(1).index_add(0, target, edge_weight * x[source].sum(1))


def test_influence_goes_along_directions_by_weight_to_a_single_number() -> None:
    edges = np.array([[0, 1, 3], [1, 2, 2]])
    graph = Graph(edges, 4, weight=np.array([5.0, 2.0, 0.5]), directed=True)
    data = graph.to_data()
    data.x = torch.ones(4, 3)
    found = influence(OneNumber().eval(), data, target=2)
    assert found.tolist() == [3, 3 * 2.5, 0]
    assert influence(OneNumber().eval(), data, target=0).tolist() == [3]
    with pytest.raises(ValueError, match="between 0 and 3, got 4"):
        influence(OneNumber().eval(), data, target=4)
