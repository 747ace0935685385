import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from strategies import graphs

from gnnlab.graphs import Graph
from gnnlab.nn import SparseMatrix, normalized_adjacency
from gnnlab.nn.models import GCN, GCNStack


def draws(seeds: range) -> list[torch.Generator]:
    return [torch.Generator().manual_seed(seed) for seed in seeds]


@given(graphs(min_nodes=1), st.booleans(), st.booleans())
def test_a_stack_is_its_networks_one_by_one(graph: Graph, training: bool, sparse: bool) -> None:
    """Same generators, same weights, same dropout; outputs and gradients, against GCN itself."""
    nodes = graph.num_nodes
    arcs, weights = graph.arcs()
    edge_index = torch.from_numpy(arcs)
    weight = None if weights is None else torch.from_numpy(weights)
    x = torch.rand(nodes, 3, dtype=torch.float64, generator=draws(range(1))[0])
    x = x * (x > 0.5)
    edges = normalized_adjacency(edge_index, weight, nodes, dtype=torch.float64)
    a_hat = SparseMatrix.from_edges(*edges, nodes)
    features = SparseMatrix(x) if sparse else x
    stack = GCNStack(3, 4, 2, 0.3, draws(range(5))).double().train(training)
    logits = stack(features, a_hat, a_hat)
    logits.square().sum().backward()
    for seed in range(5):
        single = GCN(3, 4, 2, 0.3, draws(range(seed, seed + 1))[0]).double().train(training)
        expected = single(features, edge_index, weight)
        torch.testing.assert_close(logits[seed], expected, atol=1e-12, rtol=1e-9)
        expected.square().sum().backward()
        for name, parameter in single.named_parameters():
            together = stack.get_parameter(name)
            assert torch.equal(together[seed], parameter)
            torch.testing.assert_close(together.grad[seed], parameter.grad, atol=1e-12, rtol=1e-9)


def test_features_are_constant_in_training() -> None:
    stack = GCNStack(3, 4, 2, 0.3, draws(range(2)))
    a_hat = SparseMatrix(torch.eye(5))
    with pytest.raises(ValueError, match="x must be constant in training"):
        stack(torch.ones(5, 3, requires_grad=True), a_hat, a_hat)
