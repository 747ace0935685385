import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import oracles
import pytest
import torch

from gnnlab.data import NodeDataset, Split, load, random_split, row_normalized
from gnnlab.errors import DataError, RunError
from gnnlab.experiments.node_classification import Recipe, train_gcn
from gnnlab.experiments.node_runs import evaluate, largest_difference, predict
from gnnlab.graphs import Graph
from gnnlab.nn import dropout
from gnnlab.nn.models import GCN
from gnnlab.training import LEARNING_RATES, Run, write_run

SHORT = Recipe(epochs=5)


@pytest.fixture(scope="module")
def karate() -> NodeDataset:
    return load("karate")


@pytest.fixture
def run(karate: NodeDataset, tmp_path: Path) -> Path:
    write_run(tmp_path / "run", train_gcn(karate, seeds=[3, 5], recipe=SHORT))
    return tmp_path / "run"


def test_a_seed_gives_the_same_network_whoever_runs_beside_it(karate: NodeDataset) -> None:
    together = train_gcn(karate, seeds=range(5), recipe=SHORT, together=3, dtype=torch.float64)
    torch.manual_seed(99)
    for seed in range(5):
        alone = train_gcn(karate, seeds=[seed], recipe=SHORT, dtype=torch.float64)
        for name, stack in together.weights.items():
            torch.testing.assert_close(stack[seed], alone.weights[name][0], rtol=0, atol=1e-8)
            assert torch.is_nonzero((stack[seed] != stack[seed - 1]).any()) or "bias" in name


def test_splits_train_one_after_another_and_are_drawn_again(
    karate: NodeDataset, tmp_path: Path
) -> None:
    splits = [random_split(karate, seed, train=2, validation=4) for seed in range(3)]
    run = train_gcn(karate, [0, 1], SHORT, splits=splits, dtype=torch.float64)
    assert run.configuration["splits"] == [split.name for split in splits for _ in range(2)]
    assert run.configuration["seeds"] == [0, 1] * 3
    assert run.configuration["data"]["splits"][splits[1].name] == splits[1].sha256
    alone = train_gcn(karate, [1], SHORT, splits=splits[2:], dtype=torch.float64)
    for name, stack in run.weights.items():
        torch.testing.assert_close(stack[5], alone.weights[name][0], rtol=0, atol=1e-8)
    write_run(tmp_path / "run", train_gcn(karate, [0, 1], SHORT, splits=splits))
    assert largest_difference(tmp_path / "run", evaluate(tmp_path / "run")) == 0
    with pytest.raises(ValueError, match="at least 1 split"):
        train_gcn(karate, [0], SHORT, splits=[])


def test_balanced_weights_count_each_class_alike(karate: NodeDataset) -> None:
    """One step of SGD on the biases of the last layer: their gradient is softmax minus truth."""
    split = Split("uneven", np.array([0, 1, 2, 33]), np.array([4, 32]), np.array([5, 31]))
    recipe = Recipe(epochs=1, optimizer="sgd", dropout=0, class_weight="balanced")
    run = train_gcn(karate, [0], recipe, splits=[split], dtype=torch.float64)
    draws = torch.Generator().manual_seed(0)
    model = GCN(34, 16, 2, 0, draws).double()
    # weights were drawn in float32
    edge_index = torch.from_numpy(karate.graph.arcs()[0])
    logits = model(torch.eye(34, dtype=torch.float64), edge_index)[split.train]
    labels = karate.labels[split.train]
    share = np.where(labels == labels[3], 1 / 2, 1 / 6)
    slope = (logits.softmax(dim=1).detach().numpy() - np.eye(2)[labels]) * share[:, None]
    expected = -LEARNING_RATES["sgd"] * slope.sum(axis=0)
    np.testing.assert_allclose(run.weights["conv2.bias"][0], expected, atol=1e-9)


def test_predictions_are_those_of_the_formula(karate: NodeDataset, run: Path) -> None:
    from safetensors.torch import load_file

    weights = {name: w.double().numpy() for name, w in load_file(run / "model.safetensors").items()}
    a_hat, x = oracles.a_hat(karate.graph), row_normalized(karate.features).toarray()
    for seed, prediction in enumerate(predict(run)[1]):
        w0, w1 = weights["conv1.lin.weight"][seed].T, weights["conv2.lin.weight"][seed].T
        b0, b1 = weights["conv1.bias"][seed], weights["conv2.bias"][seed]
        hidden = np.maximum(a_hat @ x @ w0 + b0, 0)
        np.testing.assert_allclose(prediction.hidden, hidden, atol=1e-5)
        assert (prediction.classes == (a_hat @ hidden @ w1 + b1).argmax(axis=1)).all()


