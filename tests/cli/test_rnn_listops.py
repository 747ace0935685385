import json
from pathlib import Path

from click.testing import Result
from command_line import gnnlab

from gnnlab.experiments.listops import MOST_DEPTH

SHORT = ("--seeds", "1", "--examples", "100", "--epochs", "1")


def run(*arguments: str, status: int = 0) -> Result:
    return gnnlab("rnn", "listops", *SHORT, *arguments, status=status)


def test_a_row_a_reader_with_a_figure() -> None:
    result = run("--depth", "4", "--plot", "listops.png", "--json")
    found = json.loads(result.stdout)
    assert [row["model"] for row in found["rows"]] == ["Tree-LSTM on trees", "LSTM on text"]
    assert list(found["rows"][0]["accuracy_by_depth"]) == ["1", "2", "3", "4"]
    assert set(found["advantage_depth_4"]) == {"mean", "std", "per_seed"}
    assert found["recipe"]["examples"] == 100
    assert "training 2 networks on 100 expressions" in result.stderr
    assert Path("listops.png").stat().st_size > 10_000


def test_the_table_tells_accuracy_by_depth_and_the_advantage() -> None:
    lines = run("--depth", "4").stdout.splitlines()
    assert lines[0].split()[:3] == ["model", "parameters", "accuracy"]
    assert lines[1].startswith("Tree-LSTM on trees  34,570 ")
    assert lines[2].startswith("LSTM on text        34,634 ")
    assert lines[-1].endswith(" points at depth 4 and more")
    assert not any("ahead" in line for line in run("--depth", "3").stdout.splitlines())


def test_bad_input_is_refused_in_words() -> None:
    assert f"0 is not in the range 1<=x<={MOST_DEPTH}" in run("--depth", "0", status=2).output
    assert f"13 is not in the range 1<=x<={MOST_DEPTH}" in run("--depth", "13", status=2).output
    assert "0 is not in the range x>=1" in run("--examples", "0", status=2).output
    assert "must end in .png" in run("--plot", "listops.doc", status=1).output
    assert "expressions must differ" in run("--depth", "1", "--examples", "500", status=1).output
