"""What depth does to a GCN: what it sees, what reaches it, what it learns."""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch.func import functional_call

from gnnlab.data import NodeDataset, row_normalized
from gnnlab.evaluation import accuracy, dirichlet_energy, mean_average_distance, summary
from gnnlab.experiments.graph_tensors import GraphTensors
from gnnlab.experiments.node_scores import check_finite
from gnnlab.graphs import normalized_adjacency
from gnnlab.hops import hop_distribution, hops_to
from gnnlab.nn.models import DeepGCN
from gnnlab.training import Validation, Weights, fit, optimizer

TARGETS = 16  # test nodes whose gradients are followed back


@dataclass(frozen=True)
class DepthRecipe:
    """How a deep GCN is trained; the epoch is chosen by validation accuracy, ties by loss.

    ``weight_decay`` (L2) is that of convolutions, ``dense_decay`` that of GCNII's dense layers.
    ``patience`` ends a training after this many epochs that brought nothing better.
    """

    hidden_channels: int = 64
    dropout: float = 0.5
    learning_rate: float | None = None
    weight_decay: float = 5e-4
    dense_decay: float = 5e-4
    epochs: int = 200
    patience: int = 100
    optimizer: str = "adam"


def recipe_of(remedy: str) -> DepthRecipe:
    """Of Kipf and Welling (2017) with 64 channels; of GCNII its own for Cora (Chen et al. 2020)."""
    if remedy == "gcnii":
        return DepthRecipe(dropout=0.6, weight_decay=0.01, epochs=1500)
    return DepthRecipe()


def depth_row(
    dataset: NodeDataset,
    layers: int,
    remedy: str = "none",
    seeds: Iterable[int] = range(3),
    recipe: DepthRecipe | None = None,
    on_epoch: Callable[[], None] | None = None,
) -> dict[str, Any]:
    """One depth: accuracy, coverage, smoothness after each layer, gradients by hop distance.

    Args:
        dataset: graph, features, classes and split.
        layers: number of convolutions.
        remedy: see :class:`gnnlab.nn.models.DeepGCN`.
        seeds: which seeds to run.
        recipe: ``None`` is that of :func:`recipe_of`.
        on_epoch: called after each epoch of each seed.

    Returns:
        ``test_accuracy`` and ``validation_accuracy``, summaries over seeds; ``coverage``, the mean
        share of the graph in a node's receptive field; after each layer, means over seeds,
        ``dirichlet_energy``, that over the squared norm of the features
        (``relative_dirichlet_energy``) and ``mean_average_distance``; ``gradient_by_hop``, the mean
        norm of the gradient of a test node's log-probability of its class with respect to the
        features of a node that many hops away, over ``TARGETS`` test nodes and the seeds.
    """
    recipe = recipe or recipe_of(remedy)
    features = row_normalized(dataset.features)
    graph = GraphTensors.of(dataset.graph, features, dataset.labels)
    start = time.perf_counter()
    found = [_trained(dataset, graph, layers, remedy, seed, recipe, on_epoch) for seed in seeds]
    fields = hop_distribution(dataset.graph).receptive_field
    return {
        "layers": layers,
        "remedy": remedy,
        "test_accuracy": asdict(summary([each["test_accuracy"] for each in found])),
        "validation_accuracy": asdict(summary([each["validation_accuracy"] for each in found])),
        "coverage": fields[min(layers, len(fields)) - 1].mean
        if fields
        else 1 / dataset.graph.num_nodes,
        "dirichlet_energy": _means([each["dirichlet_energy"] for each in found]),
        "relative_dirichlet_energy": _means([each["relative_energy"] for each in found]),
        "mean_average_distance": _means([each["mean_average_distance"] for each in found]),
        "gradient_by_hop": _gradients_by_hop([each["gradients"] for each in found]),
        "recipe": asdict(recipe),
        "seconds": round(time.perf_counter() - start, 3),
    }


