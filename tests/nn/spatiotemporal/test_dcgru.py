import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from nn.spatiotemporal.paper_matrices import GRAPHS, convolution, sigmoid, walks

from gnnlab.graphs import Graph, chain
from gnnlab.nn.spatiotemporal import DCGRU, DiffusionConv, random_walks

BATCH, TIME, IN, HIDDEN = 2, 3, 2, 3
LAYOUT = st.sampled_from(["dense", "sparse"])


def equation_3(cell: DCGRU, matrices: list, x: np.ndarray, h: np.ndarray) -> np.ndarray:
    """H_1 .. H_T of one element of a batch, [time, node, channel]."""
    n = h.shape[1]
    of_x, bias = (each.detach().numpy() for each in cell.of_input.parameters())
    of_u, of_r = np.split(cell.of_state.weight.detach().numpy(), 2)
    of_c = cell.of_reset_state.weight.detach().numpy()
    found = []
    for now in x:
        u_x, r_x, c_x = np.split(convolution(matrices, now, of_x) + bias, 3, axis=1)
        u = sigmoid(u_x + convolution(matrices, h, of_u))
        r = sigmoid(r_x + convolution(matrices, h, of_r))
        c = np.tanh(c_x + convolution(matrices, r * h, of_c))
        h = u * h + (1 - u) * c
        assert h.shape[1] == n
        found.append(h)
    return np.stack(found)


def drawn(graph: Graph, steps: int) -> tuple[DCGRU, torch.Tensor, torch.Tensor]:
    torch.manual_seed(graph.num_nodes)
    cell = DCGRU(IN, HIDDEN, steps).double()
    torch.nn.init.normal_(cell.of_input.bias)
    x = torch.randn(BATCH, TIME, graph.num_nodes, IN, dtype=torch.float64)
    return cell, x, torch.randn(BATCH, graph.num_nodes, HIDDEN, dtype=torch.float64)


@given(GRAPHS, st.integers(1, 4), LAYOUT)
def test_diffusion_is_equation_2(graph: Graph, steps: int, layout: str) -> None:
    torch.manual_seed(steps)
    conv = DiffusionConv(IN, HIDDEN, steps).double()
    torch.nn.init.normal_(conv.bias)
    x = torch.randn(BATCH, graph.num_nodes, IN, dtype=torch.float64)
    found = conv(x, random_walks(graph, steps=steps, layout=layout))
    for element in range(BATCH):
        formula = convolution(walks(graph, steps), x[element].numpy(), conv.weight.detach().numpy())
        expected = formula + conv.bias.detach().numpy()
        np.testing.assert_allclose(found[element].detach(), expected, rtol=1e-10, atol=1e-12)


@given(GRAPHS, st.integers(1, 4), LAYOUT)
def test_a_cell_is_equation_3(graph: Graph, steps: int, layout: str) -> None:
    cell, x, h0 = drawn(graph, steps)
    output, last = cell(x, random_walks(graph, steps=steps, layout=layout), h0)
    for element in range(BATCH):
        formula = equation_3(cell, walks(graph, steps), x[element].numpy(), h0[element].numpy())
        np.testing.assert_allclose(output[element].detach(), formula, rtol=1e-10, atol=1e-12)
    torch.testing.assert_close(last, output[:, -1])


@pytest.mark.parametrize("layout", ["dense", "sparse"])
def test_a_carried_state_goes_on_where_it_was(layout: str) -> None:
    cell, x, _ = drawn(chain(4), 2)
    walk = random_walks(chain(4), steps=2, layout=layout)
    whole, last = cell(x, walk)
    first, state = cell(x[:, :1], walk)
    second, end = cell(x[:, 1:], walk, state)
    torch.testing.assert_close(torch.cat([first, second], dim=1), whole)
    torch.testing.assert_close(end, last)


def test_a_state_to_start_from_is_zero_where_none_is_given() -> None:
    cell, x, h0 = drawn(chain(4), 2)
    walk = random_walks(chain(4), steps=2)
    assert torch.equal(cell(x, walk)[0], cell(x, walk, torch.zeros_like(h0))[0])


WALK = random_walks(chain(4), steps=2)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: DCGRU(0, 3, 2), "in_channels must be >= 1, got 0"),
        (lambda: DCGRU(2, 0, 2), "hidden_channels must be >= 1, got 0"),
        (lambda: DCGRU(2, 3, 0), "steps must be >= 1, got 0"),
        (lambda: DiffusionConv(2, 3, 0), "steps must be >= 1, got 0"),
        (lambda: DiffusionConv(2, 0, 1), "out_channels must be >= 1, got 0"),
        (
            lambda: DiffusionConv(2, 3, 2)(torch.ones(1, 4, 3), WALK),
            r"2 channels, got shape \[1, 4, 3\]",
        ),
        (lambda: DiffusionConv(2, 3, 1)(torch.ones(1, 4, 2), WALK), "must be 3 matrices, got 5"),
        (lambda: DiffusionConv(2, 3, 2)(torch.ones(1, 5, 2), WALK), "4 nodes, channel"),
        (lambda: DCGRU(2, 3, 2)(torch.ones(1, 3, 4, 5), WALK), r"\[batch, time, node, 2\]"),
        (lambda: DCGRU(2, 3, 2)(torch.ones(1, 0, 4, 2), WALK), "at least one step"),
        (lambda: DCGRU(2, 3, 2)(torch.ones(1, 3, 5, 2), WALK), "4 nodes, channel"),
        (lambda: DCGRU(2, 3, 1)(torch.ones(1, 3, 4, 2), WALK), "must be 3 matrices, got 5"),
        (
            lambda: DCGRU(2, 3, 2)(torch.ones(2, 3, 4, 2), WALK, torch.ones(1, 4, 3)),
            r"h0 must be of shape \[2, 4, 3\], got \[1, 4, 3\]",
        ),
    ],
)
def test_what_does_not_fit_is_refused(call, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        call()
