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

from gnnlab.graphs import Graph
from gnnlab.nn import AGCRN, Supports, random_walks
from gnnlab.nn.models import ForecastNetwork
from gnnlab.nn.models.forecast_network import ascending
from gnnlab.nn.models.identity_encoder import IdentityEncoder
from gnnlab.nn.models.node_lstm import NodeLSTM
from gnnlab.nn.models.recurrent_encoder import RecurrentEncoder
from gnnlab.nn.spatiotemporal.graph_gru import GraphGRU

BATCH, TIME, STATIONS, HORIZONS, EMBEDDING = 2, 4, 3, 5, 2
IN, FEATURES, KNOWN, LEVELS, STATE, HIDDEN = 3, 6, 3, 7, 4, 8
ROAD = random_walks(Graph.from_edges([("A", "B"), ("C", "B")], directed=True), steps=2)


ALONE = ("gru", "lstm", "stid")
ENCODERS = (*ALONE, "agcrn", "gru along a graph")
DROPOUT = (0.4,) * HORIZONS
SIZES = (IN + EMBEDDING, STATE)

every = pytest.mark.parametrize("name", ENCODERS)


def gru(supports: Supports | None) -> RecurrentEncoder:
    return RecurrentEncoder(GraphGRU(*SIZES, 1 if supports is None else supports.count), supports)


def encoder(name: str) -> RecurrentEncoder | IdentityEncoder:
    waves = {"sine": (1, 0.1, 0.7), "cosine": (2, -0.1, 0.8)}
    made = {
        "gru": lambda: gru(None),
        "gru along a graph": lambda: gru(ROAD),
        "lstm": lambda: RecurrentEncoder(NodeLSTM(*SIZES)),
        "agcrn": lambda: RecurrentEncoder(AGCRN(*SIZES, STATIONS, EMBEDDING)),
        "stid": lambda: IdentityEncoder(IN, TIME, STATE, EMBEDDING, **waves),
    }
    return made[name]()


def network(
    encoder: RecurrentEncoder | IdentityEncoder, dropout: Sequence[float] = DROPOUT
) -> ForecastNetwork:
    """Small, in float64, none of its weights 0."""
    torch.manual_seed(0)
    found = ForecastNetwork(
        encoder,
        FEATURES,
        KNOWN,
        STATIONS,
        dropout,
        LEVELS,
        hidden_channels=HIDDEN,
        embedding_channels=EMBEDDING,
    ).double()
    for each in found.parameters():
        torch.nn.init.normal_(each, std=0.5)  # softplus is linear from 20 on
    return found.eval()


def drawn(seed: int = 1) -> tuple[torch.Tensor, ...]:
    torch.manual_seed(seed)
    shapes = (
        (BATCH, TIME, STATIONS, IN),
        (BATCH, STATIONS, FEATURES),
        (BATCH, HORIZONS, STATIONS, KNOWN),
        (BATCH, STATIONS),
    )
    x, *rest = (torch.randn(shape, dtype=torch.float64) for shape in shapes)
    x[..., 1:] = x[:, :, :1, 1:]  # as a calendar, the same everywhere
    return x, *rest


def softplus(x: np.ndarray) -> np.ndarray:
    return np.log1p(np.exp(x))


@every
def test_quantiles_are_those_of_the_equations(name: str) -> None:
    model, (x, features, known, last) = network(encoder(name)), drawn()
    found = model(x, features, known, last).detach().numpy()
    weight = {name: each.detach().numpy() for name, each in model.named_parameters()}
    states = model.encoder(x, model.embedding).detach().numpy()
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
    plain, graph = network(gru(None)), network(gru(nothing))
    weights = plain.state_dict()
    with torch.no_grad():
        for name, each in graph.named_parameters():
            if each.shape == weights[name].shape:
                each.copy_(weights[name])
            else:  # Θ of I, then of zeros, which may be anything
                each[:, : weights[name].shape[1]] = weights[name]
    torch.testing.assert_close(graph(*drawn()), plain(*drawn()), rtol=1e-12, atol=1e-12)


