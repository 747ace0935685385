"""The fast way of an LSTM along chains against the plain one, level by level."""

from contextlib import nullcontext
from unittest import mock

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor
from torch.autograd import forward_ad
from torch.nn.utils.rnn import pack_sequence

from gnnlab.nn import ChainNetwork, chain
from gnnlab.nn.cells import LSTMCell
from gnnlab.nn.cells.lstm_chain import along_chains, fits
from gnnlab.nn.dag import passed_on
from gnnlab.nn.schedule import Schedule

STEPS, CHAINS, INPUT, HIDDEN = 4, 3, 2, 5


def drawn(
    steps: int = STEPS,
    chains: int = CHAINS,
    in_channels: int = INPUT,
    channels: int = HIDDEN,
    bias: bool = True,
    dtype: torch.dtype = torch.float64,
) -> tuple[LSTMCell, list[Tensor]]:
    """A cell, and x, h and c to start from."""
    torch.manual_seed(steps)
    cell = LSTMCell(in_channels, channels, bias).to(dtype)
    shapes = ((steps * chains, in_channels), (chains, channels), (chains, channels))
    return cell, [torch.randn(shape, dtype=dtype, requires_grad=True) for shape in shapes]


def fast(cell: LSTMCell, x: Tensor, hidden: Tensor, memory: Tensor) -> tuple[Tensor, ...]:
    output, end = along_chains(cell, x, len(x) // len(hidden), (hidden, memory))
    return output, *end


def plain(cell: LSTMCell, x: Tensor, hidden: Tensor, memory: Tensor) -> tuple[Tensor, ...]:
    schedule = Schedule.of_chains(len(x) // len(hidden) * [len(hidden)])
    states = passed_on(cell, x, schedule, (hidden, memory))
    return torch.cat([h for h, _ in states]), *states[-1]


def slopes(way, cell: LSTMCell, inputs: list[Tensor]) -> tuple[Tensor, ...]:
    """Gradients at inputs and weights, of a sum in which each element has its own weight."""
    loss = sum((each.square() * torch.arange(each.numel()).view_as(each)).sum() for each in way)
    return torch.autograd.grad(loss, [*inputs, *cell.parameters()])


@given(st.integers(1, 6), st.integers(1, 20), st.integers(1, 20), st.integers(1, 40), st.booleans())
def test_both_ways_agree(
    steps: int, chains: int, in_channels: int, channels: int, bias: bool
) -> None:
    for dtype, tolerance in ((torch.float64, 1e-12), (torch.float32, 1e-6)):
        cell, inputs = drawn(steps, chains, in_channels, channels, bias, dtype)
        found, expected = fast(cell, *inputs), plain(cell, *inputs)
        for one, other in zip(found, expected, strict=True):
            torch.testing.assert_close(one, other, rtol=0, atol=tolerance)
        pairs = zip(slopes(found, cell, inputs), slopes(expected, cell, inputs), strict=True)
        for one, other in pairs:
            scale = max(1, float(other.abs().max()))
            torch.testing.assert_close(one, other, rtol=0, atol=20 * scale * tolerance)


@pytest.mark.parametrize("bias", [True, False])
def test_first_and_second_gradients_are_those_of_differences(bias: bool) -> None:
    cell, inputs = drawn(3, 2, 2, 3, bias)
    parameters = list(cell.parameters())

    def way(*_: Tensor) -> tuple[Tensor, ...]:
        return fast(cell, *inputs)

    assert torch.autograd.gradcheck(way, (*inputs, *parameters))
    assert torch.autograd.gradgradcheck(way, (*inputs, *parameters))


def test_gradients_of_gradients_reach_what_is_below_and_pass_by_what_is_frozen() -> None:
    cell, (x, hidden, memory) = drawn()
    cell.weight_hh.requires_grad_(False)
    found = []
    for way in (fast, plain):
        _, *state = way(cell, x.cos(), hidden.detach(), memory)
        output, *_ = way(cell, x.sin(), *state)
        first = torch.autograd.grad(output.square().sum(), [x, cell.bias], create_graph=True)
        penalty = sum(each.square().sum() for each in first)
        found.append(torch.autograd.grad(penalty, [x, memory, cell.weight_ih]))
    for one, other in zip(*found, strict=True):
        torch.testing.assert_close(one, other, rtol=1e-10, atol=1e-10)


def test_a_second_pass_backward_brings_the_same_again() -> None:
    cell, inputs = drawn()
    output, hidden, memory = fast(cell, *inputs)
    loss = (output.sum() + hidden.square().sum()) * memory.sum()
    wanted = [*inputs, *cell.parameters()]
    first = torch.autograd.grad(loss, wanted, retain_graph=True)
    for one, other in zip(first, torch.autograd.grad(loss, wanted), strict=True):
        assert torch.equal(one, other)


@pytest.mark.parametrize("which", [0, 1, 2])
def test_results_overwritten_in_place_do_not_spoil_gradients(which: int) -> None:
    cell, inputs = drawn()
    results = fast(cell, *inputs)
    results[which].mul_(3)
    found = torch.autograd.grad(results[which].sum(), inputs)
    expected = torch.autograd.grad(3 * plain(cell, *inputs)[which].sum(), inputs)
    for one, other in zip(found, expected, strict=True):
        torch.testing.assert_close(one, other)


def test_without_onednn(monkeypatch: pytest.MonkeyPatch) -> None:
    cell, inputs = drawn(dtype=torch.float32)
    expected = fast(cell, *inputs)
    monkeypatch.setattr(torch.backends.mkldnn, "enabled", False)
    for one, other in zip(fast(cell, *inputs), expected, strict=True):
        torch.testing.assert_close(one, other)


def test_where_it_does_not_fit() -> None:  # there, what runs outside torch would be missed
    cell, (x, *initial) = drawn()
    assert fits(cell, x, None)
    assert fits(cell, x, tuple(initial))
    assert not fits(cell, x.float(), None)
    assert not fits(cell, x, tuple(each.float() for each in initial))
    assert not fits(cell.bfloat16(), x.bfloat16(), None)
    assert not fits(cell.to("meta"), x.to("meta"), None)
    cell, (x, *_) = drawn()
    with torch.autocast("cpu"):
        assert not fits(cell, x, None)
    with forward_ad.dual_level():
        assert not fits(cell, x, None)
    with mock.patch.object(torch.compiler, "is_compiling", return_value=True):
        assert not fits(cell, x, None)
    with mock.patch.object(torch.jit, "is_tracing", return_value=True):
        assert not fits(cell, x, None)


@pytest.mark.parametrize("kind", ["lstm", "gru", "rnn"])
@pytest.mark.parametrize("lengths", [[4, 4], [4, 2]])
def test_it_is_taken_for_lstms_on_chains_of_one_length(kind: str, lengths: list[int]) -> None:
    network = ChainNetwork(kind, INPUT, HIDDEN)
    packed = pack_sequence([torch.randn(length, INPUT) for length in lengths])
    with mock.patch.object(chain, "along_chains", wraps=along_chains) as taken:
        network(packed)
    assert taken.called == (kind == "lstm" and lengths == [4, 4])


def test_a_cell_of_ones_own_is_not_passed_by() -> None:
    class Forgetful(LSTMCell):
        def update(self, projected, state):
            return tuple(0 * each for each in super().update(projected, state))

    network = ChainNetwork("lstm", INPUT, HIDDEN)
    network.cells[0] = Forgetful(INPUT, HIDDEN)
    assert not network(torch.randn(STEPS, CHAINS, INPUT))[0].any()


def test_gradients_of_single_chains_by_torch_func() -> None:
    network = ChainNetwork("lstm", INPUT, HIDDEN).double()
    x = torch.randn(CHAINS, STEPS, INPUT, dtype=torch.float64)
    parameters = dict(network.named_parameters())

    def loss(parameters: dict[str, Tensor], x: Tensor) -> Tensor:
        return torch.func.functional_call(network, parameters, (x,))[0].square().sum()

    found = torch.func.vmap(torch.func.grad(loss), in_dims=(None, 0))(parameters, x)
    for number, one in enumerate(x):
        expected = torch.autograd.grad(loss(parameters, one), list(parameters.values()))
        for name, slope in zip(parameters, expected, strict=True):
            torch.testing.assert_close(found[name][number], slope)


@pytest.mark.parametrize("context", [torch.no_grad, torch.inference_mode, nullcontext])
def test_without_gradients(context) -> None:
    cell, inputs = drawn()
    inputs = [each.detach() for each in inputs]
    with context():
        found = fast(cell, *inputs)
    for one, other in zip(found, plain(cell, *inputs), strict=True):
        torch.testing.assert_close(one, other)
