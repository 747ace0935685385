import math

import numpy as np
import oracles
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from strategies import graphs

from gnnlab.graphs import Graph
from gnnlab.nn import SparseMatrix, normalized_adjacency
from gnnlab.nn.models import REMEDIES, DeepGCN


def by_formula(model: DeepGCN, x: np.ndarray, a_hat: np.ndarray) -> np.ndarray:
    """The papers' equations, dense in float64."""
    weights = [each.weight.detach().numpy().T for each in model.convolutions]
    if model.remedy == "gcnii":
        w0, b0, w1, b1 = (
            each.detach().numpy() for each in (*model.first.parameters(), *model.last.parameters())
        )
        start = h = np.maximum(x @ w0.T + b0, 0)
        for number, weight in enumerate(weights, start=1):
            beta = math.log(0.5 / number + 1)
            identity = np.eye(len(weight))
            h = np.maximum(
                (0.9 * a_hat @ h + 0.1 * start) @ ((1 - beta) * identity + beta * weight), 0
            )
        return h @ w1.T + b1
    biases = [each.bias.detach().numpy() for each in model.convolutions]
    h = x
    for number, (weight, bias) in enumerate(zip(weights, biases, strict=True), start=1):
        out = a_hat @ h @ weight + bias
        if number < len(weights):
            if model.remedy == "pairnorm":
                out = out - out.mean(axis=0)
                out = out / np.sqrt((np.linalg.norm(out, axis=1) ** 2).mean() + 1e-12)
            out = np.maximum(out, 0)
            if model.remedy == "residual" and number > 1:
                out = out + h
        h = out
    return h


@given(graphs(weighted=False), st.sampled_from(REMEDIES), st.integers(1, 4), st.booleans())
def test_every_remedy_is_its_papers_equation(
    graph: Graph, remedy: str, layers: int, sparse: bool
) -> None:
    nodes = graph.num_nodes
    model = DeepGCN(3, 4, 2, layers, remedy, generator=torch.Generator().manual_seed(0))
    model = model.double().eval()
    edges = normalized_adjacency(
        torch.from_numpy(graph.arcs()[0]), num_nodes=nodes, dtype=torch.float64
    )
    x = torch.rand(nodes, 3, dtype=torch.float64, generator=torch.Generator().manual_seed(1))
    out = model(SparseMatrix(x) if sparse else x, SparseMatrix.from_edges(*edges, nodes))
    expected = by_formula(model, x.numpy(), oracles.a_hat(graph))
    np.testing.assert_allclose(out.detach().numpy(), expected, rtol=1e-8, atol=1e-8)
    assert len(list(model.layers(x, SparseMatrix.from_edges(*edges, nodes)))) == layers


def test_what_cannot_be_built_is_refused() -> None:
    with pytest.raises(ValueError, match="layers must be >= 1, got 0"):
        DeepGCN(3, 4, 2, 0)
    with pytest.raises(ValueError, match="one of none, residual, pairnorm, gcnii, got 'prayer'"):
        DeepGCN(3, 4, 2, 2, "prayer")
