from functools import partial

import numpy as np
import pytest
import torch
from small_series import small_series

from gnnlab.data import SensorSeries, TimeSplit
from gnnlab.experiments.forecast_graph import graph_of
from gnnlab.graphs import Graph
from gnnlab.training.forecasters import FORECASTERS
from gnnlab.training.forecasters.blend import Blend
from gnnlab.training.forecasters.interpolated import interpolated
from gnnlab.training.forecasters.minibatches import Recipe
from gnnlab.training.forecasters.network import NetworkForecaster, near
from gnnlab.training.forecasters.seed_ensemble import SeedEnsemble

NAMES = ["s0", "s1", "s2", "s3", "s4"]
SPLIT = TimeSplit("one", range(200), range(200, 260), range(260, 260))


@pytest.fixture(scope="module")
def series() -> SensorSeries:
    return small_series(260, stations=5)


def fitted(series: SensorSeries, model: str, **asked: object) -> NetworkForecaster:
    fit = partial(FORECASTERS[model], recipe=Recipe(epochs=1), **asked)
    return fit(series, SPLIT, [1, 3])


def test_a_graph_without_direction_comes_back_scaled_as_a_hat(series: SensorSeries) -> None:
    model = fitted(series, "gc-dcrnn")
    graph, learned = graph_of(model, NAMES)
    weights = near(series.between(0, 200)).csr().toarray()
    degree = weights.sum(axis=1)
    expected = weights / np.sqrt(degree[:, None] * degree)
    assert (graph.directed, learned) == (False, False)
    np.testing.assert_allclose(graph.csr().toarray(), expected, atol=1e-12)
    assert [graph.label(node) for node in range(5)] == NAMES


def test_of_a_directed_graph_weights_are_shares_of_what_arrives(series: SensorSeries) -> None:
    edges, weight = np.array([[0, 2, 1, 3], [1, 1, 4, 0]]), np.array([1.0, 3.0, 2.0, 5.0])
    whole = Graph(edges, 5, weight, NAMES, directed=True)
    graph, _ = graph_of(fitted(series, "gc-dcrnn", graph=lambda past: whole), NAMES)
    found = {
        (graph.label(source), graph.label(target)): share
        for (source, target), share in zip(graph.edges.T.tolist(), graph.weight, strict=True)
    }
    assert graph.directed
    assert found == {
        ("s0", "s1"): 0.25,
        ("s2", "s1"): 0.75,
        ("s1", "s4"): 1.0,
        ("s3", "s0"): 1.0,
    }


def test_a_learned_graph_keeps_the_strongest(series: SensorSeries) -> None:
    model = fitted(series, "agcrn")
    graph, learned = graph_of(model, NAMES)
    shares = model.network.encoder.cell.learned_graph().detach()
    shares.fill_diagonal_(-1)
    assert learned
    assert graph.directed
    assert graph.num_edges == 2 * 5  # the square root of 5 stations
    for target in range(5):
        ours = graph.weight[graph.edges[1] == target]
        np.testing.assert_allclose(ours, torch.topk(shares[target], 2).values.numpy(), rtol=1e-6)
        assert target not in graph.edges[0, graph.edges[1] == target]


def test_it_is_found_within_other_forecasters(series: SensorSeries) -> None:
    network = fitted(series, "gc-dcrnn")
    other = FORECASTERS["climatology"](series, SPLIT, [1, 3])
    blend = Blend({"other": other, "network": network}, {}, np.zeros(2))
    edges = graph_of(network, NAMES)[0].num_edges
    for each in (interpolated(blend, [1, 3], [1, 2, 3]), SeedEnsemble([network, network])):
        assert graph_of(each, NAMES)[0].num_edges == edges


@pytest.mark.parametrize("model", ["gru", "stid"])
def test_a_network_without_a_graph_has_none(series: SensorSeries, model: str) -> None:
    assert graph_of(fitted(series, model), NAMES) is None


def test_no_network_has_none(series: SensorSeries) -> None:
    assert graph_of(FORECASTERS["climatology"](series, SPLIT, [1]), NAMES) is None
