"""Each erratum of docs/errata.md: the report's statement is wrong, the corrected one right."""

import re
from pathlib import Path

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn, optim
from torch_geometric.nn import GINConv

from gnnlab.data import encoded, palindromes
from gnnlab.experiments.gradients import Jacobians, growth_per_step, state_jacobians
from gnnlab.graphs import example6, normalized_adjacency
from gnnlab.nn import ChainNetwork
from gnnlab.nn.cells import LSTMCell
from gnnlab.nn.initialization import initialize
from gnnlab.nn.rnn_gradients import RNNWeights, hidden_states, step_jacobian

PAGE = (Path(__file__).parents[1] / "docs" / "errata.md").read_text(encoding="utf-8")


def test_every_erratum_has_its_test() -> None:
    sections = re.split(r"^## ", PAGE, flags=re.MULTILINE)[1:]
    assert [int(section.split(".")[0]) for section in sections] == list(range(1, 9))
    for section in sections:
        names = re.findall(r"`(test_\w+)`", section)
        assert names
        assert all(name in globals() for name in names), names


def vanilla_rnn(steps: int) -> tuple[RNNWeights, Tensor, Tensor]:
    """Weights, inputs and target of a network of 4 units, in float64."""
    generator = torch.Generator().manual_seed(0)
    shapes = ((4, 2), (4, 4), (4,), (3, 4), (3,))
    weights = RNNWeights(
        *(torch.randn(shape, generator=generator, dtype=torch.float64) for shape in shapes)
    )
    x = torch.randn(steps, 2, generator=generator, dtype=torch.float64)
    return weights, x, torch.tensor([0.0, 1.0, 0.0], dtype=torch.float64)


def step(weights: RNNWeights, x_t: Tensor, h: Tensor) -> Tensor:
    return torch.tanh(weights.w_hx @ x_t + weights.w_hh @ h + weights.b_h)


def jacobian_by_autograd(weights: RNNWeights, x: Tensor, t: int) -> Tensor:
    """∂h_T/∂h_t."""

    def last(h: Tensor) -> Tensor:
        for x_t in x[t:]:
            h = step(weights, x_t, h)
        return h

    return torch.autograd.functional.jacobian(last, hidden_states(weights, x)[t])


@pytest.mark.parametrize("steps", [2, 3, 7])
def test_the_sum_over_earlier_steps_has_a_last_term(steps: int) -> None:
    weights, x, y = vanilla_rnn(steps)
    w_hh = weights.w_hh.clone().requires_grad_()
    h = torch.zeros(4, dtype=torch.float64)
    for x_t in x:
        h = step(weights._replace(w_hh=w_hh), x_t, h)
    p = weights.w_ph @ h + weights.b_p
    (truth,) = torch.autograd.grad(F.cross_entropy(p, y), w_hh)

    states = hidden_states(weights, x)
    of_p = p.detach().softmax(dim=0) - y

    def term(t: int) -> Tensor:
        of_h = jacobian_by_autograd(weights, x, t).T @ weights.w_ph.T @ of_p
        return torch.outer((1 - states[t] ** 2) * of_h, states[t - 1])

    terms = [term(t) for t in range(1, steps + 1)]
    torch.testing.assert_close(sum(terms), truth, rtol=0, atol=1e-12)
    stops_before = sum(terms[:-1])
    assert (stops_before - truth).norm() > 0.1 * truth.norm()
    if steps == 2:  # the first term is 0, for h_0 is: nothing would be left
        assert stops_before.norm() == 0


def test_each_factor_is_of_its_own_step() -> None:
    weights, x, _ = vanilla_rnn(6)
    h, t = hidden_states(weights, x), 2
    truth = jacobian_by_autograd(weights, x, t)
    product = torch.eye(4, dtype=torch.float64)
    for i in range(t + 1, 7):
        product = step_jacobian(weights, h[i]) @ product
    torch.testing.assert_close(product, truth, rtol=0, atol=1e-12)
    of_one_step = torch.linalg.matrix_power(step_jacobian(weights, h[t]), 6 - t)
    assert (of_one_step - truth).norm() > 0.5 * truth.norm()


