import re
from pathlib import Path

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from gnnlab.nn import rnn_gradients
from gnnlab.nn.rnn_gradients import RNNWeights, gradients, hidden_states, loss, step_jacobian

PAGE = Path(__file__).parents[2] / "docs" / "rnn-gradients.md"


def network(features: int, hidden: int, classes: int, seed: int) -> tuple[nn.RNN, nn.Linear]:
    torch.manual_seed(seed)
    rnn, linear = nn.RNN(features, hidden), nn.Linear(hidden, classes)
    return rnn.double(), linear.double()


def weights_of(rnn: nn.RNN, linear: nn.Linear) -> RNNWeights:
    bias = rnn.bias_ih_l0 + rnn.bias_hh_l0
    parts = (rnn.weight_ih_l0, rnn.weight_hh_l0, bias, linear.weight, linear.bias)
    return RNNWeights(*(part.detach() for part in parts))


sizes = st.integers(1, 6)


@given(sizes, sizes, sizes, st.integers(1, 12), st.integers(1, 3), st.integers(0, 2**32 - 1))
def test_gradients_are_those_of_autograd(
    features: int, hidden: int, classes: int, steps: int, batch: int, seed: int
) -> None:
    rnn, linear = network(features, hidden, classes, seed)
    x = torch.randn(steps, batch, features, dtype=torch.float64)
    labels = torch.randint(classes, (batch,))
    expected = F.cross_entropy(linear(rnn(x)[0][-1]), labels)
    expected.backward()

    weights = weights_of(rnn, linear)
    y = F.one_hot(labels, classes).double()
    losses = torch.stack([loss(weights, x[:, each], y[each]) for each in range(batch)])
    torch.testing.assert_close(losses.mean(), expected.detach(), rtol=0, atol=1e-10)
    each = [gradients(weights, x[:, each], y[each]) for each in range(batch)]
    found = RNNWeights(*(torch.stack(parts).mean(dim=0) for parts in zip(*each, strict=True)))
    for gradient, parameter in (
        (found.w_hx, rnn.weight_ih_l0),
        (found.w_hh, rnn.weight_hh_l0),
        (found.b_h, rnn.bias_ih_l0),
        (found.b_h, rnn.bias_hh_l0),
        (found.w_ph, linear.weight),
        (found.b_p, linear.bias),
    ):
        torch.testing.assert_close(gradient, parameter.grad, rtol=0, atol=1e-10)


def test_a_steps_jacobian_is_that_of_autograd() -> None:
    rnn, linear = network(2, 5, 3, seed=0)
    weights = weights_of(rnn, linear)
    x, h = torch.randn(2, dtype=torch.float64), torch.rand(5, dtype=torch.float64)

    def step(h: torch.Tensor) -> torch.Tensor:
        return torch.tanh(weights.w_hx @ x + weights.w_hh @ h + weights.b_h)

    expected = torch.autograd.functional.jacobian(step, h)
    torch.testing.assert_close(step_jacobian(weights, step(h)), expected, rtol=0, atol=1e-12)


def test_the_states_are_torchs_and_soft_targets_will_do() -> None:
    rnn, linear = network(2, 5, 3, seed=1)
    weights = weights_of(rnn, linear)
    x = torch.randn(7, 2, dtype=torch.float64)
    torch.testing.assert_close(hidden_states(weights, x)[1:], rnn(x)[0].detach())
    y = torch.tensor([0.5, 0.25, 0.25], dtype=torch.float64)
    F.cross_entropy(linear(rnn(x)[0][-1]), y).backward()
    torch.testing.assert_close(
        gradients(weights, x, y).w_hh, rnn.weight_hh_l0.grad, rtol=0, atol=1e-10
    )


def test_a_target_that_is_no_distribution_is_refused() -> None:
    weights = weights_of(*network(2, 5, 3, seed=0))
    with pytest.raises(ValueError, match="a target must add up to 1, got 2"):
        gradients(weights, torch.ones(4, 2).double(), torch.tensor([1.0, 1.0, 0.0]).double())


@pytest.mark.parametrize("shape", [(0, 2), (4, 3)])
def test_a_sequence_that_is_none_is_refused(shape: tuple[int, ...]) -> None:
    weights = weights_of(*network(2, 5, 3, seed=0))
    said = re.escape(f"x must be [time, 2], of at least 1 step, got {list(shape)}")
    with pytest.raises(ValueError, match=said):
        gradients(weights, torch.ones(shape).double(), torch.tensor([1.0, 0.0, 0.0]).double())


def test_the_page_quotes_the_code_as_it_stands() -> None:
    code = Path(rnn_gradients.__file__).read_text(encoding="utf-8")
    lines = {line.split("  #")[0].strip() for line in code.splitlines()}
    blocks = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    quoted = [line.strip() for block in blocks for line in block.splitlines()]
    assert len(quoted) >= 12
    assert [line for line in quoted if line not in lines] == []
