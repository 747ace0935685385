from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst
from scipy.sparse import csr_array
from torch.func import functional_call

from gnnlab.graphs import Graph, chain
from gnnlab.nn import DCGRU, Supports, random_walks
from gnnlab.nn.models import ForecastNetwork
from gnnlab.nn.models.forecast_network import ascending
from gnnlab.nn.spatiotemporal.graph_gru import GraphGRU

BATCH, TIME, STATIONS, HORIZONS = 2, 4, 3, 5
IN, FEATURES, KNOWN, LEVELS, STATE, HIDDEN = 2, 6, 3, 7, 4, 8
ROAD = random_walks(Graph.from_edges([("A", "B"), ("C", "B")], directed=True), steps=2)


def network(
    supports: Supports | None, dropout: Sequence[float] = (0.4,) * HORIZONS
) -> ForecastNetwork:
    """Small, in float64, none of its weights 0."""
    torch.manual_seed(0)
    found = ForecastNetwork(
        IN,
        FEATURES,
        KNOWN,
        STATIONS,
        dropout,
        LEVELS,
        state_channels=STATE,
        hidden_channels=HIDDEN,
        embedding_channels=2,
        supports=supports,
    ).double()
    for each in found.parameters():
        torch.nn.init.normal_(each)
    return found.eval()


def drawn(seed: int = 1) -> tuple[torch.Tensor, ...]:
    torch.manual_seed(seed)
    shapes = (
        (BATCH, TIME, STATIONS, IN),
        (BATCH, STATIONS, FEATURES),
        (BATCH, HORIZONS, STATIONS, KNOWN),
        (BATCH, STATIONS),
    )
    return tuple(torch.randn(shape, dtype=torch.float64) for shape in shapes)


def softplus(x: np.ndarray) -> np.ndarray:
    return np.log1p(np.exp(x))


@pytest.mark.parametrize("supports", [None, ROAD])
def test_quantiles_are_those_of_the_equations(supports: Supports | None) -> None:
    model, (x, features, known, last) = network(supports), drawn()
    found = model(x, features, known, last).detach().numpy()
    weight = {name: each.detach().numpy() for name, each in model.named_parameters()}
    e = model.embedding.expand(BATCH, TIME, STATIONS, -1)
    states = model.recurrence(torch.cat([x, e], dim=-1), supports)[1].detach().numpy()
    for batch, k, station in np.ndindex(BATCH, HORIZONS, STATIONS):
        r = weight["of_features.weight"] @ features[batch, station].numpy()
        r = np.maximum(r + weight["of_features.bias"], 0)
        z = np.maximum(
            weight["of_state.weight"] @ states[batch, station]
            + weight["of_past.weight"] @ r
            + weight["of_known.weight"] @ known[batch, k, station].numpy()
            + weight["of_station.weight"] @ weight["embedding"][station]
            + weight["of_horizon"][k],
            0,
        )
        o = z @ weight["weight"][k] + weight["bias"][k, 0]
        middle = LEVELS // 2
        q = np.empty(LEVELS)
        q[middle] = last[batch, station] + o[middle]
        for level in range(middle + 1, LEVELS):
            q[level] = q[level - 1] + softplus(o[level])
        for level in reversed(range(middle)):
            q[level] = q[level + 1] - softplus(o[level])
        np.testing.assert_allclose(found[batch, k, station], q, rtol=1e-10, atol=1e-12)


@given(
    npst.arrays(np.float32, (1, 2, 3, 5), elements=st.floats(-1000, 1000, width=32)),
    st.floats(-1000, 1000, width=32),
)
def test_quantiles_never_cross(rows: np.ndarray, last: float) -> None:
    found = ascending(torch.from_numpy(rows), torch.full((1, 1, 3), last))
    assert torch.isfinite(found).all()
    assert (found.diff(dim=-1) >= 0).all()


def test_without_a_graph_it_is_the_network_whose_graph_is_the_identity() -> None:
    nothing = Supports([csr_array((STATIONS, STATIONS))], steps=1)  # I, and a matrix of zeros
    plain, graph = network(None), network(nothing)
    weights = plain.state_dict()
    with torch.no_grad():
        for name, each in graph.named_parameters():
            if each.shape == weights[name].shape:
                each.copy_(weights[name])
            else:  # Θ of I, then of zeros, which may be anything
                each[:, : weights[name].shape[1]] = weights[name]
    torch.testing.assert_close(graph(*drawn()), plain(*drawn()), rtol=1e-12, atol=1e-12)


