"""The state that each recurrence leaves, against loops over its equations."""

from functools import partial

import numpy as np
import pytest
import torch
from nn.spatiotemporal.paper_matrices import convolution, sigmoid, walks

from gnnlab.graphs import Graph, chain
from gnnlab.nn import AGCRN, random_walks
from gnnlab.nn.models.node_lstm import NodeLSTM
from gnnlab.nn.models.recurrent_encoder import RecurrentEncoder
from gnnlab.nn.spatiotemporal.graph_gru import GraphGRU

BATCH, TIME, STATIONS, IN, EMBEDDING, STATE = 2, 4, 3, 2, 2, 4
ROAD = Graph.from_edges([("A", "B"), ("C", "B")], directed=True)


def drawn(cell: GraphGRU | NodeLSTM | AGCRN) -> tuple[list[torch.Tensor], dict[str, np.ndarray]]:
    """A window and embeddings; the weights of the cell, in float64 and none of them 0."""
    torch.manual_seed(1)
    for each in cell.double().parameters():
        torch.nn.init.normal_(each)
    shapes = ((BATCH, TIME, STATIONS, IN), (STATIONS, EMBEDDING))
    weights = {name: each.detach().numpy() for name, each in cell.named_parameters()}
    return [torch.randn(shape, dtype=torch.float64) for shape in shapes], weights


def steps_of(x: torch.Tensor, embedding: torch.Tensor, batch: int) -> list[np.ndarray]:
    """[x_t, e] of each step."""
    return [np.hstack([now, embedding.numpy()]) for now in x[batch].numpy()]


@pytest.mark.parametrize("graph", [None, ROAD])
def test_of_a_gru_it_is_that_of_its_equations(graph: Graph | None) -> None:
    matrices = walks(graph, 2) if graph else [np.eye(STATIONS)]
    supports = random_walks(graph, steps=2) if graph else None
    cell = GraphGRU(IN + EMBEDDING, STATE, len(matrices))
    (x, e), weight = drawn(cell)
    conv = partial(convolution, matrices)
    state = RecurrentEncoder(cell, supports)(x, e).detach().numpy()
    for batch in range(BATCH):
        h = np.zeros((STATIONS, STATE))
        for now in steps_of(x, e, batch):
            given = conv(now, weight["of_input.weight"]) + weight["of_input.bias"]
            of_u, of_r, of_c = np.split(given, 3, axis=1)
            gates = conv(h, weight["of_state.weight"])
            u, r = sigmoid(of_u + gates[:, :STATE]), sigmoid(of_r + gates[:, STATE:])
            c = np.tanh(of_c + conv(r * h, weight["of_reset_state.weight"]))
            h = u * h + (1 - u) * c
        np.testing.assert_allclose(state[batch], h, rtol=1e-10, atol=1e-12)


def test_of_an_lstm_it_is_that_of_its_equations() -> None:
    cell = NodeLSTM(IN + EMBEDDING, STATE)
    (x, e), weight = drawn(cell)
    of_x, of_h, bias = (
        weight[f"chains.cells.0.{name}"] for name in ("weight_ih", "weight_hh", "bias")
    )
    state = RecurrentEncoder(cell)(x, e).detach().numpy()
    for batch in range(BATCH):
        h = c = np.zeros((STATIONS, STATE))
        for now in steps_of(x, e, batch):
            i, f, g, o = np.split(now @ of_x.T + h @ of_h.T + bias, 4, axis=1)
            c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
            h = sigmoid(o) * np.tanh(c)
        np.testing.assert_allclose(state[batch], h, rtol=1e-10, atol=1e-12)


def test_of_an_agcrn_it_is_that_of_its_equations() -> None:
    cell = AGCRN(IN + EMBEDDING, STATE, STATIONS, EMBEDDING)
    (x, e), weight = drawn(cell)
    own = weight["embedding"]
    graph = np.exp(np.maximum(own @ own.T, 0))
    graph = np.eye(STATIONS) + graph / graph.sum(axis=1, keepdims=True)

    def conv(states: np.ndarray, pool: np.ndarray) -> np.ndarray:
        heard = graph @ states
        return np.stack([heard[v] @ np.tensordot(own[v], pool, 1) for v in range(STATIONS)])

    state = RecurrentEncoder(cell)(x, e).detach().numpy()
    for batch in range(BATCH):
        h = np.zeros((STATIONS, STATE))
        for now in steps_of(x, e, batch):
            of_z, of_r, of_c = np.split(conv(now, weight["of_input"]) + own @ weight["bias"], 3, 1)
            gates = conv(h, weight["of_state"])
            z, r = sigmoid(of_z + gates[:, :STATE]), sigmoid(of_r + gates[:, STATE:])
            h = z * h + (1 - z) * np.tanh(of_c + conv(r * h, weight["of_reset_state"]))
        np.testing.assert_allclose(state[batch], h, rtol=1e-10, atol=1e-12)


def test_a_cell_must_take_readings_and_embeddings() -> None:
    encoder = RecurrentEncoder(NodeLSTM(IN, STATE))
    with pytest.raises(ValueError, match=r"x must be of shape \[batch, time, node, 2\]"):
        encoder(torch.ones(BATCH, TIME, STATIONS, IN), torch.ones(STATIONS, EMBEDDING))


def test_supports_must_be_of_the_stations() -> None:
    of_two = random_walks(chain(2), steps=1)
    encoder = RecurrentEncoder(GraphGRU(IN + EMBEDDING, STATE, of_two.count), of_two)
    with pytest.raises(ValueError, match=r"x must be of shape \[\.\.\., 2 nodes, channel\]"):
        encoder(torch.ones(BATCH, TIME, STATIONS, IN), torch.ones(STATIONS, EMBEDDING))
