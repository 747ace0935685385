"""Recurrent networks as chain graphs against torch.nn."""

from collections.abc import Iterator
from itertools import product

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor, nn
from torch.nn.utils.rnn import PackedSequence, pack_padded_sequence

from gnnlab.nn import ChainNetwork, from_torch

KINDS = (nn.RNN, nn.GRU, nn.LSTM)
TIME, BATCH, INPUT, HIDDEN = 6, 4, 3, 5


def flat(found: object) -> list[Tensor]:
    """All tensors of (output, state)."""
    if isinstance(found, PackedSequence):
        return [found.data]
    return [found] if isinstance(found, Tensor) else [each for one in found for each in flat(one)]


def gradients(network: nn.Module, x: Tensor, *arguments: object) -> tuple[list[Tensor], Tensor]:
    """Outputs, and the gradient at the inputs, after a backward pass."""
    network.zero_grad()
    x = x.detach().requires_grad_()
    found = flat(network(*arguments) if arguments else network(x))
    sum(each.square().sum() for each in found).backward()
    return found, x.grad


def merged(module: nn.RNNBase) -> Iterator[tuple[Tensor, ...]]:
    """Gradients of torch.nn's parameters as ours are: one bias a gate."""
    for layer, end in product(range(module.num_layers), ("", "_reverse")):
        if end and not module.bidirectional:
            continue
        of = {
            name: getattr(module, f"{name}_l{layer}{end}").grad
            for name in ("weight_ih", "weight_hh", *(("bias_ih", "bias_hh") if module.bias else ()))
        }
        biases = ()
        if module.bias:  # either bias has the gradient of their sum
            biases = (of["bias_ih"],)
            if isinstance(module, nn.GRU):
                biases = (of["bias_ih"], of["bias_hh"][2 * module.hidden_size :])
        yield of["weight_ih"], of["weight_hh"], *biases


def assert_gradients_agree(ours: ChainNetwork, theirs: nn.RNNBase) -> None:
    for cell, expected in zip(ours.cells, merged(theirs), strict=True):
        names = ("weight_ih", "weight_hh", "bias", "bias_hn")
        found = [getattr(cell, name, None) for name in names]
        for parameter, wanted in zip(
            [each for each in found if each is not None], expected, strict=True
        ):
            torch.testing.assert_close(parameter.grad, wanted, rtol=1e-10, atol=1e-10)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("layers", [1, 2, 3])
@pytest.mark.parametrize("bidirectional", [False, True])
def test_outputs_and_gradients_are_those_of_torch(
    kind: type, layers: int, bidirectional: bool
) -> None:
    for seed, (bias, batch_first) in enumerate(product((True, False), repeat=2)):
        torch.manual_seed(seed)
        settings = {"bias": bias, "batch_first": batch_first, "bidirectional": bidirectional}
        theirs = kind(INPUT, HIDDEN, layers, **settings)
        x = torch.randn(TIME, BATCH, INPUT)
        for expected, found in zip(flat(theirs(x)), flat(from_torch(theirs)(x)), strict=True):
            torch.testing.assert_close(found, expected, rtol=0, atol=1e-6)
        theirs, x = theirs.double(), x.double()
        ours = from_torch(theirs)
        (expected, slope), (found, our_slope) = gradients(theirs, x), gradients(ours, x)
        for one, other in zip(found, expected, strict=True):
            torch.testing.assert_close(one, other, rtol=0, atol=1e-12)
        torch.testing.assert_close(our_slope, slope, rtol=1e-10, atol=1e-10)
        assert_gradients_agree(ours, theirs)


@settings(max_examples=20)
@given(
    st.sampled_from(KINDS),
    st.lists(st.integers(1, 5), min_size=1, max_size=5),
    st.booleans(),
    st.booleans(),
)
def test_packed_sequences_with_initial_states(
    kind: type, lengths: list[int], bidirectional: bool, in_order: bool
) -> None:
    torch.manual_seed(len(lengths))
    if in_order:
        lengths = sorted(lengths, reverse=True)
    theirs = kind(INPUT, HIDDEN, 2, bidirectional=bidirectional).double()
    ours = from_torch(theirs)
    cells = 4 if bidirectional else 2
    x = torch.randn(max(lengths), len(lengths), INPUT, dtype=torch.float64)
    packed = pack_padded_sequence(x, lengths, enforce_sorted=in_order)
    state = torch.randn(cells, len(lengths), HIDDEN, dtype=torch.float64)
    hx = (state, -state) if kind is nn.LSTM else state
    for arguments in ((packed,), (packed, hx), (x, hx)):
        expected, _ = gradients(theirs, x, *arguments)
        found, _ = gradients(ours, x, *arguments)
        for one, other in zip(found, expected, strict=True):
            torch.testing.assert_close(one, other, rtol=0, atol=1e-12)
        assert_gradients_agree(ours, theirs)


@pytest.mark.parametrize("kind", KINDS)
def test_a_gradient_reaches_initial_states(kind: type) -> None:
    theirs = kind(INPUT, HIDDEN).double()
    x = torch.randn(TIME, BATCH, INPUT, dtype=torch.float64)
    slopes = []
    for network in (theirs, from_torch(theirs)):
        torch.manual_seed(1)
        h, c = torch.randn(2, 1, BATCH, HIDDEN, dtype=torch.float64).requires_grad_()
        output, _ = network(x, (h, c) if kind is nn.LSTM else h)
        slopes.append(torch.autograd.grad(output.square().sum(), h)[0])
    torch.testing.assert_close(*slopes, rtol=1e-10, atol=1e-10)


