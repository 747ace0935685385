"""What ``gnnlab hops`` prints, refuses and survives."""

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from command_line import answer, gnnlab

from gnnlab.cli.hops import METHODS
from gnnlab.data import NodeDataset, load_graph
from gnnlab.graphs import Graph
from gnnlab.hops import choice


def served(monkeypatch: pytest.MonkeyPatch, graph: Graph) -> None:
    monkeypatch.setattr("gnnlab.data.load_graph", lambda _, directed: graph)


def test_the_methods_of_the_verb_are_those_of_the_room() -> None:
    assert METHODS == choice.METHODS


def test_layers_go_on_until_staying_makes_a_difference() -> None:
    layers = answer("hops", "--graph", "example6", "--from", "C", "--to", "E")["layers"]
    assert [layer["walks"] for layer in layers] == [0, 0, 0, 2, 4, 16]
    assert [layer["walks_with_self_loops"] for layer in layers] == [0, 0, 0, 2, 12, 56]


def test_a_far_pair_is_done_and_its_table_fits_a_screen() -> None:
    text = gnnlab("hops", "--graph", "chain:3000", "--from", "0", "--to", "2999").stdout
    assert "from 0 to 2999: 2,999 hops" in text
    assert "\n  ..." in text
    assert len(text.splitlines()) < 60


def test_a_node_sees_what_reaches_it_not_what_it_reaches() -> None:
    for source, reached, seen in (("2", [1], [1, 2, 3]), ("0", [1, 1, 1], [1])):
        found = answer("hops", "--graph", "chain:3", "--directed", "--from", source)
        assert list(found["nodes_by_hops"].values()) == reached
        assert [row["nodes"] for row in found["receptive_field"]] == seen


def test_hops_from_a_node_of_a_large_graph_are_all_there_and_the_table_is_short() -> None:
    found = answer("hops", "--graph", "chain:500", "--from", "0")
    assert found["hops"] == {str(node): node for node in range(500)}
    assert found["receptive_field_depth"] == 499
    assert len(found["receptive_field"]) == 65
    text = gnnlab("hops", "--graph", "chain:500", "--from", "0").stdout
    assert "what 0 sees, by layers (the first 64 of 499):" in text
    assert re.search(r"^ *499 +1 +499$", text, re.M)
    assert len(text.splitlines()) < 100