def test_the_slope_of_tanh_is_a_diagonal_matrix() -> None:
    weights, x, _ = vanilla_rnn(3)
    truth = jacobian_by_autograd(weights, x, 2)
    slope = 1 - hidden_states(weights, x)[3] ** 2
    torch.testing.assert_close(torch.diag(slope) @ weights.w_hh, truth, rtol=0, atol=1e-12)
    assert (slope @ weights.w_hh).shape == (4,)  # as a product of vector and matrix
    assert (slope * weights.w_hh - truth).norm() > 0.1 * truth.norm()  # as arrays multiply


def along_palindromes(init: str, hidden: int) -> Jacobians:
    network = ChainNetwork("rnn", 10, hidden)
    initialize(network, init, torch.Generator().manual_seed(0))
    digits = palindromes(41, 8, np.random.default_rng(0))
    x = torch.from_numpy(encoded(digits[:, :-1], "onehot"))
    return state_jacobians(network.cells[0], x)


def test_with_the_reports_weights_gradients_explode() -> None:
    reported = along_palindromes("normal", 128)
    norms = np.median(reported.norms, axis=0)
    assert norms[39] > 1e13
    assert reported.saturated > 0.7  # most tanh' are nearly 0
    for hidden in (64, 128):
        norms = np.median(along_palindromes("normal", hidden).norms, axis=0)
        assert growth_per_step(list(norms)) == pytest.approx(0.73 * hidden**0.25, rel=0.15)
    smaller = along_palindromes("scaled-normal", 128)
    assert np.median(smaller.norms, axis=0)[39] < 0.1
    assert smaller.saturated < 0.01


def test_the_output_gate_takes_x_and_h() -> None:
    generator = torch.Generator().manual_seed(0)
    lstm = nn.LSTMCell(3, 5).double()
    for parameter in lstm.parameters():
        nn.init.normal_(parameter, generator=generator)
    x, h, c, other_c = (
        torch.randn(1, size, generator=generator, dtype=torch.float64) for size in (3, 5, 5, 5)
    )

    def gate(c: Tensor) -> Tensor:
        new_h, new_c = lstm(x, (h, c))
        return new_h / new_c.tanh()

    torch.testing.assert_close(gate(c), gate(other_c), rtol=0, atol=1e-12)
    w, u, b = (each[-5:] for each in (lstm.weight_ih, lstm.weight_hh, lstm.bias_ih + lstm.bias_hh))
    torch.testing.assert_close(gate(c), (x @ w.T + h @ u.T + b).sigmoid(), rtol=0, atol=1e-12)
    assert (gate(c) - (x @ w.T + c @ u.T + b).sigmoid()).abs().max() > 0.1
    parameters = sum(each.numel() for each in LSTMCell(3, 5).parameters())
    assert parameters == 4 * 5**2 + 4 * 3 * 5 + 4 * 5  # without room for weights of c


def steps_of(kind: type[optim.Optimizer], gradients: Tensor) -> Tensor:
    """What an optimiser adds to a weight for each gradient, one after another."""
    weight = nn.Parameter(gradients.new_zeros(()))
    optimizer = kind([weight], lr=0.01)
    path = [weight.detach().clone()]
    for gradient in gradients:
        weight.grad = gradient.clone()
        optimizer.step()
        path.append(weight.detach().clone())
    return torch.stack(path).diff()