def _trained(
    dataset: NodeDataset,
    graph: GraphTensors,
    layers: int,
    remedy: str,
    seed: int,
    recipe: DepthRecipe,
    on_epoch: Callable[[], None] | None,
) -> dict[str, Any]:
    model = DeepGCN(
        dataset.features.shape[1],
        recipe.hidden_channels,
        len(dataset.classes),
        layers,
        remedy,
        recipe.dropout,
        torch.Generator().manual_seed(seed),
    )
    split = dataset.split
    train, validation = torch.from_numpy(split.train), torch.from_numpy(split.validation)

    def validate(weights: Sequence[Weights]) -> list[Validation]:
        found = []
        for each in weights:
            logits = functional_call(model, each, (graph.x, graph.a_hat))[validation]
            labels = graph.labels[validation]
            right = (logits.argmax(dim=1) == labels).double().mean()
            found.append(Validation(right, F.cross_entropy(logits, labels)))
        return found

    fit(
        model,
        optimizer(recipe.optimizer, _groups(model, recipe), recipe.learning_rate),
        loss=lambda: F.cross_entropy(model(graph.x, graph.a_hat)[train], graph.labels[train]),
        validate=validate,
        epochs=recipe.epochs,
        on_epoch=(lambda _: on_epoch()) if on_epoch else None,
        patience=recipe.patience,
    )
    with torch.no_grad():
        outputs = [out.numpy() for out in model.layers(graph.x, graph.a_hat)]
        logits = model(graph.x, graph.a_hat).numpy()
    check_finite(logits)
    classes = logits.argmax(axis=1)
    a_hat = normalized_adjacency(dataset.graph)

    def score(nodes: np.ndarray) -> float:
        return accuracy(classes[nodes], dataset.labels[nodes])

    return {
        "test_accuracy": score(split.test),
        "validation_accuracy": score(split.validation),
        "dirichlet_energy": [dirichlet_energy(out, a_hat) for out in outputs],
        "relative_energy": [_relative_energy(out, a_hat) for out in outputs],
        "mean_average_distance": [mean_average_distance(out) for out in outputs],
        "gradients": _gradients(dataset, graph, model),
    }


def _relative_energy(features: np.ndarray, a_hat: Any) -> float | None:
    square = float(np.square(features.astype(np.float64)).sum())
    return dirichlet_energy(features, a_hat) / square if square else None


def _groups(model: DeepGCN, recipe: DepthRecipe) -> list[dict[str, Any]]:
    """Weight decay: of GCNII all, else of the first convolution only, as Kipf and Welling."""
    convolutions = list(model.convolutions.parameters())
    if model.remedy == "gcnii":
        dense = [*model.first.parameters(), *model.last.parameters()]
        return [
            {"params": convolutions, "weight_decay": recipe.weight_decay},
            {"params": dense, "weight_decay": recipe.dense_decay},
        ]
    first = len(list(model.convolutions[0].parameters()))
    return [
        {"params": convolutions[:first], "weight_decay": recipe.weight_decay},
        {"params": convolutions[first:]},
    ]


def _gradients(
    dataset: NodeDataset, graph: GraphTensors, model: DeepGCN
) -> list[tuple[np.ndarray, np.ndarray]]:
    """Hops from each node to a target, and the norm of the gradient that reaches it; by target."""
    x = torch.from_numpy(row_normalized(dataset.features).toarray()).requires_grad_()
    log_probability = model(x, graph.a_hat).log_softmax(dim=1)
    found = []
    step = max(1, len(dataset.split.test) // TARGETS)
    for target in dataset.split.test[::step][:TARGETS].tolist():
        (slope,) = torch.autograd.grad(
            log_probability[target, dataset.labels[target]], x, retain_graph=True
        )
        hops = hops_to(dataset.graph, target)
        found.append((hops, slope.double().norm(dim=1).numpy()))
    return found


def _gradients_by_hop(
    seeds: Sequence[Sequence[tuple[np.ndarray, np.ndarray]]],
) -> dict[str, float]:
    hops = np.concatenate([hops for targets in seeds for hops, _ in targets])
    norms = np.concatenate([norms for targets in seeds for _, norms in targets])
    reached = np.isfinite(hops)
    place = hops[reached].astype(np.int64)
    total, count = np.bincount(place, weights=norms[reached]), np.bincount(place)
    return {str(hop): total[hop] / count[hop] for hop in range(len(count)) if count[hop]}


def _means(rows: Sequence[Sequence[float | None]]) -> list[float | None]:
    """The mean over seeds by layer, ``None`` where a seed has none."""
    return [
        None if any(value is None for value in column) else float(np.mean(column))
        for column in zip(*rows, strict=True)
    ]
