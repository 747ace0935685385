"""A graph of one's own from files to predictions and explanations."""

import csv
import io
import json
from pathlib import Path

import numpy as np
import pytest
from command_line import gnnlab


@pytest.fixture
def files() -> list[str]:
    """Two groups of 12 that mostly know their own; weights say how well."""
    draws = np.random.default_rng(0)
    group = {f"n{number}": number % 2 for number in range(24)}
    edges = [
        f"{one},{other},{2.0 if group[one] == group[other] else 0.5}"
        for one in group
        for other in group
        if one < other and draws.random() < (0.4 if group[one] == group[other] else 0.05)
    ]
    Path("edges.csv").write_text("source,target,weight\n" + "\n".join(edges) + "\n")
    rows = (
        f"{name},{100 * draws.random()},{side + draws.random()}" for name, side in group.items()
    )
    Path("features.csv").write_text("\n".join(rows) + "\n")
    Path("labels.csv").write_text(
        "\n".join(f"{name},{('red', 'blue')[side]}" for name, side in group.items()) + "\n"
    )
    return ["--graph", "edges.csv", "--features", "features.csv", "--labels", "labels.csv"]


@pytest.fixture
def run(files: list[str]) -> str:
    sizes = ["--train-per-class", "3", "--validation-per-class", "3"]
    gnnlab("train", "gcn", *files, *sizes, "--seeds", "2", "--epochs", "60", "--out", "run")
    return "run"


def test_it_trains_is_scored_again_and_answers_for_each_node(run: str) -> None:
    scores = json.loads(gnnlab("evaluate", run, "--json").stdout)
    assert scores["test_accuracy"]["mean"] > 0.8
    rows = list(csv.DictReader(io.StringIO(gnnlab("predict", run).stdout)))
    assert {row["node"] for row in rows} == {f"n{number}" for number in range(24)}
    side = {f"n{number}": ("red", "blue")[number % 2] for number in range(24)}
    assert np.mean([row["class"] == side[row["node"]] for row in rows]) > 0.8
    assert all(0.5 <= float(row["probability"]) <= 1 for row in rows)


def test_it_answers_on_a_graph_that_it_has_not_seen(run: str) -> None:
    Path("new.csv").write_text("x,y\ny,z\n")
    Path("new-features.csv").write_text("x,50,1.6\ny,50,1.5\nz,40,1.7\n")
    answer = gnnlab(
        *("predict", run, "--graph", "new.csv", "--features", "new-features.csv"),
        *("--embeddings", "out.npy", "--json"),
    )
    found = json.loads(answer.stdout)["predictions"]
    assert [(row["node"], row["class"]) for row in found] == [(node, "blue") for node in "xyz"]
    assert np.load("out.npy").shape == (3, 16)
    Path("new-features.csv").write_text("x,1\ny,1\nz,1\n")
    said = gnnlab("predict", run, "--graph", "new.csv", "--features", "new-features.csv", status=1)
    assert "must have the run's 2 features, got 1" in said.stderr
    assert "go together" in gnnlab("predict", run, "--graph", "new.csv", status=2).stderr


def test_an_explanation_names_what_the_layers_can_bring(run: str) -> None:
    found = json.loads(gnnlab("explain", run, "--node", "n3", "--plot", "why.png", "--json").stdout)
    assert found["predicted"] in ("red", "blue")
    assert found["actual"] == "blue"
    targets = {"n3"} | {edge["source"] for edge in found["edges"] if edge["target"] == "n3"}
    assert {edge["target"] for edge in found["edges"]} == targets  # two layers: two hops
    assert all(0 <= edge["importance"] <= 1 for edge in found["edges"])
    assert {row["feature"] for row in found["features"]} <= {0, 1}
    assert Path("why.png").stat().st_size > 10_000
    again = json.loads(gnnlab("explain", run, "--node", "n3", "--json").stdout)
    assert again == found
    assert "network 0 takes n3 for" in gnnlab("explain", run, "--node", "n3").stdout
    assert "closest: n3" in gnnlab("explain", run, "--node", "N3", status=1).stderr
    wrong = gnnlab("explain", run, "--node", "n3", "--network", "2", status=1).stderr
    assert "a network of run must be between 0 and 1, got 2" in wrong


def test_directed_edges_and_several_components_train_too(files: list[str]) -> None:
    Path("edges.csv").write_text("source,target\n" + "".join(f"n{i},n{i + 2}\n" for i in range(22)))
    sizes = ["--train-per-class", "3", "--validation-per-class", "3"]
    out = ["--directed", "--seeds", "1", "--epochs", "40", "--out", "one-way"]
    gnnlab("train", "gcn", *files, *sizes, *out)
    scores = json.loads(gnnlab("evaluate", "one-way", "--json").stdout)
    assert scores["test_accuracy"]["mean"] > 0.7
    assert "directed = true" in Path("one-way/run.toml").read_text()
    # information flows one way: the first node of a chain hears nobody
    found = json.loads(gnnlab("explain", "one-way", "--node", "n0", "--json").stdout)
    assert found["edges"] == []
    text = gnnlab("explain", "one-way", "--node", "n2").stdout
    assert "\nmost important of 1 arc within 2 hops:\n" in text


def test_files_that_moved_are_named(run: str) -> None:
    Path("labels.csv").rename("elsewhere.csv")
    assert "labels.csv cannot be read" in gnnlab("evaluate", run, status=1).stderr


def test_too_few_nodes_for_a_split_are_said_with_the_options_that_help(files: list[str]) -> None:
    said = gnnlab("train", "gcn", *files, status=1).stderr
    assert "more than 20 + 30 nodes of each class, got 12 of blue" in said
    assert "fewer are drawn with --train-per-class and --validation-per-class" in said
    Path("labels.csv").write_text("n0,red,train\nn1,blue,train\nn2,red,validation\n")
    said = gnnlab("train", "gcn", *files, status=1).stderr
    assert said == "gnnlab: labels.csv must have a line of part test, got none\n"


def test_half_a_data_set_is_wrong_usage(files: list[str]) -> None:
    for arguments in (files[:4], [*files, "--dataset", "karate"], []):
        said = gnnlab("train", "gcn", *arguments, status=2).stderr
        assert "give --dataset, or --graph, --features and --labels together" in said
    train = ["train", "gcn", "--dataset", "karate"]
    assert "is for --graph" in gnnlab(*train, "--directed", status=2).stderr
    assert "need --split random" in gnnlab(*train, "--train-per-class", "3", status=2).stderr
    assert "is for --graph" in gnnlab("predict", "run", "--directed", status=2).stderr
