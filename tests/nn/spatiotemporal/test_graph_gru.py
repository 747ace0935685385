import numpy as np
import pytest
import torch

from gnnlab.graphs import Graph
from gnnlab.nn import DCGRU, random_walks
from gnnlab.nn.spatiotemporal.graph_gru import GraphGRU

BATCH, TIME, NODES, IN, STATE = 2, 4, 3, 2, 4


def test_without_supports_it_is_a_dcgru_without_edges() -> None:
    torch.manual_seed(0)
    alone, graph = GraphGRU(IN, STATE, 1).double(), DCGRU(IN, STATE, steps=2).double()
    with torch.no_grad():
        for name, each in graph.named_parameters():
            ours = alone.get_parameter(name)
            each[..., : ours.shape[-1]] = ours
    x = torch.randn(BATCH, TIME, NODES, IN, dtype=torch.float64)
    h0 = torch.randn(BATCH, NODES, STATE, dtype=torch.float64)
    edgeless = random_walks(Graph(np.zeros((2, 0), np.int64), NODES), steps=2)
    for ours, theirs in zip(alone(x, h0=h0), graph(x, edgeless, h0), strict=True):
        torch.testing.assert_close(ours, theirs, rtol=1e-12, atol=1e-12)


def test_supports_must_be_as_many_as_it_has() -> None:
    with pytest.raises(ValueError, match="there must be 5 supports, got none"):
        GraphGRU(IN, STATE, 5)(torch.zeros(BATCH, TIME, NODES, IN))