@pytest.mark.parametrize("kind", KINDS)
def test_one_sequence_without_an_axis_for_a_batch(kind: type) -> None:
    for batch_first in (False, True):
        theirs = kind(INPUT, HIDDEN, 2, bidirectional=True, batch_first=batch_first)
        x, state = torch.randn(TIME, INPUT), torch.randn(4, HIDDEN)
        hx = (state, -state) if kind is nn.LSTM else state
        ours = from_torch(theirs)
        for arguments in ((x,), (x, hx)):
            for found, expected in zip(
                flat(ours(*arguments)), flat(theirs(*arguments)), strict=True
            ):
                torch.testing.assert_close(found, expected)


def test_relu_units() -> None:
    theirs = nn.RNN(INPUT, HIDDEN, nonlinearity="relu")
    x = torch.randn(TIME, BATCH, INPUT)
    torch.testing.assert_close(from_torch(theirs)(x)[0], theirs(x)[0])


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("bias", [True, False])
def test_weights_go_both_ways(kind: type, bias: bool) -> None:
    theirs = kind(INPUT, HIDDEN, 2, bias=bias, batch_first=True, bidirectional=True).double().eval()
    back = from_torch(theirs).to_torch()
    assert type(back) is kind
    assert not back.training
    x = torch.randn(BATCH, TIME, INPUT, dtype=torch.float64)
    for found, expected in zip(flat(back(x)), flat(theirs(x)), strict=True):
        torch.testing.assert_close(found, expected, rtol=0, atol=1e-12)
    if bias:
        zero = slice(None, 2 * HIDDEN if kind is nn.GRU else None)
        assert not back.bias_hh_l1_reverse[zero].any()
    again = from_torch(back)
    for one, other in zip(again.parameters(), from_torch(theirs).parameters(), strict=True):
        torch.testing.assert_close(one, other)


def test_an_lstm_has_one_bias_a_gate() -> None:
    d, n = 7, 11
    ours = ChainNetwork("lstm", d, n)
    assert sum(each.numel() for each in ours.parameters()) == 4 * n * n + 4 * d * n + 4 * n


def test_dropout_is_between_layers_and_in_training_only() -> None:
    network = ChainNetwork("rnn", INPUT, HIDDEN, num_layers=2, dropout=1.0)
    x = torch.randn(TIME, BATCH, INPUT)
    below_is_zero = network(x)[0]
    assert not torch.allclose(network.eval()(x)[0], below_is_zero)
    torch.testing.assert_close(network.train()(2 * x)[0], below_is_zero)  # x does not get through
    alone = ChainNetwork("rnn", INPUT, HIDDEN, dropout=1.0)
    torch.testing.assert_close(alone(x)[0], alone.eval()(x)[0])


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: ChainNetwork("tcn", 1, 1), "one of rnn, gru, lstm, got 'tcn'"),
        (lambda: ChainNetwork("rnn", 0, 1), "in_channels must be >= 1, got 0"),
        (lambda: ChainNetwork("rnn", 1, 0), "channels must be >= 1, got 0"),
        (lambda: ChainNetwork("rnn", 1, 1, 0), "num_layers must be >= 1, got 0"),
        (lambda: ChainNetwork("rnn", 1, 1, dropout=2), "between 0 and 1, got 2"),
        (lambda: ChainNetwork("rnn", 1, 1, nonlinearity="sine"), "tanh or relu, got 'sine'"),
        (lambda: from_torch(nn.Linear(1, 1)), "nn.RNN, nn.GRU or nn.LSTM, got"),
        (lambda: from_torch(nn.LSTM(1, 2, proj_size=1)), "without projections, got proj_size 1"),
        (lambda: ChainNetwork("rnn", 2, 3)(torch.ones(0, 1, 2)), "must not be empty"),
        (lambda: ChainNetwork("rnn", 2, 3)(torch.ones(1, 0, 2)), "must not be empty"),
        (lambda: ChainNetwork("rnn", 2, 3)(torch.ones(0, 2)), "must not be empty"),
        (lambda: ChainNetwork("rnn", 2, 3)(torch.ones(2)), r"2 or 3 dimensions, got shape \[2\]"),
        (lambda: ChainNetwork("rnn", 2, 3)(torch.ones(4, 1, 5)), "must have 2 channels, got 5"),
        (
            lambda: ChainNetwork("rnn", 2, 3)(torch.ones(4, 1, 2), torch.ones(1, 9, 3)),
            r"shape \[1, 1, 3\], got \[1, 9, 3\]",
        ),
        (
            lambda: ChainNetwork("lstm", 2, 3)(torch.ones(4, 1, 2), torch.ones(1, 1, 3)),
            r"hx of lstm must be a pair \(h, c\), got 1",
        ),
        (
            lambda: ChainNetwork("gru", 2, 3)(torch.ones(4, 1, 2), 2 * (torch.ones(1, 1, 3),)),
            "hx of gru must be one tensor, got 2",
        ),
    ],
)
def test_wrong_input_is_refused_in_words(call, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        call()