def test_a_gru_without_supports_is_a_dcgru_without_edges() -> None:
    torch.manual_seed(0)
    alone, graph = GraphGRU(IN, STATE, 1).double(), DCGRU(IN, STATE, steps=2).double()
    with torch.no_grad():
        for name, each in graph.named_parameters():
            ours = alone.get_parameter(name)
            each[..., : ours.shape[-1]] = ours
    x, h0 = drawn()[0], torch.randn(BATCH, STATIONS, STATE, dtype=torch.float64)
    edgeless = random_walks(Graph(np.zeros((2, 0), np.int64), STATIONS), steps=2)
    for ours, theirs in zip(alone(x, h0=h0), graph(x, edgeless, h0), strict=True):
        torch.testing.assert_close(ours, theirs, rtol=1e-12, atol=1e-12)


def test_supports_must_be_as_many_as_a_gru_has() -> None:
    with pytest.raises(ValueError, match="there must be 5 supports, got none"):
        GraphGRU(IN, STATE, 5)(drawn()[0].float())


@pytest.mark.parametrize("with_graph", [False, True])
def test_stations_in_another_order_have_the_same_forecasts(with_graph: bool) -> None:
    order = [2, 0, 1]
    permuted = Supports([each[order][:, order] for each in ROAD.matrices], ROAD.steps)
    before = network(ROAD if with_graph else None)
    after = network(permuted if with_graph else None)
    with torch.no_grad():
        after.embedding.copy_(before.embedding[order])
    x, features, known, last = drawn()
    found = after(x[:, :, order], features[:, order], known[:, :, order], last[:, order])
    expected = before(x, features, known, last)[:, :, order]
    torch.testing.assert_close(found, expected, rtol=1e-12, atol=1e-12)


def test_only_along_the_graph_a_station_hears_another() -> None:
    x, *rest = drawn()
    other = x.clone()
    other[:, :, 0] += 1
    for supports, heard in ((None, [True, False, False]), (ROAD, [True, True, True])):
        model = network(supports)
        changed = (model(x, *rest) != model(other, *rest)).any(dim=-1).any(0).any(0)
        assert changed.tolist() == heard


def test_an_untrained_network_says_that_it_stays_as_it_is() -> None:
    dropout = [0.1] * HORIZONS
    model = ForecastNetwork(IN, FEATURES, KNOWN, STATIONS, dropout, supports=ROAD).double().eval()
    *rest, last = drawn()
    found = model(*rest, last)
    torch.testing.assert_close(found[..., 9], last[:, None].expand(-1, HORIZONS, -1))
    torch.testing.assert_close(found.diff(dim=-1), torch.full_like(found[..., 1:], 0.1))


@pytest.mark.parametrize("supports", [None, ROAD])
def test_gradients_are_those_of_finite_differences(supports: Supports | None) -> None:
    model, inputs = network(supports), drawn()
    names, weights = zip(*model.named_parameters(), strict=True)

    def forward(*values: torch.Tensor) -> torch.Tensor:
        return functional_call(model, dict(zip(names, values, strict=True)), inputs)[0, ::2]

    assert torch.autograd.gradcheck(forward, weights, fast_mode=True)


def test_dropout_is_of_training_alone() -> None:
    model, inputs = network(ROAD, [0.5] * HORIZONS), drawn()
    torch.testing.assert_close(model(*inputs), model(*inputs), rtol=0, atol=0)
    model.train()
    assert not torch.equal(model(*inputs), model(*inputs))
    torch.manual_seed(5)
    first = model(*inputs)
    torch.manual_seed(5)
    assert torch.equal(first, model(*inputs))


def test_each_horizon_has_its_own_dropout() -> None:
    model, inputs = network(ROAD, [0.0, 0.0, 0.9, 0.0, 0.9]).train(), drawn()
    varied = (model(*inputs) != model(*inputs)).any(dim=-1).any(-1).any(0)
    assert varied.tolist() == [False, False, True, False, True]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"levels": 4}, "levels must be an odd number, got 4"),
        ({"levels": -1}, "levels must be an odd number, got -1"),
        ({"dropout": []}, "horizons must be >= 1, got 0"),
        ({"num_stations": 0}, "num_stations must be >= 1, got 0"),
        (
            {"supports": random_walks(chain(4), steps=1)},
            "supports must be of the 3 stations, got 4 nodes",
        ),
    ],
)
def test_sizes_that_do_not_fit_are_refused(arguments: dict[str, Any], message: str) -> None:
    sizes: dict[str, Any] = {"in_channels": 2, "feature_channels": 4, "known_channels": 1}
    sizes |= {"num_stations": 3, "dropout": [0.1, 0.2]}
    with pytest.raises(ValueError, match=message):
        ForecastNetwork(**{**sizes, **arguments})
