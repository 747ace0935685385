import os
import signal
import subprocess
import sys
import threading
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from scipy.stats import binom
from torch import nn
from torch.testing import assert_close

from gnnlab.data import encoded, palindromes
from gnnlab.experiments.last_digit import LastDigit, PalindromeRecipe
from gnnlab.experiments.palindromes import (
    FORGET_BIAS,
    MODELS,
    RECIPES,
    effort,
    palindrome_scores,
)
from gnnlab.nn.initialization import initialize

QUICK = {model: replace(recipe, hidden=16, steps=3) for model, recipe in RECIPES.items()}


@pytest.mark.parametrize("model", MODELS)
def test_short_palindromes_are_learned_without_a_mistake(model: str) -> None:
    (row,) = palindrome_scores([model], [4], [0])["rows"]
    assert row["accuracy"]["mean"] == 1
    assert row["best_batch"]["mean"] == 1
    assert row["ended"] == ["solved"]
    assert 50 < row["steps"]["mean"] < 500


def test_a_network_that_sees_too_little_stays_at_chance() -> None:
    (row,) = palindrome_scores(["rnn"], [12], [0], QUICK)["rows"]
    assert row["accuracy"]["mean"] == pytest.approx(0.1, abs=0.03)
    assert row["ended"] == ["steps"]
    assert row["steps"]["per_seed"] == (3.0,)
    assert row["steps_at_most"] == 3
    assert row["learning_rate"] == 1e-3


def test_the_best_batch_at_chance_is_as_lucky_as_the_binomial_says() -> None:
    recipe = PalindromeRecipe("normal", hidden=4, learning_rate=1e-9, steps=2000)
    (row,) = palindrome_scores(["rnn"], [12], [0], {"rnn": recipe})["rows"]
    chance = binom(128, row["accuracy"]["mean"])
    low, high = (chance.ppf(share ** (1 / 2000)) / 128 for share in (0.001, 0.999))
    assert low <= row["best_batch"]["mean"] <= high
    assert row["best_batch"]["mean"] > 0.15


def test_training_is_that_of_torchs_lstm_under_the_same_batches() -> None:
    recipe = PalindromeRecipe("xavier", "sgd", 1.0, hidden=8, steps=60)
    (row,) = palindrome_scores(["lstm"], [3], [7], {"lstm": recipe})["rows"]
    lstm, readout = nn.LSTM(10, 8), nn.Linear(8, 10)
    generator = torch.Generator().manual_seed(7)
    initialize(lstm, "xavier", generator, FORGET_BIAS)
    initialize(readout, "xavier", generator)
    lstm.bias_hh_l0.requires_grad_(False)  # gnnlab's has one bias
    parameters = [*lstm.parameters(), *readout.parameters()]
    digits = np.random.default_rng(7)

    def logits(count: int) -> tuple[torch.Tensor, torch.Tensor]:
        drawn = palindromes(3, count, digits)
        x = torch.from_numpy(encoded(drawn[:, :-1], "onehot"))
        return readout(lstm(x)[0][-1]), torch.from_numpy(drawn[:, -1])

    optimizer = torch.optim.SGD([each for each in parameters if each.requires_grad], lr=1.0)
    for _ in range(60):
        optimizer.zero_grad()
        F.cross_entropy(*logits(128)).backward()
        torch.nn.utils.clip_grad_norm_(parameters, 10.0)
        optimizer.step()
    right = 0
    for _ in range(10):
        found, last = logits(1000)
        right += int((found.argmax(dim=1) == last).sum())
    assert row["accuracy"]["mean"] == pytest.approx(right / 10_000, abs=2e-3)
    assert 0.3 < row["accuracy"]["mean"] < 0.95


def test_the_last_hidden_state_is_read_and_states_start_from_zero() -> None:
    network = LastDigit("rnn", PalindromeRecipe(hidden=5), torch.Generator().manual_seed(0))
    x = torch.rand(4, 3, 10)
    module = network.chain.to_torch()
    for _ in range(2):
        assert_close(network(x), network.readout(module(x)[0][-1]))


def test_a_seed_does_not_depend_on_those_beside_it() -> None:
    together = palindrome_scores(["rnn", "lstm"], [5, 6], [4, 3], QUICK)
    for row in together["rows"]:
        for place, seed in enumerate([4, 3]):
            alone = palindrome_scores([row["model"]], [row["length"]], [seed], QUICK)["rows"][0]
            for name in ("accuracy", "steps"):
                assert alone[name]["mean"] == row[name]["per_seed"][place]


def test_what_is_named_twice_counts_once() -> None:
    (row,) = palindrome_scores(["rnn", "rnn"], [5, 5], [0, 1, 0], QUICK)["rows"]
    assert row["seeds"] == [0, 1]
    assert len(row["accuracy"]["per_seed"]) == 2


