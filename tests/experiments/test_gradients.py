import re

import numpy as np
import pytest
import torch
from torch import nn

from gnnlab.data import encoded, palindromes
from gnnlab.errors import GnnlabError
from gnnlab.experiments.gradients import (
    Jacobians,
    deep_gcn_rows,
    gradient_rows,
    growth_per_step,
    state_jacobians,
    verdict,
)
from gnnlab.experiments.last_digit import LEARNING_RATES, LastDigit, PalindromeRecipe
from gnnlab.nn import from_torch
from gnnlab.nn.cells import ElmanCell


def by_autograd(module: nn.RNNBase, x: torch.Tensor) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Norms of ∂s_T/∂s_t and of ∂h_T/∂h_t for T - t = 1 to T, and h_1 to h_T, of one sequence."""
    n = module.hidden_size

    def last(state: torch.Tensor, rest: torch.Tensor) -> torch.Tensor:
        given = tuple(state.view(-1, 1, n))
        _, end = module(rest, given if len(given) == 2 else given[0])
        return torch.cat(end if isinstance(end, tuple) else (end,)).flatten()

    start = torch.zeros(n * (2 if isinstance(module, nn.LSTM) else 1), dtype=torch.float64)
    whole, of_h = [], []
    for t in range(len(x) - 1, -1, -1):
        state = last(start, x[:t]) if t else start
        jacobian = torch.autograd.functional.jacobian(
            lambda state, t=t: last(state, x[t:]), state.detach()
        ).numpy()
        whole.append(np.linalg.norm(jacobian, 2))
        of_h.append(np.linalg.norm(jacobian[:n, :n], 2))
    return np.array(whole), np.array(of_h), module(x)[0].detach().numpy()


@pytest.mark.parametrize(
    "module",
    [nn.RNN(3, 5), nn.RNN(3, 5, nonlinearity="relu"), nn.GRU(3, 5), nn.LSTM(3, 5)],
    ids=["tanh", "relu", "gru", "lstm"],
)
def test_jacobians_are_those_of_autograd_through_torch(module: nn.RNNBase) -> None:
    generator = torch.Generator().manual_seed(0)
    for parameter in module.double().parameters():
        nn.init.normal_(parameter, generator=generator)
    x = torch.randn(6, 2, 3, generator=generator, dtype=torch.float64)
    found = state_jacobians(from_torch(module).cells[0], x)
    expected = [by_autograd(module, x[:, each]) for each in range(2)]
    for each, (whole, of_h, _) in enumerate(expected):
        np.testing.assert_allclose(found.norms[each], whole, rtol=1e-9)
        np.testing.assert_allclose(found.norms_of_h[each], of_h, rtol=1e-9)
    if getattr(module, "nonlinearity", "tanh") == "relu":
        assert found.saturated is None
        return
    hidden = np.concatenate([h for _, _, h in expected])
    assert found.saturated == pytest.approx((np.abs(hidden) > 0.99).mean())


def test_without_memory_the_state_is_h_and_with_it_more() -> None:
    x = torch.randn(6, 2, 3, generator=torch.Generator().manual_seed(0))
    for module in (nn.RNN(3, 5), nn.GRU(3, 5)):
        found = state_jacobians(from_torch(module).cells[0], x)
        assert torch.equal(found.norms, found.norms_of_h)
    found = state_jacobians(from_torch(nn.LSTM(3, 5)).cells[0], x)
    assert (found.norms > found.norms_of_h).all()


def test_what_float64_cannot_hold_is_said() -> None:
    cell = ElmanCell(1, 2, nonlinearity="relu", bias=False)
    nn.init.ones_(cell.weight_ih)
    nn.init.constant_(cell.weight_hh, 1e8)
    assert isinstance(state_jacobians(cell, torch.ones(30, 1, 1)), Jacobians)
    with pytest.raises(GnnlabError, match=r"below 1\.8e308, got more 38 steps back: a shorter"):
        state_jacobians(cell, torch.ones(40, 1, 1))


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_weights_that_are_no_numbers_are_told_from_an_overflow(value: float) -> None:
    cell = ElmanCell(1, 2)
    nn.init.constant_(cell.weight_hh, value)
    with pytest.raises(GnnlabError, match="weights must be finite, got NaN or infinity"):
        state_jacobians(cell, torch.ones(3, 1, 1))


@pytest.mark.parametrize("shape", [(0, 2, 3), (4, 0, 3), (4, 2, 2)])
def test_sequences_that_are_none_are_refused(shape: tuple[int, ...]) -> None:
    said = re.escape(
        f"x must be [time, sequence, 3], of at least 1 step and 1 sequence, got {[*shape]}"
    )
    with pytest.raises(ValueError, match=said):
        state_jacobians(ElmanCell(3, 2), torch.ones(shape))


def test_only_a_vanilla_rnn_from_the_identity_is_rectified() -> None:
    for model, init, nonlinearity in (
        ("rnn", "identity", "relu"),
        ("rnn", "xavier", "tanh"),
        ("lstm", "identity", "tanh"),
    ):
        for row in gradient_rows(model, init, 4, range(2), hidden=4, steps=1):
            assert row["nonlinearity"] == nonlinearity
            assert (row["saturated"] is None) == (nonlinearity == "relu")


def test_a_training_that_diverges_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(LEARNING_RATES, "rmsprop", 1e38)
    with pytest.raises(GnnlabError, match="a loss must be finite, got NaN or infinity in step"):
        gradient_rows("rnn", "identity", 5, hidden=8, steps=50)


def test_growth_is_the_factor_of_a_geometric_sequence() -> None:
    assert growth_per_step(list(5 * 0.8 ** np.arange(30))) == pytest.approx(0.8)
    assert growth_per_step([0.5]) == growth_per_step([]) == 0


def test_a_gradient_that_is_0_in_the_end_has_vanished_whatever_it_did_before() -> None:
    for norms in ([0.5, 0.0], [5, 4, 3.2, 0], [1e-3, 2e-3, 0, 0, 0, 0]):
        assert growth_per_step(norms) == 0
        assert verdict(growth_per_step(norms)) == "vanishes"


def test_the_words_have_thresholds() -> None:
    words = [verdict(growth) for growth in (0, 0.9499, 0.95, 1, 1.05, 1.0501)]
    assert words == ["vanishes", "vanishes", "holds", "holds", "holds", "explodes"]


def test_with_weights_from_n01_gradients_explode_and_with_smaller_ones_vanish() -> None:
    normal, _ = gradient_rows("rnn", "normal", 41, steps=1)
    norms = normal["norm_by_distance"]
    assert 5 < norms["1"] < 50
    assert 1e4 < norms["10"] < 1e6
    assert 1e13 < norms["40"] < 1e18
    assert normal["verdict"] == "explodes"
    assert normal["saturated"] > 0.7
    scaled, _ = gradient_rows("rnn", "scaled-normal", 41, steps=1)
    assert scaled["norm_by_distance"]["40"] < 0.1
    assert scaled["verdict"] == "vanishes"
    assert scaled["saturated"] < 0.01


def test_an_lstm_starts_with_the_forget_bias_of_its_row() -> None:
    for init, bias in (("xavier", 1.0), ("normal", 0.0)):
        row, _ = gradient_rows("lstm", init, 5, hidden=8, steps=1)
        assert row["forget_bias"] == bias
        generator = torch.Generator().manual_seed(0)
        network = LastDigit("lstm", PalindromeRecipe(init, hidden=8), generator, bias)
        assert set(network.chain.cells[0].bias.view(4, 8)[1].tolist()) == {bias}
        digits = palindromes(5, 1000, np.random.default_rng(0))
        x = torch.from_numpy(encoded(digits[:, :-1], "onehot"))
        norms = state_jacobians(network.chain.cells[0], x[:, :8]).norms
        assert row["norm_by_distance"]["4"] == pytest.approx(np.median(norms[:, 3]))


def test_an_xavier_lstm_does_not_explode() -> None:
    before, _ = gradient_rows("lstm", "xavier", 20, steps=1)
    assert before["verdict"] != "explodes"


def test_a_row_before_and_one_after_training_the_same_again() -> None:
    steps = []
    before, after = gradient_rows(
        "lstm", "xavier", 5, range(2), hidden=8, steps=3, on_step=lambda: steps.append(1)
    )
    assert len(steps) == 6
    assert (before["trained"], before["steps"]) == (False, 0)
    assert (after["trained"], after["steps"]) == (True, 3)
    for row in (before, after):
        assert (row["model"], row["init"], row["length"]) == ("lstm", "xavier", 5)
        for key in ("norm_by_distance", "norm_by_distance_of_h"):
            assert list(row[key]) == ["1", "2", "3", "4"]
        norms = list(row["norm_by_distance"].values())
        assert row["growth_per_step"] == growth_per_step(norms)
        assert row["verdict"] == verdict(row["growth_per_step"])
    assert before["norm_by_distance"] != after["norm_by_distance"]
    assert [before, after] == gradient_rows("lstm", "xavier", 5, range(2), hidden=8, steps=3)
    longer_trained, _ = gradient_rows("lstm", "xavier", 5, range(2), hidden=8, steps=5)
    assert longer_trained == before


def test_what_is_learned_reaches_back() -> None:
    before, after = gradient_rows("rnn", "orthogonal", 5, hidden=32, steps=150)
    assert before["accuracy"] < 0.3
    assert after["accuracy"] > 0.9
    assert after["norm_by_distance"]["4"] > 2 * before["norm_by_distance"]["4"]


def test_deep_gcns_hear_less_the_deeper_they_are_and_gcnii_does_not() -> None:
    rows = deep_gcn_rows()
    assert [(row["layers"], row["remedy"]) for row in rows] == [
        (4, "none"),
        (8, "none"),
        (16, "none"),
        (32, "none"),
        (32, "gcnii"),
    ]
    at_target = [row["gradient_by_hop"]["0"] for row in rows]
    assert at_target[3] < 1e-6 * at_target[0]
    assert at_target[4] > 1e-2


def test_what_cannot_be_measured_is_refused() -> None:
    with pytest.raises(ValueError, match="a length must be at least 3, got 2"):
        gradient_rows("rnn", "xavier", 2)
    with pytest.raises(ValueError, match=r"init must be one of normal, .*, got 'zero'"):
        gradient_rows("rnn", "zero", 5)
    with pytest.raises(ValueError, match="must be one of rnn, gru, lstm, got 'transformer'"):
        gradient_rows("transformer", "xavier", 5)
    with pytest.raises(ValueError, match="hidden must be >= 1, got 0"):
        gradient_rows("rnn", "xavier", 5, hidden=0)
    with pytest.raises(ValueError, match="at least 1 seed, got none"):
        gradient_rows("rnn", "xavier", 5, seeds=[])