def test_training_is_the_recipe_written_out_densely(karate: NodeDataset) -> None:
    """Glorot, dropout on input and hidden, Adam, decay on the first layer, from the same draws."""
    recipe = Recipe(epochs=4)
    run = train_gcn(karate, seeds=[7], recipe=recipe)

    draws = torch.Generator().manual_seed(7)
    nodes, features, classes = 34, 34, 2
    bound = [(6 / (i + o)) ** 0.5 for i, o in ((features, 16), (16, classes))]
    w0 = torch.empty(16, features).uniform_(-bound[0], bound[0], generator=draws)
    w1 = torch.empty(classes, 16).uniform_(-bound[1], bound[1], generator=draws)
    b0, b1 = torch.zeros(16), torch.zeros(classes)
    parameters = [w.requires_grad_() for w in (w0, b0, w1, b1)]
    optimizer = torch.optim.Adam(
        [{"params": [w0, b0], "weight_decay": 5e-4}, {"params": [w1, b1]}], lr=0.01
    )
    a_hat = torch.from_numpy(oracles.a_hat(karate.graph)).float()
    # draws are for what the loss depends on, the nodes within one and two hops
    within_1 = a_hat[karate.split.train].any(dim=0)
    within_2 = a_hat[within_1].any(dim=0)
    labels, train = torch.from_numpy(karate.labels), karate.split.train
    snapshots = []
    for _ in range(recipe.epochs):
        # features are the identity: what is stored of them is the diagonal
        x, kept = torch.zeros(nodes), torch.zeros(nodes, 16)
        x[within_2] = dropout(torch.ones(int(within_2.sum())), 0.5, generator=draws)
        kept[within_1] = dropout(torch.ones(int(within_1.sum()), 16), 0.5, generator=draws)
        hidden = (a_hat @ torch.diag(x) @ w0.t() + b0).relu() * kept
        logits = a_hat @ hidden @ w1.t() + b1
        optimizer.zero_grad()
        torch.nn.functional.cross_entropy(logits[train], labels[train]).backward()
        optimizer.step()
        snapshots.append([w.detach().clone() for w in parameters])

    (chosen,) = (row["epoch"] for row in run.history if row["chosen"])
    names = ("conv1.lin.weight", "conv1.bias", "conv2.lin.weight", "conv2.bias")
    for name, expected in zip(names, snapshots[chosen - 1], strict=True):
        torch.testing.assert_close(run.weights[name][0], expected, rtol=1e-4, atol=1e-5)
    assert Recipe() == Recipe(16, 0.5, None, 5e-4, 200, "adam", "none", "rows")
    assert LEARNING_RATES["adam"] == 0.01


def test_float64_runs_are_read_back_as_such(karate: NodeDataset, tmp_path: Path) -> None:
    write_run(tmp_path / "run", train_gcn(karate, [0], SHORT, dtype=torch.float64))
    assert predict(tmp_path / "run")[1][0].logits.dtype == np.float64


def test_a_network_that_diverges_is_said_to(karate: NodeDataset) -> None:
    recipe = Recipe(epochs=3, optimizer="sgd", learning_rate=1e38)
    with pytest.raises(RunError, match="a smaller learning rate may help"):
        train_gcn(karate, [0], recipe)


def test_settings_that_are_none_are_refused() -> None:
    with pytest.raises(ValueError, match="none or balanced, got 'fair'"):
        Recipe(class_weight="fair")
    with pytest.raises(ValueError, match="one of adam, sgd, momentum, rmsprop, got 'lion'"):
        Recipe(optimizer="lion")
    with pytest.raises(ValueError, match="one of rows, standard, none, got 'log'"):
        train_gcn(load("karate"), [0], Recipe(scaling="log"))


def test_another_split_under_the_same_name_is_refused(run: Path) -> None:
    text = (run / "run.toml").read_text()
    (run / "run.toml").write_text(text.replace('first-2-per-class = "', 'first-2-per-class = "0'))
    with pytest.raises(RunError, match="another split first-2-per-class than drawn now"):
        evaluate(run)


