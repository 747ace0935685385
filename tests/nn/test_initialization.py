from math import sqrt

import pytest
import torch
from torch import Tensor, nn
from torch.testing import assert_close

from gnnlab.nn import from_torch
from gnnlab.nn.initialization import INITIALIZATIONS, initialize

LSTM_FORGETS = slice(64, 128)  # of 64 channels; gates come in the order i, f, g, o


def drawn(network: nn.Module, init: str, seed: int = 0) -> nn.Module:
    initialize(network, init, torch.Generator().manual_seed(seed))
    return network


def gates(weight: Tensor) -> tuple[Tensor, ...]:
    return weight.detach().split(64)


@pytest.mark.parametrize(
    ("init", "deviation"),
    [
        ("normal", lambda inputs: 1.0),
        ("scaled-normal", lambda inputs: inputs**-0.5),
        ("xavier", lambda inputs: sqrt(2 / (inputs + 64))),  # a / sqrt(3) with fans of one gate
    ],
)
@pytest.mark.parametrize("kind", [nn.RNN, nn.GRU, nn.LSTM])
def test_moments_are_those_of_the_formula_in_each_gate(kind, init, deviation) -> None:
    network = drawn(kind(100, 64), init)
    for weight, inputs in ((network.weight_ih_l0, 100), (network.weight_hh_l0, 64)):
        for gate in gates(weight):
            assert gate.std().item() == pytest.approx(deviation(inputs), rel=0.05)
            assert abs(gate.mean().item()) < 0.1 * deviation(inputs)


def test_xavier_is_uniform_between_its_bounds() -> None:
    weight = drawn(nn.LSTM(100, 64), "xavier").weight_ih_l0
    assert weight.abs().max().item() == pytest.approx(sqrt(6 / 164), rel=0.01)
    assert weight.abs().max().item() <= sqrt(6 / 164)


def test_orthogonal_recurrent_weights_keep_lengths_in_each_gate() -> None:
    network = drawn(nn.GRU(10, 64, num_layers=2, bidirectional=True), "orthogonal")
    recurrent = [value for name, value in network.named_parameters() if "weight_hh" in name]
    assert len(recurrent) == 4
    for weight in recurrent:
        first, *rest = gates(weight)
        assert_close(first @ first.T, torch.eye(64), atol=1e-5, rtol=0)
        for gate in rest:
            assert_close(gate @ gate.T, torch.eye(64), atol=1e-5, rtol=0)
            assert not torch.equal(gate, first)


def test_identity_recurrent_weights_and_small_other_ones() -> None:
    network = drawn(nn.LSTM(100, 64), "identity")
    for gate in gates(network.weight_hh_l0):
        assert torch.equal(gate, torch.eye(64))
    assert network.weight_ih_l0.std().item() == pytest.approx(0.001, rel=0.05)


@pytest.mark.parametrize("init", INITIALIZATIONS)
def test_biases_are_zero_but_the_forget_gate_of_an_lstm(init: str) -> None:
    for kind in (nn.RNN, nn.GRU, nn.LSTM):
        network = drawn(kind(10, 64), init)
        bias = (network.bias_ih_l0 + network.bias_hh_l0).detach()
        expected = torch.zeros_like(bias)
        if kind is nn.LSTM and init != "normal":
            expected[LSTM_FORGETS] = 1
        assert torch.equal(bias, expected)


def test_the_forget_gate_takes_another_bias() -> None:
    network = from_torch(nn.LSTM(10, 64))
    initialize(network, "xavier", torch.Generator(), forget_bias=3.0)
    assert torch.equal(network.cells[0].bias[LSTM_FORGETS], torch.full((64,), 3.0))
    assert network.cells[0].bias.sum().item() == 3 * 64


@pytest.mark.parametrize("init", INITIALIZATIONS)
def test_a_linear_layer_is_drawn_as_weights_that_are_not_recurrent(init: str) -> None:
    layer, network = drawn(nn.Linear(10, 64), init), drawn(nn.RNN(10, 64), init)
    assert torch.equal(layer.weight, network.weight_ih_l0)
    assert torch.equal(layer.bias, torch.zeros(64))


def test_what_is_drawn_depends_on_the_seed_alone() -> None:
    first, second, third = (drawn(nn.LSTM(3, 4), "normal", seed) for seed in (1, 1, 2))
    assert torch.equal(first.weight_hh_l0, second.weight_hh_l0)
    assert not torch.equal(first.weight_hh_l0, third.weight_hh_l0)


def test_an_unknown_name_is_refused() -> None:
    with pytest.raises(ValueError, match=r"init must be one of normal, .*identity, got 'he'"):
        drawn(nn.RNN(3, 4), "he")


@pytest.mark.parametrize("init", INITIALIZATIONS)
@pytest.mark.parametrize("kind", [nn.RNN, nn.GRU, nn.LSTM])
def test_a_chain_network_is_drawn_as_torchs(kind: type[nn.RNNBase], init: str) -> None:
    module = kind(3, 5, num_layers=2, bidirectional=True)
    network = from_torch(module)
    drawn(module, init), drawn(network, init)
    for ours, theirs in zip(network.parameters(), from_torch(module).parameters(), strict=True):
        assert torch.equal(ours, theirs)
