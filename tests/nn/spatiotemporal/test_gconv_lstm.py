import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from nn.spatiotemporal.paper_matrices import GRAPHS, convolution, polynomials, sigmoid

from gnnlab.graphs import Graph, chain
from gnnlab.nn.spatiotemporal import GConvLSTM, chebyshev_polynomials


@given(GRAPHS, st.integers(2, 5), st.sampled_from(["dense", "sparse"]))
def test_it_is_model_2_of_the_paper(graph: Graph, size: int, layout: str) -> None:
    torch.manual_seed(size)
    cell = GConvLSTM(2, 3, size).double()
    torch.nn.init.normal_(cell.of_input.bias)
    x = torch.randn(2, 3, graph.num_nodes, 2, dtype=torch.float64)
    h0, c0 = torch.randn(2, 2, graph.num_nodes, 3, dtype=torch.float64)
    supports = chebyshev_polynomials(graph, size=size, layout=layout)
    output, (last, memory) = cell(x, supports, (h0, c0))
    matrices = polynomials(graph, size)
    peep_i, peep_f, peep_o = cell.peepholes.detach().numpy()
    bias = cell.of_input.bias.detach().numpy()
    w_x, w_h = (each.weight.detach().numpy() for each in (cell.of_input, cell.of_state))
    for element in range(2):
        h, c = h0[element].numpy(), c0[element].numpy()
        for t, now in enumerate(x[element].numpy()):
            total = convolution(matrices, now, w_x) + bias + convolution(matrices, h, w_h)
            of_i, of_f, of_c, of_o = np.split(total, 4, axis=1)
            i, f = sigmoid(of_i + peep_i * c), sigmoid(of_f + peep_f * c)
            c = f * c + i * np.tanh(of_c)
            h = sigmoid(of_o + peep_o * c) * np.tanh(c)
            np.testing.assert_allclose(output[element, t].detach(), h, rtol=1e-9, atol=1e-10)
        np.testing.assert_allclose(last[element].detach(), h, rtol=1e-9, atol=1e-10)
        np.testing.assert_allclose(memory[element].detach(), c, rtol=1e-9, atol=1e-10)


@pytest.mark.parametrize("layout", ["dense", "sparse"])
def test_its_gradient_is_that_of_differences(layout: str) -> None:
    supports = chebyshev_polynomials(chain(3), size=3, layout=layout)
    cell = GConvLSTM(1, 2, 3).double()
    x = torch.randn(1, 2, 3, 1, dtype=torch.float64, requires_grad=True)
    state = torch.randn(2, 1, 3, 2, dtype=torch.float64, requires_grad=True)
    wanted = (x, state, *cell.parameters())
    assert torch.autograd.gradcheck(lambda x, state, *_: cell(x, supports, tuple(state))[0], wanted)


def test_a_state_to_start_from_is_zero_where_none_is_given() -> None:
    supports, cell = chebyshev_polynomials(chain(4), size=2), GConvLSTM(1, 2, 2)
    x, zeros = torch.randn(3, 2, 4, 1), torch.zeros(3, 4, 2)
    torch.testing.assert_close(cell(x, supports)[0], cell(x, supports, (zeros, zeros))[0])


def test_what_does_not_fit_is_refused() -> None:
    supports, cell = chebyshev_polynomials(chain(4), size=2), GConvLSTM(1, 2, 2)
    x, state = torch.ones(1, 1, 4, 1), torch.zeros(1, 4, 2)
    with pytest.raises(ValueError, match="size must be >= 2, got 1"):
        GConvLSTM(1, 2, 1)
    with pytest.raises(ValueError, match="hidden_channels must be >= 1, got 0"):
        GConvLSTM(1, 0, 2)
    with pytest.raises(ValueError, match="must be 3 matrices, got 2"):
        GConvLSTM(1, 2, 3)(x, supports)
    with pytest.raises(ValueError, match=r"h0 must be of shape \[1, 4, 2\], got \[1, 4, 1\]"):
        cell(x, supports, (state[..., :1], state))
    with pytest.raises(ValueError, match="the memory of h0 must be of shape"):
        cell(x, supports, (state, state[..., :1]))