@pytest.mark.parametrize("nodes", [3, 300])
def test_without_a_connected_pair_there_is_no_diameter(
    nodes: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    served(monkeypatch, Graph(np.zeros((2, 0), int), nodes, name="apart"))
    found = answer("hops", "--graph", "apart", "--plot", "apart.png")
    assert (found["diameter"], found["mean_hops"], found["reachable_pairs"]) == (None, None, 0)
    assert Path("apart.png").stat().st_size > 1000


@pytest.mark.parametrize("nodes", [0, 1])
def test_an_empty_graph_and_one_node_are_said_in_words(
    nodes: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    served(monkeypatch, Graph(np.zeros((2, 0), int), nodes, name="tiny"))
    text = gnnlab("hops", "--graph", "tiny").stdout
    assert text.startswith(f"tiny: {nodes} node")
    assert "no node reaches another" in text
    assert gnnlab("hops", "--graph", "tiny", "--from", "7", status=1).stderr.startswith(
        "gnnlab: a node must"
    )


@pytest.mark.parametrize("method", ["auto", "exact", "sample", "sketch"])
def test_too_little_memory_is_said_in_a_line(method: str) -> None:
    arguments = ["--graph", "ba:3000,3,0", "--method", method, "--memory", "1e-7"]
    said = gnnlab("hops", *arguments, status=1).stderr.splitlines()[-1]
    assert re.search(r"memory must be at least 0\.\d+ GB for .*, got 1e-07 GB", said)


def test_auto_tells_before_what_it_chose_why_and_the_error_to_expect() -> None:
    said = gnnlab("hops", "--graph", "ba:9000,3,0", "--memory", "0.0025").stderr
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
    text = gnnlab("hops", *arguments).stdout
    assert f"from {source} to {target}" in text
    assert re.search(layers_text, text)
    assert re.search(layers_text, answer("hops", *arguments)["work"][-1])


def test_a_wrong_ending_is_refused_before_anything_is_counted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("gnnlab.data.load_graph", None)
    said = gnnlab("hops", "--graph", "example6", "--plot", "h.doc", status=1).stderr
    assert "must end in .png, .svg, .pdf, got h.doc" in said


def test_a_data_set_is_fetched_with_a_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    fetched = []
    monkeypatch.setattr(
        sys.modules["gnnlab.cli.data"],
        "fetch_with_progress",
        lambda card: fetched.append(card.name),
    )
    served(monkeypatch, load_graph("example6"))
    gnnlab("hops", "--graph", "example6")
    assert fetched == []
    gnnlab("hops", "--graph", "cora")
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
        try:
            assert process.stderr.readline() == b"at work\n"
            for _ in range(10):  # until kernels are compiled
                process.stderr.readline()
            process.send_signal(signal.SIGINT)
            sent = time.monotonic()
            process.communicate(timeout=60)
        finally:
            process.kill()  # else one that goes on would be waited for
    assert process.returncode in (-signal.SIGINT, 1)
    assert time.monotonic() - sent < 10 * (1 + os.getloadavg()[0])


def test_hops_of_a_pair() -> None:
    text = gnnlab("hops", "--graph", "example6", "--from", "C", "--to", "E").stdout
    assert "from C to E: 3 hops" in text
    assert "needs 3 layers" in text
    assert "C-B-A-E" in text
    assert "C-D-F-E" in text
    found = answer("hops", "--graph", "example6", "--from", "C", "--to", "E")
    layers = found.pop("layers")
    assert layers[3].pop("weight") == pytest.approx(1 / 24)
    assert layers[3] == {"layer": 3, "reached": ["E"], "walks": 2, "walks_with_self_loops": 2}
    assert found == {
        "graph": "example6",
        "nodes": 6,
        "edges": 8,
        "directed": False,
        "from": "C",
        "to": "E",
        "hops": 3,
        "layers_needed": 3,
        "path_count": 2,
        "paths": [["C", "B", "A", "E"], ["C", "D", "F", "E"]],
    }


def test_hops_of_a_graph() -> None:
    text = gnnlab("hops", "--graph", "example6").stdout
    assert "C            2 1 0 1 3 2" in text
    assert "eccentricity 2 2 3 2 3 2" in text
    assert "diameter 3, radius 2" in text
    found = answer("hops", "--graph", "example6")
    assert found["labels"] == list("ABCDEF")
    assert found["hop_matrix"][4] == [1, 2, 3, 2, 0, 1]
    assert (found["eccentricity"], found["diameter"], found["radius"]) == ([2, 2, 3, 2, 3, 2], 3, 2)


def test_hops_of_a_graph_tell_the_distribution() -> None:
    found = answer("hops", "--graph", "example6")
    assert found["pairs_by_hops"] == {"1": 16, "2": 12, "3": 2}
    assert found["effective_diameter_90"] == pytest.approx(1.917, abs=0.001)
    assert found["relative_error"] == 0
    assert {"method", "reachable_pairs", "mean_hops", "receptive_field", "seconds"} <= set(found)
    large = answer("hops", "--graph", "ba:3000,3,0")
    assert "hop_matrix" not in large
    result = gnnlab("hops", "--graph", "ba:3000,3,0", "--method", "sample", "--plot", "d.png")
    assert "95 % interval" in result.stderr
    assert "mean about" in result.stdout
    assert Path("d.png").stat().st_size > 1000


def test_hops_of_a_node() -> None:
    text = gnnlab("hops", "--graph", "example6", "--from", "C").stdout
    assert "what C sees, by layers:" in text
    found = answer("hops", "--graph", "example6", "--from", "C")
    assert found["hops"] == {"A": 2, "B": 1, "C": 0, "D": 1, "E": 3, "F": 2}
    assert [row["nodes"] for row in found["receptive_field"]] == [1, 3, 5, 6]
    one_way = answer("hops", "--graph", "chain:3", "--directed", "--from", "1")
    assert one_way["hops"] == {"0": None, "1": 0, "2": 1}
    assert [row["nodes"] for row in one_way["receptive_field"]] == [1, 2]


def test_show_work_writes_the_weight_out() -> None:
    arguments = ["hops", "--graph", "example6", "--from", "C", "--to", "E", "--show-work"]
    text = gnnlab(*arguments).stdout
    assert "C-B-A-E: 1/sqrt(3) x 1/4 x 1/4 x 1/sqrt(3) = 1/48" in text
    assert "sum: 1/24" in text
    assert any("1/24" in line for line in answer(*arguments)["work"])


def test_hops_of_a_data_set(cora: NodeDataset) -> None:
    found = answer("hops", "--graph", "cora")
    assert (found["nodes"], found["edges"]) == (2708, 5278)
    assert found["components"]["count"] == 78


def test_unreachable_is_null_and_said_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    import numpy as np

    from gnnlab.graphs import Graph

    apart = Graph(np.array([[0], [1]]), 3, labels=("A", "B", "C"), name="apart")
    monkeypatch.setattr("gnnlab.data.load_graph", lambda _, directed: apart)
    pair = answer("hops", "--graph", "apart", "--from", "A", "--to", "C")
    assert [pair[key] for key in ("hops", "layers_needed", "path_count", "paths")] == [
        None,
        None,
        0,
        [],
    ]
    whole = answer("hops", "--graph", "apart")
    assert whole["hop_matrix"][2] == [None, None, 0]
    assert whole["eccentricity"] == [None, None, None]
    assert whole["components"] == {"count": 2, "largest": 2}
    assert (whole["diameter"], whole["radius"]) == (1, None)
    said = gnnlab("hops", "--graph", "apart", "--from", "A", "--to", "C").stdout
    assert "no path from A to C" in said
    assert "- means that there is no path" in gnnlab("hops", "--graph", "apart").stdout


def test_a_plot_is_drawn() -> None:
    result = gnnlab("hops", "--graph", "example6", "--from", "C", "--to", "E", "--plot", "h.png")
    assert "drew h.png" in result.stderr
    assert Path("h.png").stat().st_size > 1000
