"""Node classification with the GCN of Kipf and Welling (2017), over several seeds."""

import platform
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import scipy
import torch
import torch.nn.functional as F
import torch_geometric
from jaxtyping import Float, Int
from torch import Tensor

import gnnlab
from gnnlab.data import NodeDataset, load, row_normalized
from gnnlab.errors import RunError
from gnnlab.evaluation import accuracy, summary
from gnnlab.nn import SparseMatrix
from gnnlab.nn.models import GCN
from gnnlab.training import Epoch, Fit, Run, Validation, fit, read_run


@dataclass(frozen=True)
class Recipe:
    """How Kipf and Welling (2017, section 5.2) train, with 200 epochs and no early stop.

    Features are scaled to rows that sum to 1; Adam; ``weight_decay`` (L2) on the first layer only.
    The epoch is chosen by validation accuracy, ties by validation loss.
    """

    hidden_channels: int = 16
    dropout: float = 0.5
    learning_rate: float = 0.01
    weight_decay: float = 5e-4
    epochs: int = 200


@dataclass(frozen=True)
class Prediction:
    """What one seed's network makes of the graph."""

    hidden: Float[np.ndarray, "node hidden"]
    classes: Int[np.ndarray, " node"]


def train_gcn(
    dataset: NodeDataset,
    seeds: Iterable[int] = range(10),
    recipe: Recipe | None = None,
    on_epoch: Callable[[Epoch], None] | None = None,
) -> Run:
    """Train one network a seed and score each, at its chosen epoch, once on the test nodes.

    A seed has a generator of its own: its network does not depend on which other seeds run. An
    interrupt (Ctrl-C) ends the training; the seeds that are finished are returned, if any.

    Args:
        dataset: graph, features, classes and split.
        seeds: which seeds to run.
        recipe: sizes, rates and number of epochs; ``None`` is Kipf and Welling's.
        on_epoch: called after each epoch of each seed.

    Returns:
        A run; ``scores["seeds"]`` is the number of seeds that finished.

    Raises:
        KeyboardInterrupt: before the first seed was finished.
        ValueError: no seed.
    """
    seeds = [int(seed) for seed in seeds]
    if not seeds:
        raise ValueError("training needs at least 1 seed, got none")
    recipe = recipe or Recipe()
    graph = _GraphTensors.of(dataset)
    done: dict[int, tuple[Fit, Prediction]] = {}
    start = time.perf_counter()
    try:
        for seed in seeds:
            done[seed] = _train_seed(dataset, graph, seed, recipe, on_epoch)
    except KeyboardInterrupt:
        if not done:
            raise
    seconds = time.perf_counter() - start
    fits = {seed: fit for seed, (fit, _) in done.items()}
    names = next(iter(fits.values())).weights
    return Run(
        configuration=_configuration(dataset, recipe, list(done)),
        weights={name: torch.stack([fit.weights[name] for fit in fits.values()]) for name in names},
        history=[
            {
                "seed": seed,
                "epoch": epoch.epoch,
                "train_loss": epoch.train_loss,
                "validation_loss": epoch.validation.loss,
                "validation_accuracy": epoch.validation.score,
                "chosen": int(epoch is fit.best),
            }
            for seed, fit in fits.items()
            for epoch in fit.history
        ],
        scores=_scores(dataset, [prediction for _, prediction in done.values()], seconds),
    )


def _train_seed(
    dataset: NodeDataset,
    graph: "_GraphTensors",
    seed: int,
    recipe: Recipe,
    on_epoch: Callable[[Epoch], None] | None,
) -> tuple[Fit, Prediction]:
    model = _model(dataset, recipe, torch.Generator().manual_seed(seed))
    optimizer = torch.optim.Adam(
        [
            {"params": model.conv1.parameters(), "weight_decay": recipe.weight_decay},
            {"params": model.conv2.parameters()},
        ],
        lr=recipe.learning_rate,
    )
    result = fit(
        model,
        optimizer,
        loss=lambda: graph.loss(model, dataset.split.train),
        validate=lambda: graph.validate(model, dataset.split.validation),
        epochs=recipe.epochs,
        on_epoch=on_epoch,
    )
    return result, graph.predict(model)


def predict(
    path: str | Path, dataset: NodeDataset | None = None
) -> tuple[NodeDataset, list[Prediction]]:
    """The data set of a run folder, and what the network of each seed predicts on it.

    Args:
        path: a run folder.
        dataset: what the run was trained on, where that is not in the catalog.

    Raises:
        RunError: no whole run folder of :func:`train_gcn`, or the data have changed since.
        DataError: the data cannot be had.
    """
    dataset, models = _restored(Path(path), dataset)
    graph = _GraphTensors.of(dataset)
    return dataset, [graph.predict(model) for model in models]


