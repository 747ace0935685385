import re
import subprocess
import sys

import pytest
from click.testing import CliRunner
from command_line import gnnlab

from gnnlab.cli import main


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["hops", "--graph", "nothing"], "a file or one of example6, .*cora, .*got 'nothing'"),
        (["hops", "--graph", "nothing.csv"], "nothing.csv does not exist"),
        (["hops", "--graph", "grid:x"], "given like grid:5x4"),
        (["hops", "--graph", "."], "must be a file or a folder that ends in .csr"),
        (
            [
                "hops",
                "--graph",
                "karate",
                "--from",
                "0",
                "--to",
                "33",
                "--show-work",
                "--plot",
                "x",
            ],
            "a figure must end in",
        ),
        (["graph", "convert", "karate", "k.txt"], "written as .csr"),
        (["graph", "describe", "nothing"], "got 'nothing'"),
        (["hops", "--graph", "example6", "--from", "X", "--to", "E"], "6 labels, got 'X'"),
        (["hops", "--graph", "example6", "--plot", "h.doc"], "must end in .png"),
        (["hops", "--graph", "example6", "--plot", "no/h.png"], "folder that exists, got no"),
        (["hops", "--graph", "nothing", "--plot", "/proc/h.png"], "h.png cannot be written: No"),
        (["predict", "nowhere", "--embeddings", "no/e.npy"], "embeddings needs a folder that exi"),
        (["predict", "nowhere", "--embeddings", "."], "must be a file, got the folder ."),
        (["train", "gcn", "--dataset", "nothing"], "got 'nothing'"),
        (["train", "gcn", "--dataset", "example6"], "got 'example6'"),
        (["train", "gcn", "--dataset", "karate", "--out", "."], "does not exist yet, got ."),
        (["train", "gcn", "--dataset", "karate", "--out", "/proc/x"], "/proc/x cannot be made"),
        (["evaluate", "nowhere"], "must hold run.toml, got nowhere"),
        (["data", "show", "nothing"], "got 'nothing'"),
        (["data", "get", "pubmed"], "no pinned sha256"),
        (["data", "verify", "pubmed"], "cannot be verified: .*no pinned sha256"),
    ],
)
def test_an_error_is_one_line_on_stderr_and_a_traceback_only_with_debug(arguments, said) -> None:
    result = gnnlab(*arguments, status=1)
    assert result.stdout == ""
    *_, line = result.stderr.splitlines()
    assert line.startswith("gnnlab: ")
    assert re.search(said, line)
    debugged = CliRunner().invoke(main, [*arguments, "--debug"])
    assert debugged.exception is not None
    assert not isinstance(debugged.exception, SystemExit)


@pytest.mark.parametrize(
    "arguments",
    [
        ["hops"],
        ["hops", "--graph", "example6", "--to", "C"],
        ["hops", "--graph", "example6", "--show-work"],
        ["hops", "--graph", "example6", "--method", "guess"],
        ["hops", "--graph", "example6", "--from", "C", "--method", "sketch"],
        ["hops", "--graph", "example6", "--memory", "0"],
        ["nothing"],
        ["train", "gcn", "--dataset", "karate", "--seeds", "0"],
        ["train", "gcn", "--dataset", "karate", "--epochs", "many"],
        ["train", "gcn", "--dataset", "karate", "--learning-rate", "nan"],
        ["hops", "--graph", "example6", "--memory", "inf"],
        ["evaluate"],
    ],
)
def test_wrong_usage_exits_with_2(arguments: list[str]) -> None:
    assert "Usage:" in gnnlab(*arguments, status=2).stderr


def test_a_table_is_whole_where_there_is_no_terminal() -> None:
    from gnnlab.data import cards

    lines = gnnlab("data", "list").stdout.splitlines()
    assert [line.split()[0] for line in lines[1:]] == [card.name for card in cards()]
    assert all(card.title in line for card, line in zip(cards(), lines[1:], strict=True))


def run_python(code: str, *arguments: str) -> str:
    return subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=True
    ).stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ["--help"],
        ["hops", "--graph", "example6"],
        ["hops", "--graph", "example6", "--from", "C", "--to", "E"],
    ],
)
def test_light_verbs_load_neither_torch_nor_pyg(arguments: list[str]) -> None:
    code = (
        "import sys\n"
        "from gnnlab.cli import main\n"
        "main(sys.argv[1:], standalone_mode=False)\n"
        "heavy = {'torch', 'torch_geometric', 'sklearn', 'matplotlib', 'networkx', 'numba'}\n"
        "print('loaded', heavy & set(sys.modules))\n"
    )
    assert run_python(code, *arguments).endswith("loaded set()\n")
    assert run_python("import sys, gnnlab; print('torch' in sys.modules)") == "False\n"


def test_output_that_nobody_reads_ends_quietly() -> None:
    command = f"{sys.executable} -m gnnlab hops --graph karate | head -n 1"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True)
    assert done.stdout.startswith("karate: 34 nodes")
    assert done.stderr == ""
