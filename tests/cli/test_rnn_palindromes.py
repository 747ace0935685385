import json
import re
import signal
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from command_line import gnnlab


def run(*arguments: str, status: int = 0) -> Result:
    return gnnlab("rnn", "palindromes", "--hidden", "16", "--steps", "3", *arguments, status=status)


def test_a_row_a_model_and_length_with_a_figure() -> None:
    result = run(
        *("--models", "rnn,gru,lstm", "--lengths", "4:6:2", "--seeds", "2"),
        *("--init", "xavier", "--optimizer", "adam", "--input", "scalar"),
        *("--plot", "palindromes.png", "--json"),
    )
    found = json.loads(result.stdout)
    rows = found["rows"]
    assert [(row["model"], row["length"]) for row in rows] == [
        (model, length) for model in ("rnn", "gru", "lstm") for length in (4, 6)
    ]
    for row in rows:
        assert (row["init"], row["optimizer"], row["encoding"]) == ("xavier", "adam", "scalar")
        assert set(row["accuracy"]) == {"mean", "std", "per_seed"}
        assert len(row["accuracy"]["per_seed"]) == 2
        assert row["steps"]["mean"] == 3
        assert row["seconds"]["mean"] > 0
    assert found["effort"] is None
    assert Path("palindromes.png").stat().st_size > 10_000


def test_models_have_recipes_of_their_own() -> None:
    rows = json.loads(run("--lengths", "3", "--seeds", "1", "--json").stdout)["rows"]
    assert [(row["model"], row["init"]) for row in rows] == [
        ("rnn", "identity"),
        ("lstm", "xavier"),
    ]


def test_the_table_has_a_line_a_length_and_the_effort_beside_the_reports() -> None:
    result = gnnlab("rnn", "palindromes", "--lengths", "2", "--seeds", "1")
    lines = result.stdout.splitlines()
    assert lines[1].split()[:6] == ["rnn", "2", "identity", "1.000", "1.000", "1"]
    assert "effort of LSTM over RNN at lengths 2: " in result.stdout
    assert "the report's: 2.5" in result.stdout
    assert "rnn, length 2, seed 0: 1.0000 after" in result.stderr


def test_networks_that_diverge_are_said_to() -> None:
    large = ("--optimizer", "sgd", "--learning-rate", "1e38", "--lengths", "5", "--seeds", "2")
    result = gnnlab("rnn", "palindromes", "--models", "rnn", "--hidden", "16", *large)
    assert re.search(r" 0 of 2, 2 diverged +\d+ ", result.stdout.splitlines()[1])
    assert result.stdout.endswith("diverged: ended with a loss that was no finite number\n")
    assert re.search(r"rnn, length 5, seed 1: 0\.\d+ after \d+ steps?, diverged\n", result.stderr)
    tame = run("--models", "rnn", "--lengths", "5", "--seeds", "1")
    assert "diverged" not in tame.output


def test_an_interrupt_prints_what_is_finished(monkeypatch: pytest.MonkeyPatch) -> None:
    module = sys.modules["gnnlab.experiments.palindromes"]
    trained = module._trained

    def interrupted(model: str, *rest: Any) -> Any:
        if model == "lstm":
            signal.raise_signal(signal.SIGINT)
        return trained(model, *rest)

    monkeypatch.setattr(module, "_trained", interrupted)
    monkeypatch.setattr(module, "on_all_cores", lambda work, jobs, stop: [*map(work, jobs)])
    result = run("--lengths", "3", "--seeds", "2", "--json", status=130)
    assert [row["model"] for row in json.loads(result.stdout)["rows"]] == ["rnn"]
    assert "interrupted: 2 of 4 networks were finished" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (("--models", "rnn,cnn"), 2, "must be one of rnn, gru, lstm, got 'cnn'"),
        (("--lengths", "1,5"), 2, "a length must be at least 2, got 1"),
        (("--lengths", "5:x"), 2, "such as 5,20,40 or 5:40:5, got '5:x'"),
        (("--seeds", "0"), 2, "0 is not in the range"),
        (("--init", "he"), 2, "'he' is not one of"),
        (("--plot", "palindromes.doc"), 1, "must end in .png"),
    ],
)
def test_wrong_arguments_are_refused_before_training(
    arguments: tuple[str, ...], status: int, message: str
) -> None:
    result = run(*arguments, status=status)
    assert message in result.output
    assert "training" not in result.output