def test_rmsprop_divides_by_a_running_root_mean_square_and_rprop_looks_at_signs() -> None:
    generator = torch.Generator().manual_seed(0)
    gradients = torch.randn(20, generator=generator, dtype=torch.float64)
    sizes = torch.rand(20, generator=generator, dtype=torch.float64) + 0.5
    signs = torch.randn(20, generator=generator, dtype=torch.float64).sign()

    square, expected = 0.0, []
    for gradient in gradients:
        square = 0.99 * square + 0.01 * gradient**2
        expected.append(-0.01 * gradient / (square.sqrt() + 1e-8))
    found = steps_of(optim.RMSprop, gradients)
    torch.testing.assert_close(found, torch.stack(expected), rtol=1e-10, atol=0)
    # Other signs: the same sizes of steps. Other sizes: other steps.
    assert torch.allclose(steps_of(optim.RMSprop, signs * gradients).abs(), found.abs(), rtol=1e-10)
    assert not torch.allclose(steps_of(optim.RMSprop, sizes * gradients), found, rtol=0.01)
    # Rprop is what is described: it knows signs only.
    found = steps_of(optim.Rprop, gradients)
    torch.testing.assert_close(steps_of(optim.Rprop, sizes * gradients), found)
    assert not torch.allclose(
        steps_of(optim.Rprop, signs * gradients).abs(), found.abs(), rtol=0.01
    )


def test_a_hat_weighs_neighbours_and_a_plus_i_adds_them_up() -> None:
    graph = example6()
    with_loops = graph.csr().toarray() + np.eye(6)
    a_hat = normalized_adjacency(graph).toarray()
    features = np.random.default_rng(0).normal(size=(6, 3))
    degree = with_loops.sum(axis=1)
    for i in range(6):
        neighbours = np.flatnonzero(with_loops[i])
        plain = features[neighbours].sum(axis=0)
        weighted = sum(features[k] / np.sqrt(degree[i] * degree[k]) for k in neighbours)
        np.testing.assert_allclose((with_loops @ features)[i], plain)
        np.testing.assert_allclose((a_hat @ features)[i], weighted)
        assert np.abs((a_hat @ features)[i] - plain).max() > 0.1
    ones = np.ones(6)
    assert ((with_loops @ ones)[0], (a_hat @ ones)[0].round(4)) == (4, 1.0387)


def readout(edges: list[tuple[int, int]], x: list[float], how: str, seed: int) -> Tensor:
    """The sum over nodes after two GIN layers along ``edges``, along both ways, or each apart."""
    torch.manual_seed(seed)
    forward = torch.tensor(edges).T
    backward = forward.flip(0)
    hidden = torch.tensor(x, dtype=torch.float64)[:, None]
    for channels in (1, 8):
        layers = [
            GINConv(nn.Sequential(nn.Linear(channels, 8), nn.Tanh())).double() for _ in range(2)
        ]
        if how == "directed":
            hidden = layers[0](hidden, forward)
        elif how == "undirected":
            hidden = layers[0](hidden, torch.cat([forward, backward], dim=1))
        else:
            hidden = layers[0](hidden, forward) + layers[1](hidden, backward)
    return hidden.sum(dim=0).detach()


@pytest.mark.parametrize("seed", range(5))
def test_directed_and_undirected_edges_each_see_what_the_other_does_not(seed: int) -> None:
    chain = [(0, 1), (1, 2)]
    # 1, 2, 3 and 3, 2, 1: only a direction tells a sequence from its reverse.
    sequence, reverse = [1.0, 2.0, 3.0], [3.0, 2.0, 1.0]
    # Two children of one parent beside a loner, and two pairs: along the edges every node hears of
    # one parent or of none, in both; only against them is there a node that hears of two.
    family, pairs, ones = [(0, 1), (0, 2)], [(0, 1), (3, 2)], [1.0] * 4

    def differ(how: str) -> tuple[bool, bool]:
        return (
            not torch.allclose(
                readout(chain, sequence, how, seed), readout(chain, reverse, how, seed)
            ),
            not torch.allclose(readout(family, ones, how, seed), readout(pairs, ones, how, seed)),
        )

    assert differ("directed") == (True, False)
    assert differ("undirected") == (False, True)
    assert differ("each way its own weights") == (True, True)