def evaluate(path: str | Path, dataset: NodeDataset | None = None) -> dict[str, Any]:
    """The scores of a run folder, computed anew from its weights; arguments as :func:`predict`.

    Raises:
        RunError, DataError: see :func:`predict`.
    """
    dataset, models = _restored(Path(path), dataset)
    graph = _GraphTensors.of(dataset)
    start = time.perf_counter()
    predictions = [graph.predict(model) for model in models]
    return _scores(dataset, predictions, time.perf_counter() - start)


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


def _restored(path: Path, dataset: NodeDataset | None) -> tuple[NodeDataset, list[GCN]]:
    run = read_run(path)
    try:
        expected = run.configuration["data"]
        recipe = Recipe(**run.configuration["recipe"])
        num_seeds = len(run.configuration["seeds"])
        name, sha256 = expected["dataset"], expected["sha256"]
    except (KeyError, TypeError) as error:
        raise RunError(
            f"{path / 'run.toml'} must be of a run of train gcn, got: {error}"
        ) from error
    dataset = dataset or load(name)
    if dataset.sha256 != sha256:
        raise RunError(
            f"{path} was trained on {name} with sha256 {sha256[:12] or 'unknown'}, "
            f"got {dataset.sha256[:12] or 'unknown'}"
        )
    models = []
    for index in range(num_seeds):
        try:
            model = _model(dataset, recipe).eval()
            model.load_state_dict({name: stack[index] for name, stack in run.weights.items()})
        except (IndexError, RuntimeError, TypeError) as error:
            raise RunError(
                f"{path / 'model.safetensors'} must hold weights of {num_seeds} seeds "
                f"that fit run.toml and {name}"
            ) from error
        models.append(model)
    return dataset, models


@dataclass(frozen=True, eq=False)
class _GraphTensors:
    """A data set as tensors, and what is computed from them at each epoch."""

    x: SparseMatrix
    edge_index: Tensor
    edge_weight: Tensor | None
    labels: Tensor

    @classmethod
    def of(cls, dataset: NodeDataset) -> "_GraphTensors":
        features = row_normalized(dataset.features).astype(np.float32)
        edge_index, weight = dataset.graph.arcs()
        return cls(
            SparseMatrix.from_scipy(features),
            torch.from_numpy(edge_index),
            None if weight is None else torch.from_numpy(weight).float(),
            torch.from_numpy(dataset.labels),
        )

    def loss(self, model: GCN, nodes: np.ndarray) -> Tensor:
        logits = model(self.x, self.edge_index, self.edge_weight)
        return F.cross_entropy(logits[nodes], self.labels[nodes])

    @torch.no_grad()
    def validate(self, model: GCN, nodes: np.ndarray) -> Validation:
        logits = model(self.x, self.edge_index, self.edge_weight)[nodes]
        labels = self.labels[nodes]
        right = int((logits.argmax(dim=1) == labels).sum())
        return Validation(right / len(nodes), F.cross_entropy(logits, labels).item())

    @torch.no_grad()
    def predict(self, model: GCN) -> Prediction:
        hidden = model.hidden(self.x, self.edge_index, self.edge_weight)
        logits = model(self.x, self.edge_index, self.edge_weight)
        return Prediction(hidden.numpy(), logits.argmax(dim=1).numpy())


def _model(dataset: NodeDataset, recipe: Recipe, generator: torch.Generator | None = None) -> GCN:
    return GCN(
        dataset.features.shape[1],
        recipe.hidden_channels,
        len(dataset.classes),
        recipe.dropout,
        generator,
    )


def _scores(
    dataset: NodeDataset, predictions: Sequence[Prediction], seconds: float
) -> dict[str, Any]:
    def scored(nodes: np.ndarray) -> dict[str, Any]:
        truth = dataset.labels[nodes]
        return asdict(summary([accuracy(one.classes[nodes], truth) for one in predictions]))

    return {
        "dataset": dataset.name,
        "split": dataset.split.name,
        "model": "gcn",
        "seeds": len(predictions),
        "test_accuracy": scored(dataset.split.test),
        "validation_accuracy": scored(dataset.split.validation),
        "seconds": round(seconds, 3),
        "data_sha256": dataset.sha256,
    }


def _configuration(dataset: NodeDataset, recipe: Recipe, seeds: list[int]) -> dict[str, Any]:
    return {
        "verb": "train gcn",
        "seeds": seeds,
        "data": {
            "dataset": dataset.name,
            "split": dataset.split.name,
            "sha256": dataset.sha256,
        },
        "recipe": asdict(recipe),
        "versions": {
            "gnnlab": gnnlab.__version__,
            "python": platform.python_version(),
            "torch": torch.__version__,
            "torch_geometric": torch_geometric.__version__,
            "numpy": np.__version__,
            "scipy": scipy.__version__,
        },
        "threads": torch.get_num_threads(),
    }