def test_no_seed_is_refused(karate: NodeDataset) -> None:
    with pytest.raises(ValueError, match="at least 1 seed"):
        train_gcn(karate, seeds=[])


def test_a_run_folder_scores_the_same_again(run: Path) -> None:
    recorded = json.loads((run / "scores.json").read_text())
    again = json.loads(json.dumps(evaluate(run)))
    assert largest_difference(run, again) == 0
    recorded.pop("seconds"), again.pop("seconds")
    assert again == recorded
    assert list(recorded) == [
        "dataset",
        "split",
        "model",
        "seeds",
        "test_accuracy",
        "validation_accuracy",
        "macro_f1",
        "recall_by_class",
        "calibration",
        "data_sha256",
    ]
    assert recorded["seeds"] == len(recorded["test_accuracy"]["per_seed"]) == 2


def test_the_run_says_all_that_a_repetition_needs(karate: NodeDataset) -> None:
    run = train_gcn(karate, seeds=[3], recipe=SHORT)
    assert Recipe(**run.configuration["recipe"]) == SHORT
    assert run.configuration["seeds"] == [3]
    assert run.configuration["data"] == {
        "dataset": "karate",
        "sha256": karate.sha256,
        "splits": {"first-2-per-class": karate.split.sha256},
    }
    assert set(run.configuration["versions"]) >= {"gnnlab", "torch", "torch_geometric", "numpy"}
    assert [row["epoch"] for row in run.history] == [1, 2, 3, 4, 5]
    chosen = [row for row in run.history if row["chosen"]]
    assert len(chosen) == 1
    assert chosen[0]["validation_accuracy"] == run.scores["validation_accuracy"]["mean"]


def test_a_graph_of_ones_own_is_trained_and_scored_again(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    graph = Graph.from_edges([("Ann", "Bob"), ("Bob", "Cleo"), ("Cleo", "Dan"), ("Dan", "Eve")])
    mine = NodeDataset(
        "friends",
        graph,
        features=rng.random((5, 3)),
        labels=np.array([0, 1, 0, 1, 0]),
        classes=("tea", "coffee"),
        split=Split("mine", np.array([0, 1]), np.array([2]), np.array([3, 4])),
    )
    write_run(tmp_path / "run", train_gcn(mine, [0, 1], SHORT))
    assert largest_difference(tmp_path / "run", evaluate(tmp_path / "run", mine)) == 0
    with pytest.raises(DataError, match="got 'friends'"):
        evaluate(tmp_path / "run")
    other = replace(mine, features=rng.random((5, 3)))
    with pytest.raises(RunError, match="was trained on friends with sha256"):
        evaluate(tmp_path / "run", other)


def test_an_interrupt_keeps_the_seeds_that_are_finished(karate: NodeDataset) -> None:
    calls = 0

    def interrupt(_: object) -> None:
        nonlocal calls
        calls += 1
        if calls > 12:
            raise KeyboardInterrupt

    run = train_gcn(karate, seeds=range(10), recipe=SHORT, on_epoch=interrupt, together=1)
    assert run.scores["seeds"] == 2
    assert run.configuration["seeds"] == [0, 1]
    with pytest.raises(KeyboardInterrupt):
        train_gcn(karate, recipe=SHORT, on_epoch=interrupt)


def test_a_run_on_other_data_or_of_another_kind_is_refused(run: Path) -> None:
    text = (run / "run.toml").read_text()
    (run / "run.toml").write_text(text.replace('sha256 = "', 'sha256 = "0'))
    with pytest.raises(RunError, match="was trained on karate with sha256 0"):
        evaluate(run)
    (run / "run.toml").write_text('verb = "other"')
    with pytest.raises(RunError, match="must be of a run of train gcn"):
        evaluate(run)
    (run / "run.toml").write_text(text)
    (run / "scores.json").write_text("{}")
    with pytest.raises(RunError, match="must hold scores of each seed"):
        largest_difference(run, evaluate(run))
    (run / "run.toml").write_text(text.replace("splits = [", 'splits = ["first-2-per-class",'))
    with pytest.raises(RunError, match="must hold weights of 3 networks"):
        evaluate(run)


def test_cora_reaches_the_published_range(cora: NodeDataset) -> None:
    """Two seeds only, to be quick; the README's figure is of ten."""
    run: Run = train_gcn(cora, seeds=[0, 1])
    assert 0.795 < run.scores["test_accuracy"]["mean"] < 0.835
