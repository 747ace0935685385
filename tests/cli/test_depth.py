import json
from pathlib import Path

from click.testing import Result
from command_line import gnnlab


def run(*arguments: str, status: int = 0) -> Result:
    return gnnlab("depth", "--dataset", "karate", *arguments, status=status)


def test_a_row_a_depth_and_remedy_with_a_figure() -> None:
    result = run(
        *("--layers", "1,3", "--remedy", "residual", "--remedy", "pairnorm"),
        *("--seeds", "2", "--epochs", "3", "--plot", "depth.png", "--json"),
    )
    rows = json.loads(result.stdout)["rows"]
    assert [(row["layers"], row["remedy"]) for row in rows] == [
        (1, "residual"),
        (3, "residual"),
        (1, "pairnorm"),
        (3, "pairnorm"),
    ]
    assert set(rows[0]) >= {"test_accuracy", "coverage", "dirichlet_energy", "gradient_by_hop"}
    assert Path("depth.png").stat().st_size > 10_000


def test_the_table_has_a_line_a_depth() -> None:
    result = run("--layers", "1,2", "--seeds", "1", "--epochs", "2")
    lines = result.stdout.splitlines()
    assert [line.split()[:2] for line in lines[1:3]] == [["1", "none"], ["2", "none"]]
    assert result.stderr == "1 layer, remedy none\n2 layers, remedy none\n"


def test_wrong_depths_and_endings_are_refused_before_training() -> None:
    assert (
        "whole numbers from 1 on, such as 2,4,8, got '2,x'"
        in run("--layers", "2,x", status=2).output
    )
    assert "got '0'" in run("--layers", "0", status=2).output
    assert "must end in .png" in run("--plot", "depth.doc", status=1).output


def test_a_network_that_diverges_is_said_to() -> None:
    result = run("--layers", "2", "--epochs", "3", "--learning-rate", "1e30", status=1)
    assert "a smaller learning rate may help" in result.stderr
