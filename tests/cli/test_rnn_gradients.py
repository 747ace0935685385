import json
from pathlib import Path

from click.testing import Result
from command_line import gnnlab


def run(*arguments: str, status: int = 0) -> Result:
    return gnnlab(*("rnn", "gradients", "--hidden", "4", "--steps", "2"), *arguments, status=status)


def test_two_rows_a_network_with_a_figure() -> None:
    result = run(
        *("--models", "rnn,lstm", "--lengths", "3:5:2", "--init", "normal,orthogonal"),
        *("--seeds", "2", "--plot", "gradients.png", "--json"),
    )
    rows = json.loads(result.stdout)["rows"]
    assert [(row["model"], row["init"], row["length"], row["trained"]) for row in rows] == [
        (model, init, length, trained)
        for model in ("rnn", "lstm")
        for init in ("normal", "orthogonal")
        for length in (3, 5)
        for trained in (False, True)
    ]
    for row in rows:
        assert list(row["norm_by_distance"]) == [str(k) for k in range(1, row["length"])]
        assert row["verdict"] in ("vanishes", "explodes", "holds")
        assert 0 <= row["saturated"] <= 1
        assert row["growth_per_step"] > 0
        assert row["seeds"] == [0, 1]
        bias = {"normal": 0, "orthogonal": 1}[row["init"]]
        assert row["forget_bias"] == (bias if row["model"] == "lstm" else None)
    assert Path("gradients.png").stat().st_size > 10_000


def test_the_table_has_a_line_before_and_one_after_training() -> None:
    lines = run("--models", "gru", "--lengths", "6", "--init", "identity").stdout.splitlines()
    assert lines[0].split()[:4] == ["model", "init", "length", "steps"]
    assert lines[1].split()[:4] == ["gru", "identity", "6", "0"]
    assert lines[2].split()[:4] == ["gru", "identity", "6", "2"]
    rectified = run("--models", "rnn", "--lengths", "6", "--init", "identity").stdout.splitlines()
    assert rectified[1].split()[9] == "-"
    assert "vanishes: below 0.95, explodes: above 1.05" in " ".join(lines)
    assert lines[-1] == "an LSTM starts with the forget bias 1, with init normal 0"


def test_bad_input_is_refused_in_words() -> None:
    assert "one of rnn, gru, lstm, got 'gcn'" in run("--models", "gcn", status=2).output
    assert "orthogonal, identity, got 'zero'" in run("--init", "zero", status=2).output
    assert "at least 3, got 1" in run("--lengths", "1", status=2).output
    assert "such as 5,20,40 or 5:40:5, got '5;6'" in run("--lengths", "5;6", status=2).output
    assert "must end in .png" in run("--plot", "gradients.doc", status=1).output
