import numpy as np
import oracles
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from nn.spatiotemporal.paper_matrices import GRAPHS, sigmoid

from gnnlab.graphs import Graph, chain
from gnnlab.nn.spatiotemporal import TGCN, symmetric_adjacency


@given(GRAPHS, st.sampled_from(["dense", "sparse"]))
def test_it_is_equations_2_to_6(graph: Graph, layout: str) -> None:
    torch.manual_seed(graph.num_nodes)
    cell = TGCN(2, 3).double()
    torch.nn.init.normal_(cell.of_input.bias)
    x = torch.randn(2, 3, graph.num_nodes, 2, dtype=torch.float64)
    h0 = torch.randn(2, graph.num_nodes, 3, dtype=torch.float64)
    output, last = cell(x, symmetric_adjacency(graph, layout=layout), h0)
    a_hat = oracles.a_hat(graph)
    w_0, w_1, of_f, bias, of_h, of_c = (each.detach().numpy().T for each in cell.parameters())
    # The weights of [f(A, X), h], one matrix a gate:
    w_u, w_r = (
        np.vstack(each)
        for each in zip(np.split(of_f, 3, axis=1)[:2], np.split(of_h, 2, axis=1), strict=True)
    )
    w_c = np.vstack([of_f[:, 6:], of_c])
    b_u, b_r, b_c = np.split(bias, 3)
    for element in range(2):
        h = h0[element].numpy()
        for t, now in enumerate(x[element].numpy()):
            f = sigmoid(a_hat @ np.maximum(a_hat @ now @ w_0, 0) @ w_1)
            u = sigmoid(np.hstack([f, h]) @ w_u + b_u)
            r = sigmoid(np.hstack([f, h]) @ w_r + b_r)
            c = np.tanh(np.hstack([f, r * h]) @ w_c + b_c)
            h = u * h + (1 - u) * c
            np.testing.assert_allclose(output[element, t].detach(), h, rtol=1e-10, atol=1e-12)
        np.testing.assert_allclose(last[element].detach(), h, rtol=1e-10, atol=1e-12)


def test_single_precision_is_as_double() -> None:
    supports, cell = symmetric_adjacency(chain(5)), TGCN(2, 4)
    x = torch.randn(3, 4, 5, 2)
    found = cell(x, supports)[0]
    expected = cell.double()(x.double(), supports)[0]
    torch.testing.assert_close(found, expected.float())


def test_its_gradient_is_that_of_differences() -> None:
    supports, cell = symmetric_adjacency(chain(3), layout="sparse"), TGCN(1, 2).double()
    x = torch.randn(1, 2, 3, 1, dtype=torch.float64, requires_grad=True)
    h0 = torch.randn(1, 3, 2, dtype=torch.float64, requires_grad=True)
    wanted = (x, h0, *cell.parameters())
    assert torch.autograd.gradcheck(lambda x, h0, *_: cell(x, supports, h0), wanted)


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(ValueError, match="in_channels must be >= 1, got 0"):
        TGCN(0, 2)
    with pytest.raises(ValueError, match="4 nodes, channel"):
        TGCN(1, 2)(torch.ones(1, 1, 3, 1), symmetric_adjacency(chain(4)))
    with pytest.raises(ValueError, match=r"h0 must be of shape \[1, 4, 2\]"):
        TGCN(1, 2)(torch.ones(1, 1, 4, 1), symmetric_adjacency(chain(4)), torch.ones(1, 4, 3))
