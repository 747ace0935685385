import json
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gnnlab.cli import main
from gnnlab.data import NodeDataset, load

KEYS = [
    "dataset",
    "split",
    "model",
    "seeds",
    "test_accuracy",
    "validation_accuracy",
    "macro_f1",
    "recall_by_class",
    "calibration",
    "seconds",
    "data_sha256",
]


@pytest.fixture(autouse=True)
def in_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def without_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, no_retries: None) -> None:
    monkeypatch.setenv("GNNLAB_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("GNNLAB_DATA_MIRROR", str(tmp_path / "nowhere"))
    for proxy in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.setenv(proxy, "http://127.0.0.1:9")


def gnnlab(*arguments: str, status: int = 0) -> Result:
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == status, result.output
    return result


def answer(*arguments: str) -> dict:
    return json.loads(gnnlab(*arguments, "--json").stdout)


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


def test_a_file_goes_through_describe_convert_and_hops() -> None:
    Path("e.csv").write_text("source,target\nAnn,Bob\nBob,Ann\nBob,Bob\nBob,Cleo\n")
    described = answer("graph", "describe", "e.csv")
    assert (described["edges"], described["self_loops"], described["duplicate_edges"]) == (3, 1, 1)
    result = gnnlab("hops", "--graph", "e.csv", "--from", "Ann", "--to", "Cleo")
    assert "1 self-loop kept" in result.stderr
    assert "1 duplicate edge merged" in result.stderr
    gnnlab("graph", "convert", "e.csv", "e.csr")
    assert answer("hops", "--graph", "e.csr", "--from", "Ann", "--to", "Cleo")["hops"] == 2
    assert "components" in gnnlab("graph", "describe", "e.csr").stdout


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


def test_train_and_evaluate_agree() -> None:
    arguments = ["--dataset", "karate", "--seeds", "2", "--epochs", "20", "--out", "run"]
    trained = answer("train", "gcn", *arguments)
    assert list(trained) == [*KEYS, "run"]
    assert trained["seeds"] == 2
    assert trained["run"] == "run"
    assert {path.name for path in Path("run/figures").iterdir()} == {
        "curves.png",
        "confusion.png",
        "hidden.png",
        "reliability.png",
    }
    evaluated = answer("evaluate", "run")
    assert list(evaluated) == KEYS
    assert evaluated["test_accuracy"] == trained["test_accuracy"]
    result = gnnlab("evaluate", "run")
    assert "the same numbers as in scores.json" in result.stderr
    assert f"{100 * trained['test_accuracy']['mean']:.2f} %" in result.stdout


def test_random_splits_optimisers_and_class_weights_are_settings_of_a_run() -> None:
    run = ["train", "gcn", "--dataset", "karate", "--seeds", "2", "--epochs", "5", "--out"]
    random = ["--split", "random", "--splits", "3", "--train-per-class", "2"]
    size = ["--validation-per-class", "4"]
    trained = answer(*run, "run", *random, *size, "--class-weight", "balanced")
    assert trained["seeds"] == 6
    assert trained["split"] == "3 random splits"
    assert answer("evaluate", "run")["test_accuracy"] == trained["test_accuracy"]
    histories = set()
    for name in ("adam", "sgd", "momentum", "rmsprop"):
        answer(*run, name, "--optimizer", name)
        assert f'optimizer = "{name}"' in Path(name, "run.toml").read_text()
        histories.add(Path(name, "history.csv").read_text())
    assert len(histories) == 4
    said = gnnlab(*run, "other", "--split", "random", status=1).stderr
    assert "more than 20 + 30 nodes of each class, got 17 of Mr. Hi" in said
    assert "need --split random" in gnnlab(*run, "other", "--splits", "3", status=2).stderr


def test_without_out_a_run_gets_a_folder_of_its_own() -> None:
    gnnlab("train", "gcn", "--dataset", "karate", "--seeds", "1", "--epochs", "2")
    (run,) = Path("runs").iterdir()
    assert run.name.startswith("gcn-karate-20")
    assert (run / "run.toml").is_file()


def test_data_list_show_get_verify() -> None:
    listed = {one["name"]: one["state"] for one in answer("data", "list")["datasets"]}
    assert listed["pubmed"] == "refused"
    assert listed["example6"] == listed["karate"] == "built in"
    assert "Kipf, Welling" in gnnlab("data", "show", "cora").stdout
    assert "5,278" in gnnlab("data", "show", "cora").stdout
    (folder,) = gnnlab("data", "get", "example6").stdout.split()
    assert (Path(folder) / "edges.csv").is_file()
    assert answer("data", "verify", "example6")["intact"] is True
    assert "it comes with networkx" in gnnlab("data", "get", "karate").stderr
    assert answer("data", "verify", "karate")["files"] == {"karate of networkx": "intact"}
    assert answer("data", "show", "karate")["folder"] is None
    assert "no pinned sha256" in gnnlab("data", "show", "pubmed").stdout
    assert "None" not in gnnlab("data", "show", "pubmed").stdout


def test_verify_fails_where_files_are_missing(without_data: None) -> None:
    result = gnnlab("data", "verify", "cora", status=1)
    assert "ind.cora.allx" in result.stdout
    assert "gnnlab data get cora" in result.stderr


def test_get_says_which_sources_failed(without_data: None) -> None:
    said = gnnlab("data", "get", "cora", status=1).stderr
    assert "nowhere/planetoid/ does not have it" in said
    assert "could not be reached" in said


def test_the_demo_never_fails_for_want_of_a_network(without_data: None) -> None:
    found = answer("demo", "--out", "out")
    assert found["gcn"]["run"] == "out/gcn-karate"
    assert found["hops"] == "out/hops-example6.png"
    assert Path("out/hops-example6.png").is_file()
    assert Path("out/gcn-karate/figures/hidden.png").is_file()
    result = gnnlab("demo", "--out", "out")  # replaces what it made before
    assert "training on networkx's karate club instead" in result.stderr
    assert "C-B-A-E" in result.stdout


def test_an_interrupted_demo_exits_with_130(monkeypatch: pytest.MonkeyPatch) -> None:
    scores = answer("train", "gcn", "--dataset", "karate", "--seeds", "1", "--epochs", "1")
    demo = sys.modules["gnnlab.cli.demo"]
    monkeypatch.setattr(demo, "_dataset", lambda: load("karate"))
    monkeypatch.setattr(demo, "train_into", lambda *_, **__: scores)  # 1 seed of 3
    monkeypatch.setattr(demo, "draw", lambda _: None)
    gnnlab("demo", "--out", "out", status=130)


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


def interrupted_training(*arguments: str, after: float) -> tuple[int, str]:
    """Exit status and messages of a training that gets Ctrl-C ``after`` seconds of work."""
    command = [sys.executable, "-m", "gnnlab", "train", "gcn", "--dataset", "karate", *arguments]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        said = process.stderr.readline()
        assert said.startswith("training ")
        time.sleep(after)
        process.send_signal(signal.SIGINT)
        _, rest = process.communicate(timeout=60)
    return process.returncode, rest


def test_an_interrupted_training_saves_the_seeds_that_are_finished() -> None:
    status, said = interrupted_training(
        "--seeds", "100000", "--epochs", "20", "--out", "run", after=4
    )
    assert status == 130
    assert "of 100000 networks that were finished" in said
    assert "Traceback" not in said
    assert answer("evaluate", "run")["seeds"] >= 1


def test_a_training_interrupted_in_its_first_seed_says_that_nothing_was_saved() -> None:
    status, said = interrupted_training("--epochs", "1000000", "--out", "run", after=1)
    assert status == 130
    assert "nothing was saved" in said
    assert not Path("run").exists()