def test_seconds_are_those_of_training_without_the_test(monkeypatch: pytest.MonkeyPatch) -> None:
    module = sys.modules["gnnlab.experiments.palindromes"]
    clock, tested = [0.0], module._accuracy

    def slow_test(*arguments: Any) -> float:
        clock[0] += 1000
        return tested(*arguments)

    monkeypatch.setattr(module.time, "thread_time", lambda: clock[0])
    monkeypatch.setattr(module, "_accuracy", slow_test)
    (row,) = palindrome_scores(["rnn"], [5], [0], QUICK)["rows"]
    assert row["seconds"]["mean"] == 0


def test_a_seed_does_not_depend_on_how_many_threads_torch_may_have() -> None:
    script = (
        "from gnnlab.experiments.last_digit import PalindromeRecipe\n"
        "from gnnlab.experiments.palindromes import palindrome_scores\n"
        "recipe = {'rnn': PalindromeRecipe('orthogonal', steps=320)}\n"
        "print(palindrome_scores(['rnn'], [20], [1], recipe)['rows'][0]['steps'])"
    )
    one, two = (
        subprocess.run(
            [sys.executable, "-c", script],
            env={**os.environ, "OMP_NUM_THREADS": threads},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for threads in ("1", "2")
    )
    assert one == two


def test_threads_of_torch_are_as_before() -> None:
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    palindrome_scores(["rnn"], [5], [0], QUICK)
    assert torch.get_num_threads() == 2
    torch.set_num_threads(before)


def test_an_interrupt_keeps_what_is_finished() -> None:
    def interrupt(run: object) -> None:
        if not told:
            signal.raise_signal(signal.SIGINT)
        told.append(run)

    told: list[object] = []
    recipes = {"rnn": QUICK["rnn"], "lstm": RECIPES["lstm"]}
    found = palindrome_scores(["rnn", "lstm"], [5, 100], [0], recipes, on_run=interrupt)
    assert 1 <= len(found["rows"]) < 4
    assert found["rows"][0]["model"] == "rnn"
    assert threading.active_count() < 8


def test_an_interrupt_before_the_first_network_is_raised(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    module = sys.modules["gnnlab.experiments.palindromes"]
    monkeypatch.setattr(module, "on_all_cores", interrupted)
    with pytest.raises(KeyboardInterrupt):
        palindrome_scores(["rnn"], [5], [0], QUICK)


def test_a_training_that_diverges_ends() -> None:
    recipe = PalindromeRecipe("identity", "sgd", 1e38, hidden=16)
    (row,) = palindrome_scores(["rnn"], [5], [0], {"rnn": recipe})["rows"]
    assert row["ended"] == ["diverged"]
    assert row["steps"]["mean"] < 20


def row(model: str, length: int, steps: float, seconds: float, *ended: str) -> dict[str, Any]:
    return {
        "model": model,
        "length": length,
        "steps": {"mean": steps},
        "seconds": {"mean": seconds},
        "ended": list(ended),
    }


def test_effort_is_of_lengths_that_all_networks_of_both_solved() -> None:
    rows = [
        row("rnn", 5, 100, 1, "solved", "solved"),
        row("rnn", 10, 300, 3, "solved", "solved"),
        row("rnn", 15, 900, 9, "solved", "steps"),
        row("lstm", 5, 200, 5, "solved", "solved"),
        row("lstm", 10, 200, 7, "solved", "solved"),
        row("lstm", 15, 500, 20, "solved", "solved"),
        row("lstm", 20, 500, 20, "solved", "solved"),
    ]
    assert effort(rows) == {"lengths": [5, 10], "steps": 1.0, "seconds": 3.0, "reported": 2.5}
    assert effort(rows[2:]) is None


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([], [5], [0]), "at least 1 model, got none"),
        ((["rnn"], [], [0]), "at least 1 length, got none"),
        ((["rnn"], [5], []), "at least 1 seed, got none"),
        ((["rnn", "cnn"], [5], [0]), "one of rnn, gru, lstm, got 'cnn'"),
        ((["rnn"], [5, 1], [0]), "a length must be at least 2, got 1"),
        ((["rnn", "gru"], [5], [0], {"rnn": QUICK["rnn"]}), "one for 'gru', got rnn"),
    ],
)
def test_what_cannot_be_trained_is_refused(arguments: tuple, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        palindrome_scores(*arguments)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"init": "he"}, "init must be one of normal, .*, got 'he'"),
        ({"optimizer": "lbfgs"}, "optimizer must be one of adam, .*, got 'lbfgs'"),
        ({"encoding": "binary"}, "encoding must be one of scalar, onehot, got 'binary'"),
        ({"hidden": 0}, "hidden must be >= 1, got 0"),
        ({"steps": 0}, "steps must be >= 1, got 0"),
        ({"learning_rate": 0.0}, "learning_rate must be finite and above 0, got 0.0"),
        ({"learning_rate": -0.1}, "learning_rate must be finite and above 0, got -0.1"),
        ({"learning_rate": float("nan")}, "learning_rate must be finite and above 0, got nan"),
    ],
)
def test_recipes_that_mean_nothing_are_refused(given: dict, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        PalindromeRecipe(**given)
