"""Run folders of node classification, read back."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch

from gnnlab.data import NodeDataset, Split, feature_scaling, load_nodes, read_dataset, split_named
from gnnlab.errors import DataError, RunError
from gnnlab.experiments.graph_tensors import GraphTensors
from gnnlab.experiments.node_classification import Recipe, model_of
from gnnlab.experiments.node_scores import Prediction, score, scores_of
from gnnlab.graphs import Graph
from gnnlab.nn.models import GCNStack
from gnnlab.training import read_run


@dataclass(frozen=True)
class Trained:
    """A run folder read back: its data, its networks, the split of each, how features scale."""

    dataset: NodeDataset
    model: GCNStack
    splits: Sequence[Split]
    scale: Callable[[Any], Any]
    dtype: torch.dtype

    def predict(self, graph: Graph | None = None, features: Any = None) -> list[Prediction]:
        """What each network makes of the run's graph, or of another with its features."""
        graph = graph or self.dataset.graph
        scaled = self.scale(self.dataset.features if features is None else features)
        labels = np.zeros(graph.num_nodes, np.int64)
        return GraphTensors.of(graph, scaled, labels, self.dtype).predict(self.model, self.splits)


def predict(
    path: str | Path, dataset: NodeDataset | None = None
) -> tuple[NodeDataset, list[Prediction]]:
    """The data set of a run folder, and what each of its networks predicts on it.

    Args:
        path: a run folder.
        dataset: what the run was trained on, where that is neither in the catalog nor in files.

    Raises:
        RunError: no whole run folder of ``train gcn``, or the data have changed since.
        DataError: the data cannot be had.
    """
    trained = restored(path, dataset)
    return trained.dataset, trained.predict()


def evaluate(path: str | Path, dataset: NodeDataset | None = None) -> dict[str, Any]:
    """The scores of a run folder, computed anew from its weights; arguments as :func:`predict`.

    Raises:
        RunError, DataError: see :func:`predict`.
    """
    start = time.perf_counter()
    dataset, predictions = predict(path, dataset)
    networks = [score(dataset, one) for one in predictions]
    return scores_of(dataset, networks, time.perf_counter() - start)


def largest_difference(path: str | Path, scores: Mapping[str, Any]) -> float:
    """By how much an accuracy of a seed differs at most from what the run folder recorded.

    Raises:
        RunError: no whole run folder, or one without scores.
    """
    recorded = read_run(path).scores
    try:
        return max(
            abs(before - now)
            for part in ("test_accuracy", "validation_accuracy")
            for before, now in zip(
                recorded[part]["per_seed"], scores[part]["per_seed"], strict=True
            )
        )
    except (KeyError, TypeError, ValueError) as error:
        raise RunError(f"{path} must hold scores of each seed in scores.json") from error


def answers(
    path: str | Path, graph: Graph | None = None, features: Any = None
) -> tuple[Graph, Sequence[str], np.ndarray, np.ndarray]:
    """What a run says of each node, of its own graph or of another with the same features.

    Args:
        path: a run folder.
        graph: another graph than the run's.
        features: of the nodes of that graph, [node, feature], scipy sparse.

    Returns:
        The graph; the names of the classes; probabilities, [node, class], each network's at the
        temperature that its validation nodes gave, mean over networks; and the hidden layer of the
        first network, [node, hidden].

    Raises:
        RunError, DataError: see :func:`predict`; or another number of features.
    """
    trained = restored(path)
    dataset = trained.dataset
    if features is not None and features.shape[1] != dataset.features.shape[1]:
        raise DataError(
            f"a node must have the run's {dataset.features.shape[1]} features, "
            f"got {features.shape[1]}"
        )
    own = trained.predict()
    found = own if graph is None else trained.predict(graph, features)
    chances = [
        one.probabilities(each.temperature(dataset.labels))
        for one, each in zip(found, own, strict=True)
    ]
    return graph or dataset.graph, dataset.classes, np.mean(chances, axis=0), found[0].hidden


def restored(path: str | Path, dataset: NodeDataset | None = None) -> Trained:
    """A run folder's networks and data; arguments as :func:`predict`.

    Raises:
        RunError, DataError: see :func:`predict`.
    """
    path = Path(path)
    run = read_run(path)
    try:
        expected = run.configuration["data"]
        recipe = Recipe(**run.configuration["recipe"])
        names = run.configuration["splits"]
        name, sha256, hashes = expected["dataset"], expected["sha256"], expected["splits"]
    except (KeyError, TypeError, ValueError) as error:
        raise RunError(
            f"{path / 'run.toml'} must be of a run of train gcn, got: {error}"
        ) from error
    if dataset is None:
        files = expected.get("files")
        dataset = read_dataset(**files) if files else load_nodes(name)
    if dataset.fingerprint != sha256:
        raise RunError(
            f"{path} was trained on {name} with sha256 {sha256[:12] or 'unknown'}, "
            f"got {dataset.fingerprint[:12] or 'unknown'}"
        )
    known = {split: split_named(dataset, split) for split in dict.fromkeys(names)}
    for split_name, split in known.items():
        if split.sha256 != hashes.get(split_name):
            raise RunError(f"{path} was trained on another split {split_name} than drawn now")
    splits = [known[split_name] for split_name in names]
    dtype = next(iter(run.weights.values())).dtype
    model = model_of(dataset, recipe, [torch.Generator() for _ in names]).to(dtype).eval()
    try:
        model.load_state_dict(run.weights)
    except (RuntimeError, TypeError) as error:
        raise RunError(
            f"{path / 'model.safetensors'} must hold weights of {len(names)} networks "
            f"that fit run.toml and {name}"
        ) from error
    scale = feature_scaling(recipe.scaling, dataset.features, splits[0].train)
    return Trained(dataset, model, splits, scale, dtype)
