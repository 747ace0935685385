import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from nn.spatiotemporal.paper_matrices import sigmoid

from gnnlab.nn.spatiotemporal import AGCRN


@given(st.integers(1, 6), st.integers(1, 3), st.integers(1, 3), st.integers(1, 4))
def test_it_is_equation_7_with_the_i_of_equation_6(nodes: int, d: int, channels: int, n: int):
    torch.manual_seed(nodes)
    cell = AGCRN(channels, n, nodes, d).double()
    torch.nn.init.normal_(cell.bias)
    x = torch.randn(2, 3, nodes, channels, dtype=torch.float64)
    h0 = torch.randn(2, nodes, n, dtype=torch.float64)
    output, last = cell(x, h0)
    e, of_x, of_h, of_reset, bias = (each.detach().numpy() for each in cell.parameters())
    weight = np.exp(np.maximum(e @ e.T, 0))
    a = weight / weight.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(cell.learned_graph().detach(), a)
    pool = np.concatenate([of_x[:, :, : 2 * n], of_h], axis=1)  # of [X, h], to z and r
    pool_new = np.concatenate([of_x[:, :, 2 * n :], of_reset], axis=1)

    def conv(x: np.ndarray, pool: np.ndarray, bias: np.ndarray) -> np.ndarray:
        heard = x + a @ x
        rows = [heard[v] @ sum(e[v, k] * pool[k] for k in range(d)) for v in range(nodes)]
        return np.stack(rows) + e @ bias

    for element in range(2):
        h = h0[element].numpy()
        for t, now in enumerate(x[element].numpy()):
            both = sigmoid(conv(np.hstack([now, h]), pool, bias[:, : 2 * n]))
            z, r = both[:, :n], both[:, n:]
            new = np.tanh(conv(np.hstack([now, r * h]), pool_new, bias[:, 2 * n :]))
            h = z * h + (1 - z) * new
            np.testing.assert_allclose(output[element, t].detach(), h, rtol=1e-10, atol=1e-12)
        np.testing.assert_allclose(last[element].detach(), h, rtol=1e-10, atol=1e-12)


def test_its_gradient_is_that_of_differences() -> None:
    torch.manual_seed(0)
    cell = AGCRN(1, 2, num_nodes=3, embedding_channels=2).double()
    x = torch.randn(1, 2, 3, 1, dtype=torch.float64, requires_grad=True)
    h0 = torch.randn(1, 3, 2, dtype=torch.float64, requires_grad=True)
    wanted = (x, h0, *cell.parameters())
    assert torch.autograd.gradcheck(lambda x, h0, *_: cell(x, h0), wanted)


def test_a_state_to_start_from_is_zero_where_none_is_given() -> None:
    cell, x = AGCRN(1, 2, 4, 3), torch.randn(3, 2, 4, 1)
    torch.testing.assert_close(cell(x)[0], cell(x, torch.zeros(3, 4, 2))[0])


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(ValueError, match="embedding_channels must be >= 1, got 0"):
        AGCRN(1, 2, 4, 0)
    with pytest.raises(ValueError, match="num_nodes must be >= 1, got 0"):
        AGCRN(1, 2, 0, 3)
    with pytest.raises(ValueError, match="x must have 4 nodes, got 3"):
        AGCRN(1, 2, 4, 3)(torch.ones(1, 1, 3, 1))
    with pytest.raises(ValueError, match=r"h0 must be of shape \[1, 4, 2\]"):
        AGCRN(1, 2, 4, 3)(torch.ones(1, 1, 4, 1), torch.ones(1, 4, 3))
