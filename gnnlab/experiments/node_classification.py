"""Node classification with the GCN of Kipf and Welling (2017), over several seeds and splits."""

import platform
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from itertools import product
from typing import Any, NamedTuple

import numpy as np
import scipy
import torch
import torch_geometric
from torch import Tensor

import gnnlab
from gnnlab.data import NodeDataset, Split, feature_scaling
from gnnlab.experiments.graph_tensors import GraphTensors
from gnnlab.experiments.node_scores import NetworkScores, score, scores_of
from gnnlab.nn import SparseMatrix
from gnnlab.nn.models import GCNStack
from gnnlab.training import OPTIMIZERS, Epoch, Fit, Run, fit, optimizer

MOST_TOGETHER = 16  # networks trained, or epochs of fewer validated; more gain nothing
MEMORY = 1e9  # bytes that the networks trained together may take, beside the graph


@dataclass(frozen=True)
class Recipe:
    """How Kipf and Welling (2017, section 5.2) train, with 200 epochs and no early stop.

    ``weight_decay`` (L2) is on the first layer only. The epoch is chosen by validation accuracy,
    ties by validation loss. ``class_weight`` "balanced" weighs a class by n_train / (classes x its
    training nodes), "none" weighs all nodes alike. For ``scaling`` see
    :func:`gnnlab.data.feature_scaling`, for ``optimizer`` and ``learning_rate``
    :func:`gnnlab.training.optimizer`.
    """

    hidden_channels: int = 16
    dropout: float = 0.5
    learning_rate: float | None = None
    weight_decay: float = 5e-4
    epochs: int = 200
    optimizer: str = "adam"
    class_weight: str = "none"
    scaling: str = "rows"

    def __post_init__(self) -> None:
        if self.class_weight not in ("none", "balanced"):
            raise ValueError(f"class_weight must be none or balanced, got {self.class_weight!r}")
        if self.optimizer not in OPTIMIZERS:
            raise ValueError(
                f"optimizer must be one of {', '.join(OPTIMIZERS)}, got {self.optimizer!r}"
            )


class Member(NamedTuple):
    """One network of a run: the split that it is trained on, and its seed."""

    split: Split
    seed: int


def train_gcn(
    dataset: NodeDataset,
    seeds: Iterable[int] = range(10),
    recipe: Recipe | None = None,
    on_epoch: Callable[[Epoch], None] | None = None,
    *,
    splits: Sequence[Split] | None = None,
    together: int | None = None,
    dtype: torch.dtype = torch.float32,
) -> Run:
    """Train one network a seed and split; score each, at its chosen epoch, once on its test part.

    Networks of a split train side by side, as many as fit into ``MEMORY``, on the receptive field
    of its training nodes: all that their loss depends on. A seed has a generator of its own:
    its network does not depend on which others run. An interrupt (Ctrl-C) ends the training; the
    networks that are finished are returned, if any.

    Args:
        dataset: graph, features, classes and split.
        seeds: which seeds to run.
        recipe: sizes, rates and number of epochs; ``None`` is Kipf and Welling's.
        on_epoch: called for each epoch of the networks that train together, once it is validated:
            of few networks several epochs at a time.
        splits: instead of the data set's own.
        together: how many networks train side by side; ``None`` chooses.
        dtype: of weights and features, float32 or float64.

    Returns:
        A run; ``scores["seeds"]`` is the number of networks that finished.

    Raises:
        KeyboardInterrupt: before the first network was finished.
        ValueError: no seed or no split.
    """
    seeds = [int(seed) for seed in seeds]
    if not seeds:
        raise ValueError("training needs at least 1 seed, got none")
    splits = [dataset.split] if splits is None else list(splits)
    if not splits:
        raise ValueError("training needs at least 1 split, got none")
    recipe = recipe or Recipe()
    scale = feature_scaling(recipe.scaling, dataset.features, splits[0].train)
    graph = GraphTensors.of(dataset.graph, scale(dataset.features), dataset.labels, dtype)
    together = together or _how_many_together(graph, recipe, len(dataset.classes))
    members = [Member(split, seed) for split in splits for seed in seeds]
    done: list[tuple[Fit, list[NetworkScores]]] = []
    start = time.perf_counter()
    try:
        for split, first in product(splits, range(0, len(seeds), together)):
            batch = seeds[first : first + together]
            done.append(_train_together(dataset, graph, split, batch, recipe, together, on_epoch))
    except KeyboardInterrupt:
        if not done:
            raise
    seconds = time.perf_counter() - start
    scores = [network for _, batch in done for network in batch]
    members = members[: len(scores)]
    names = done[0][0].weights
    return Run(
        configuration=_configuration(dataset, recipe, members),
        weights={name: torch.cat([fit.weights[name] for fit, _ in done]) for name in names},
        history=_history(members, [fit for fit, _ in done]),
        scores=scores_of(dataset, scores, seconds),
    )


