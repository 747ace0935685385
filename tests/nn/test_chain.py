"""Recurrent networks as chain graphs against torch.nn."""

import copy
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


def leaves(found: object) -> list[Tensor]:
    """The tensors among the arguments, to differentiate by."""
    return [each.requires_grad_() for each in flat(found)]


def gradients(network: nn.Module, *arguments: object) -> tuple[list[Tensor], list[Tensor]]:
    """Outputs, and the gradients at inputs and initial states, after a backward pass."""
    network.zero_grad()
    inputs = leaves(arguments)
    for each in inputs:
        each.grad = None
    found = flat(network(*arguments))
    sum(each.square().sum() for each in found).backward()
    return found, [each.grad for each in inputs]


def assert_equal(found: list[Tensor], expected: list[Tensor], tolerance: float) -> None:
    for one, other in zip(found, expected, strict=True):
        torch.testing.assert_close(one, other, rtol=tolerance, atol=tolerance)


def assert_as_torch(theirs: nn.RNNBase, *arguments: object) -> None:
    """Outputs in both precisions, and gradients in float64, at all there is."""
    single = copy.deepcopy(theirs).float()
    floats = in_float32(arguments)
    assert_equal(flat(from_torch(single)(*floats)), flat(single(*floats)), 1e-6)
    ours = from_torch(theirs)
    (expected, slopes), (found, ours_slopes) = (
        gradients(network, *arguments) for network in (theirs, ours)
    )
    assert_equal(found, expected, 1e-12)
    assert_equal(ours_slopes, slopes, 1e-10)
    assert_gradients_agree(ours, theirs)


def in_float32(arguments: tuple) -> list:
    return [
        tuple(part.detach().float() for part in each)
        if type(each) is tuple
        else (each.to(torch.float32) if isinstance(each, PackedSequence) else each.detach().float())
        for each in arguments
    ]


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
        theirs = kind(INPUT, HIDDEN, layers, **settings).double()
        assert_as_torch(theirs, torch.randn(TIME, BATCH, INPUT).double())


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
    x = torch.randn(max(lengths), len(lengths), INPUT, dtype=torch.float64)
    packed = pack_padded_sequence(x, lengths, enforce_sorted=in_order)
    state = torch.randn(4 if bidirectional else 2, len(lengths), HIDDEN, dtype=torch.float64)
    hx = (state, -state) if kind is nn.LSTM else state
    for arguments in ((packed,), (packed, hx), (x, hx)):
        assert_as_torch(theirs, *arguments)


@pytest.mark.parametrize("kind", KINDS)
def test_one_sequence_without_an_axis_for_a_batch(kind: type) -> None:
    for batch_first in (False, True):
        theirs = kind(INPUT, HIDDEN, 2, bidirectional=True, batch_first=batch_first).double()
        x, state = torch.randn(TIME, INPUT).double(), torch.randn(4, HIDDEN).double()
        hx = (state, -state) if kind is nn.LSTM else state
        for arguments in ((x,), (x, hx)):
            assert_as_torch(theirs, *arguments)


def test_relu_units() -> None:
    theirs = nn.RNN(INPUT, HIDDEN, 2, nonlinearity="relu", bidirectional=True).double()
    assert_as_torch(theirs, torch.randn(TIME, BATCH, INPUT).double())


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
        (lambda: ChainNetwork("lstm", 1, 1, nonlinearity="sine"), "tanh or relu, got 'sine'"),
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