@every
def test_stations_in_another_order_have_the_same_forecasts(name: str) -> None:
    order = [2, 0, 1]
    before, after = network(encoder(name)), network(encoder(name))
    with torch.no_grad():
        for key, each in after.named_parameters():
            if key.split(".")[-1] == "embedding":  # of stations, an AGCRN's too
                each.copy_(before.get_parameter(key)[order])
    if name == "gru along a graph":
        permuted = [each[order][:, order] for each in ROAD.matrices]
        after.encoder.supports = Supports(permuted, ROAD.steps)
    x, features, known, last = drawn()
    found = after(x[:, :, order], features[:, order], known[:, :, order], last[:, order])
    expected = before(x, features, known, last)[:, :, order]
    torch.testing.assert_close(found, expected, rtol=1e-12, atol=1e-12)


@every
def test_only_along_a_graph_a_station_hears_another(name: str) -> None:
    x, *rest = drawn()
    other = x.clone()
    other[:, 0, 0] += 1
    model = network(encoder(name))
    changed = (model(x, *rest) != model(other, *rest)).any(dim=-1).any(0).any(0)
    assert changed.tolist() == ([True, False, False] if name in ALONE else [True, True, True])


@every
def test_an_untrained_network_says_that_it_stays_as_it_is(name: str) -> None:
    model = ForecastNetwork(
        encoder(name), FEATURES, KNOWN, STATIONS, DROPOUT, embedding_channels=EMBEDDING
    )
    model = model.double().eval()
    *rest, last = drawn()
    found = model(*rest, last)
    torch.testing.assert_close(found[..., 9], last[:, None].expand(-1, HORIZONS, -1))
    torch.testing.assert_close(found.diff(dim=-1), torch.full_like(found[..., 1:], 0.1))


@every
def test_gradients_are_those_of_finite_differences(name: str) -> None:
    model, inputs = network(encoder(name)), drawn()
    names, weights = zip(*model.named_parameters(), strict=True)

    def forward(*values: torch.Tensor) -> torch.Tensor:
        return functional_call(model, dict(zip(names, values, strict=True)), inputs)[0, ::2]

    assert torch.autograd.gradcheck(forward, weights, fast_mode=True)


def test_dropout_is_of_training_alone() -> None:
    model, inputs = network(gru(ROAD), [0.5] * HORIZONS), drawn()
    torch.testing.assert_close(model(*inputs), model(*inputs), rtol=0, atol=0)
    model.train()
    assert not torch.equal(model(*inputs), model(*inputs))
    torch.manual_seed(5)
    first = model(*inputs)
    torch.manual_seed(5)
    assert torch.equal(first, model(*inputs))


def test_each_horizon_has_its_own_dropout() -> None:
    model, inputs = network(gru(ROAD), [0.0, 0.0, 0.9, 0.0, 0.9]).train(), drawn()
    varied = (model(*inputs) != model(*inputs)).any(dim=-1).any(-1).any(0)
    assert varied.tolist() == [False, False, True, False, True]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"levels": 4}, "levels must be an odd number, got 4"),
        ({"levels": -1}, "levels must be an odd number, got -1"),
        ({"dropout": []}, "horizons must be >= 1, got 0"),
        ({"num_stations": 0}, "num_stations must be >= 1, got 0"),
    ],
)
def test_sizes_that_do_not_fit_are_refused(arguments: dict[str, Any], message: str) -> None:
    sizes: dict[str, Any] = {"encoder": gru(None), "feature_channels": 4, "known_channels": 1}
    sizes |= {"num_stations": 3, "dropout": [0.1, 0.2]}
    with pytest.raises(ValueError, match=message):
        ForecastNetwork(**{**sizes, **arguments})
