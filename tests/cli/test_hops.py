"""What ``gnnlab hops`` prints, refuses and survives."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

from gnnlab.cli import main
from gnnlab.cli.hops import METHODS
from gnnlab.data import load_graph
from gnnlab.graphs import Graph
from gnnlab.hops import choice


@pytest.fixture(autouse=True)
def in_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def gnnlab(*arguments: str, status: int = 0) -> Result:
    result = CliRunner().invoke(main, ["hops", *arguments])
    assert result.exit_code == status, result.output
    return result


def answer(*arguments: str) -> dict:
    return json.loads(gnnlab(*arguments, "--json").stdout)


def served(monkeypatch: pytest.MonkeyPatch, graph: Graph) -> None:
    monkeypatch.setattr("gnnlab.data.load_graph", lambda _, directed: graph)


def test_the_methods_of_the_verb_are_those_of_the_room() -> None:
    assert METHODS == choice.METHODS


def test_layers_go_on_until_staying_makes_a_difference() -> None:
    layers = answer("--graph", "example6", "--from", "C", "--to", "E")["layers"]
    assert [layer["walks"] for layer in layers] == [0, 0, 0, 2, 4, 16]
    assert [layer["walks_with_self_loops"] for layer in layers] == [0, 0, 0, 2, 12, 56]


def test_a_far_pair_is_done_and_its_table_fits_a_screen() -> None:
    text = gnnlab("--graph", "chain:3000", "--from", "0", "--to", "2999").stdout
    assert "from 0 to 2999: 2,999 hops" in text
    assert "\n  ..." in text
    assert len(text.splitlines()) < 60


def test_a_node_sees_what_reaches_it_not_what_it_reaches() -> None:
    for source, reached, seen in (("2", [1], [1, 2, 3]), ("0", [1, 1, 1], [1])):
        found = answer("--graph", "chain:3", "--directed", "--from", source)
        assert list(found["nodes_by_hops"].values()) == reached
        assert [row["nodes"] for row in found["receptive_field"]] == seen


def test_hops_from_a_node_of_a_large_graph_are_all_there_and_the_table_is_short() -> None:
    found = answer("--graph", "chain:500", "--from", "0")
    assert found["hops"] == {str(node): node for node in range(500)}
    assert found["receptive_field_depth"] == 499
    assert len(found["receptive_field"]) == 65
    text = gnnlab("--graph", "chain:500", "--from", "0").stdout
    assert "what 0 sees, by layers (the first 64 of 499):" in text
    assert re.search(r"^ *499 +1 +499$", text, re.M)
    assert len(text.splitlines()) < 100


@pytest.mark.parametrize("nodes", [3, 300])
def test_without_a_connected_pair_there_is_no_diameter(
    nodes: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    served(monkeypatch, Graph(np.zeros((2, 0), int), nodes, name="apart"))
    found = answer("--graph", "apart", "--plot", "apart.png")
    assert (found["diameter"], found["mean_hops"], found["reachable_pairs"]) == (None, None, 0)
    assert Path("apart.png").stat().st_size > 1000


@pytest.mark.parametrize("nodes", [0, 1])
def test_an_empty_graph_and_one_node_are_said_in_words(
    nodes: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    served(monkeypatch, Graph(np.zeros((2, 0), int), nodes, name="tiny"))
    text = gnnlab("--graph", "tiny").stdout
    assert text.startswith(f"tiny: {nodes} node")
    assert "no node reaches another" in text
    assert gnnlab("--graph", "tiny", "--from", "7", status=1).stderr.startswith(
        "gnnlab: a node must"
    )


@pytest.mark.parametrize("method", ["auto", "exact", "sample", "sketch"])
def test_too_little_memory_is_said_in_a_line(method: str) -> None:
    arguments = ["--graph", "ba:3000,3,0", "--method", method, "--memory", "1e-7"]
    said = gnnlab(*arguments, status=1).stderr.splitlines()[-1]
    assert re.search(r"memory must be at least 0\.\d+ GB for .*, got 1e-07 GB", said)


def test_auto_tells_before_what_it_chose_why_and_the_error_to_expect() -> None:
    said = gnnlab("--graph", "ba:9000,3,0", "--memory", "0.0025").stderr
    assert re.search(r"^method sample: all pairs of 9,000 nodes .* right to about 2 %$", said, re.M)
    assert "(95 % interval)" in said


@pytest.mark.parametrize(
    ("graph", "target", "layers_text"),
    [
        ("grid:6x6", "35", "more than 50 walks"),
        ("weighted.csv", "c", "graphs without weights"),
        ("apart.csv", "c", r"\(A_hat\^k\)\[c, a\] is 0 for every k"),
    ],
)
def test_work_that_cannot_be_shown_keeps_the_answer(
    graph: str, target: str, layers_text: str
) -> None:
    Path("weighted.csv").write_text("source,target,weight\na,b,2\nb,c,0.5\n")
    Path("apart.csv").write_text("a,b\nc,d\n")
    source = "0" if graph.startswith("grid") else "a"
    arguments = ["--graph", graph, "--from", source, "--to", target, "--show-work"]
    text = gnnlab(*arguments).stdout
    assert f"from {source} to {target}" in text
    assert re.search(layers_text, text)
    assert re.search(layers_text, answer(*arguments)["work"][-1])


def test_a_wrong_ending_is_refused_before_anything_is_counted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("gnnlab.data.load_graph", None)
    said = gnnlab("--graph", "example6", "--plot", "h.doc", status=1).stderr
    assert "must end in .png, .svg, .pdf, got h.doc" in said


def test_a_data_set_is_fetched_with_a_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    fetched = []
    monkeypatch.setattr(
        sys.modules["gnnlab.cli.data"],
        "fetch_with_progress",
        lambda card: fetched.append(card.name),
    )
    served(monkeypatch, load_graph("example6"))
    gnnlab("--graph", "example6")
    assert fetched == []
    gnnlab("--graph", "cora")
    assert fetched == ["cora"]


@pytest.mark.parametrize("pair", [(), ("--from", "C", "--to", "E")], ids=["graph", "pair"])
def test_a_small_graph_needs_neither_numba_nor_scipy(pair: tuple[str, ...]) -> None:
    code = (
        "import sys\n"
        "from gnnlab.cli import main\n"
        "main(sys.argv[1:], standalone_mode=False)\n"
        "print('loaded', {'numba', 'scipy', 'torch', 'matplotlib'} & set(sys.modules))\n"
    )
    command = [sys.executable, "-c", code, "hops", "--graph", "example6", *pair]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.endswith("loaded set()\n")


@pytest.mark.parametrize("method", ["exact", "sample", "sketch"])
def test_an_interrupt_ends_the_process(method: str) -> None:
    # Long enough to be still at it; the messages come when the kernels start.
    code = (
        "import sys, gnnlab.hops as hops\n"
        "from gnnlab.graphs import grid\n"
        "graph = grid(1000, 300)\n"
        "def tell(share):\n"
        "    print('at work', file=sys.stderr, flush=True)\n"
        f"hops.hop_distribution(graph, {method!r}, progress=tell)\n"
    )
    with subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.PIPE) as process:
        assert process.stderr.readline() == b"at work\n"
        for _ in range(10):  # until kernels are compiled
            process.stderr.readline()
        process.send_signal(signal.SIGINT)
        sent = time.monotonic()
        process.communicate(timeout=60)
    assert process.returncode in (-signal.SIGINT, 1)
    assert time.monotonic() - sent < 10 * (1 + os.getloadavg()[0])
