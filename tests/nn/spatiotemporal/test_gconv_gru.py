import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from nn.spatiotemporal.paper_matrices import GRAPHS, convolution, polynomials, sigmoid

from gnnlab.graphs import Graph, chain
from gnnlab.nn.spatiotemporal import GConvGRU, chebyshev_polynomials


@given(GRAPHS, st.integers(2, 5), st.sampled_from(["dense", "sparse"]))
def test_it_is_the_papers(graph: Graph, size: int, layout: str) -> None:
    torch.manual_seed(size)
    cell = GConvGRU(2, 3, size).double()
    torch.nn.init.normal_(cell.of_input.bias)
    x = torch.randn(2, 3, graph.num_nodes, 2, dtype=torch.float64)
    h0 = torch.randn(2, graph.num_nodes, 3, dtype=torch.float64)
    output, last = cell(x, chebyshev_polynomials(graph, size=size, layout=layout), h0)
    matrices = polynomials(graph, size)
    of_x, bias, of_zr, of_h = (each.detach().numpy() for each in cell.parameters())
    of_z, of_r = np.split(of_zr, 2)
    for element in range(2):
        h = h0[element].numpy()
        for t, now in enumerate(x[element].numpy()):
            z_x, r_x, h_x = np.split(convolution(matrices, now, of_x) + bias, 3, axis=1)
            z = sigmoid(z_x + convolution(matrices, h, of_z))
            r = sigmoid(r_x + convolution(matrices, h, of_r))
            new = np.tanh(h_x + convolution(matrices, r * h, of_h))
            h = z * h + (1 - z) * new
            np.testing.assert_allclose(output[element, t].detach(), h, rtol=1e-9, atol=1e-10)
        np.testing.assert_allclose(last[element].detach(), h, rtol=1e-9, atol=1e-10)


def test_its_gradient_is_that_of_differences() -> None:
    supports = chebyshev_polynomials(chain(3), size=3, layout="sparse")
    cell = GConvGRU(1, 2, 3).double()
    x = torch.randn(1, 2, 3, 1, dtype=torch.float64, requires_grad=True)
    h0 = torch.randn(1, 3, 2, dtype=torch.float64, requires_grad=True)
    wanted = (x, h0, *cell.parameters())
    assert torch.autograd.gradcheck(lambda x, h0, *_: cell(x, supports, h0), wanted)


def test_what_does_not_fit_is_refused() -> None:
    supports = chebyshev_polynomials(chain(4), size=2)
    with pytest.raises(ValueError, match="size must be >= 2, got 1"):
        GConvGRU(1, 2, 1)
    with pytest.raises(ValueError, match="in_channels must be >= 1, got 0"):
        GConvGRU(0, 2, 2)
    with pytest.raises(ValueError, match="supports must be 3 matrices, got 2"):
        GConvGRU(1, 2, 3)(torch.ones(1, 1, 4, 1), supports)