def _train_together(
    dataset: NodeDataset,
    graph: GraphTensors,
    split: Split,
    seeds: Sequence[int],
    recipe: Recipe,
    together: int,
    on_epoch: Callable[[Epoch], None] | None,
) -> tuple[Fit, list[NetworkScores]]:
    generators = [torch.Generator().manual_seed(seed) for seed in seeds]
    model = model_of(dataset, recipe, generators).to(graph.dtype)
    train, validation = graph.field(split.train), graph.field(split.validation)
    weight = _weights_of_nodes(train.labels, recipe).to(graph.dtype)
    result = fit(
        model,
        optimizer(
            recipe.optimizer,
            [
                {"params": model.conv1.parameters(), "weight_decay": recipe.weight_decay},
                {"params": model.conv2.parameters()},
            ],
            recipe.learning_rate,
        ),
        loss=lambda: train.cross_entropy(model) @ weight,
        validate=lambda weights: validation.validate(model, weights),
        epochs=recipe.epochs,
        on_epoch=on_epoch,
        validate_together=max(1, together // len(seeds)),
    )
    predictions = graph.predict(model, [split] * len(seeds))
    return result, [score(dataset, prediction) for prediction in predictions]


def _weights_of_nodes(labels: Tensor, recipe: Recipe) -> Tensor:
    """How much each training node counts, [node]; the sum is 1."""
    weight = torch.ones(len(labels), dtype=torch.float64)
    if recipe.class_weight == "balanced":
        weight /= labels.bincount()[labels]
    return weight / weight.sum()


def model_of(
    dataset: NodeDataset, recipe: Recipe, generators: Sequence[torch.Generator]
) -> GCNStack:
    """Networks for a data set, one a generator."""
    return GCNStack(
        dataset.features.shape[1],
        recipe.hidden_channels,
        len(dataset.classes),
        recipe.dropout,
        generators,
    )


def _how_many_together(graph: GraphTensors, recipe: Recipe, num_classes: int) -> int:
    """As many networks as fit into memory: what is kept of a step until its backward pass."""
    nodes, channels = graph.x.shape
    stored = 3 * len(graph.x.values) if isinstance(graph.x, SparseMatrix) else nodes * channels
    hidden = recipe.hidden_channels * (8 * nodes + 6 * channels)
    each = graph.dtype.itemsize * (2 * stored + hidden + 6 * nodes * num_classes)
    return min(MOST_TOGETHER, max(1, int(MEMORY / each)))


def _history(members: Sequence[Member], fits: Sequence[Fit]) -> list[dict[str, Any]]:
    rows = []
    place = 0
    for each in fits:
        train = torch.stack([epoch.train_loss for epoch in each.history])
        losses = torch.stack([epoch.validation.loss for epoch in each.history])
        scores = torch.stack([epoch.validation.score for epoch in each.history])
        for network, chosen in enumerate(each.chosen.tolist()):
            columns = (column[:, network].tolist() for column in (train, losses, scores))
            rows += [
                {
                    "network": place,
                    "seed": members[place].seed,
                    "epoch": epoch,
                    "train_loss": train_loss,
                    "validation_loss": loss,
                    "validation_accuracy": score,
                    "chosen": int(epoch == chosen),
                }
                for epoch, (train_loss, loss, score) in enumerate(zip(*columns, strict=True), 1)
            ]
            place += 1
    return rows


def _configuration(
    dataset: NodeDataset, recipe: Recipe, members: Sequence[Member]
) -> dict[str, Any]:
    return {
        "verb": "train gcn",
        "seeds": [member.seed for member in members],
        "splits": [member.split.name for member in members],
        "data": {
            "dataset": dataset.name,
            "sha256": dataset.fingerprint,
            **({"files": dict(dataset.files)} if dataset.files else {}),
            "splits": {member.split.name: member.split.sha256 for member in members},
        },
        "recipe": {key: value for key, value in asdict(recipe).items() if value is not None},
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
