"""Figures of a run of node classification."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from gnnlab.data import NodeDataset
from gnnlab.evaluation import confusion_matrix, expected_calibration_error, reliability
from gnnlab.experiments.node_runs import predict
from gnnlab.experiments.node_scores import Prediction
from gnnlab.reports.figures import PALETTE, new_figure, save
from gnnlab.reports.words import counted
from gnnlab.training import read_run


def draw_run(path: Path, dataset: NodeDataset | None = None) -> None:
    """Draw the figures of a run folder of ``gnnlab train gcn`` into its ``figures/``.

    Args:
        path: a run folder.
        dataset: what the run was trained on, where that is not in the catalog.

    Raises:
        RunError, DataError: the run folder or its data cannot be read.
    """
    run = read_run(path)
    dataset, predictions = predict(path, dataset)
    figures = {
        "curves.png": learning_curves(run.history),
        "confusion.png": confusion(dataset, predictions),
        "reliability.png": reliability_diagram(dataset, predictions),
        "hidden.png": hidden_layer(dataset, predictions[0]),
    }
    for name, figure in figures.items():
        save(figure, path / "figures" / name)


def learning_curves(history: Sequence[Mapping[str, Any]]) -> Figure:
    """Losses and validation accuracy by epoch: each seed thin, their mean thick."""
    figure = new_figure(8, 3.4)
    left, right = figure.subplots(1, 2)
    for axes, column, color, name in (
        (left, "train_loss", "#00798c", "training, with dropout"),
        (left, "validation_loss", "#d1495b", "validation"),
        (right, "validation_accuracy", "#d1495b", "validation"),
    ):
        curves = _by_network(history, column)
        epochs = np.arange(1, curves.shape[1] + 1)
        axes.plot(epochs, curves.T, color=color, alpha=0.25, linewidth=0.7)
        axes.plot(epochs, curves.mean(axis=0), color=color, linewidth=2, label=name)
        axes.set_xlabel("epoch")
        axes.grid(alpha=0.3)
    left.set_ylabel("cross-entropy")
    right.set_ylabel("accuracy")
    chosen = [row["epoch"] for row in history if row["chosen"]]
    best = [row["validation_accuracy"] for row in history if row["chosen"]]
    right.plot(chosen, best, "o", color="black", markersize=4, label="chosen epoch of a seed")
    left.legend()
    right.legend()
    return figure


def confusion(dataset: NodeDataset, predictions: Sequence[Prediction]) -> Figure:
    """Which test nodes are taken for which class, in percent of the true class, all seeds."""
    test = predictions[0].split.test
    counts = sum(
        confusion_matrix(
            one.classes[one.split.test], dataset.labels[one.split.test], len(dataset.classes)
        )
        for one in predictions
    )
    shares = 100 * counts / np.maximum(np.sum(counts, axis=1, keepdims=True), 1)
    figure = new_figure(6.4, 5.2)
    axes = figure.add_subplot()
    axes.imshow(shares, cmap="Blues", vmin=0, vmax=100)
    for row, column in np.ndindex(shares.shape):
        axes.text(
            column,
            row,
            f"{shares[row, column]:.0f}",
            ha="center",
            va="center",
            color="white" if shares[row, column] > 50 else "black",
        )
    ticks = range(len(dataset.classes))
    axes.set_xticks(ticks, dataset.classes, rotation=40, ha="right")
    axes.set_yticks(ticks, dataset.classes)
    axes.set_xlabel("predicted")
    axes.set_ylabel("true")
    axes.set_title(
        f"{dataset.name}: percent of each true class\n"
        f"({counted(len(test), 'test node')}, {counted(len(predictions), 'network')})"
    )
    return figure


def reliability_diagram(dataset: NodeDataset, predictions: Sequence[Prediction]) -> Figure:
    """Accuracy against confidence on test nodes, before and after temperature scaling.

    Bars are all networks together; below the diagonal a network is surer than it should be.
    """
    figure = new_figure(8, 3.8)
    for axes, scaled in zip(figure.subplots(1, 2, sharey=True), (False, True), strict=True):
        probabilities, truth = [], []
        for one in predictions:
            test = one.split.test
            scale = one.temperature(dataset.labels) if scaled else 1.0
            probabilities.append(one.probabilities(scale)[test])
            truth.append(dataset.labels[test])
        both = np.concatenate(probabilities), np.concatenate(truth)
        confidence, accuracy, count = reliability(*both)
        width = 1 / len(count)
        place = width * (np.arange(len(count)) + 0.5)
        axes.bar(place, accuracy, width=0.9 * width, color="#00798c", label="accuracy")
        axes.plot(confidence, confidence, "o", color="#d1495b", markersize=4, label="confidence")
        axes.axline((0, 0), slope=1, color="#d1495b", linewidth=1)
        axes.set_title(
            f"{'after' if scaled else 'before'} temperature scaling\n"
            f"calibration error of all {100 * expected_calibration_error(*both):.1f} %"
        )
        axes.set_xlabel("probability of the predicted class")
        axes.set_xlim(0, 1)
        axes.grid(alpha=0.3)
    figure.axes[0].set_ylabel("share that is right")
    names = figure.axes[0].get_legend_handles_labels()
    figure.legend(*names, loc="outside lower center", ncols=2, frameon=False)
    return figure


def hidden_layer(dataset: NodeDataset, prediction: Prediction) -> Figure:
    """The hidden layer of the test nodes in two dimensions by t-SNE (van der Maaten 2008).

    Colours are the true classes; a node that the network gets wrong is a cross. Distances between
    groups mean little in t-SNE, neighbourhoods do. Fewer than 4 nodes, and a layer in which all are
    alike, lie on one point.
    """
    from sklearn.manifold import TSNE

    test = prediction.split.test
    hidden = prediction.hidden[test]
    if len(test) < 4 or np.ptp(hidden, axis=0).max() == 0:  # nothing that t-SNE could spread out
        place = np.zeros((len(test), 2))
    else:
        perplexity = min(30.0, (len(test) - 1) / 3)
        start = "pca" if hidden.shape[1] > 1 else "random"
        place = TSNE(perplexity=perplexity, init=start, random_state=0).fit_transform(hidden)
    figure = new_figure(7.2, 5)
    axes = figure.add_subplot()
    right = prediction.classes[test] == dataset.labels[test]
    for number, name in enumerate(dataset.classes):
        of_class = dataset.labels[test] == number
        for shown, marker, label in ((right, "o", name), (~right, "x", None)):
            x, y = place[of_class & shown].T
            axes.scatter(
                x, y, s=14, color=PALETTE[number % len(PALETTE)], marker=marker, label=label
            )
    axes.scatter([], [], color="black", marker="x", label="predicted wrongly")
    axes.set_xticks([])
    axes.set_yticks([])
    axes.set_title(f"{dataset.name}: hidden layer of the test nodes (t-SNE), one seed")
    figure.legend(loc="outside right center", frameon=False)
    return figure


def _by_network(history: Sequence[Mapping[str, Any]], column: str) -> np.ndarray:
    """One column of the history, [network, epoch]."""
    curves: dict[int, list[float]] = {}
    for row in history:
        curves.setdefault(row["network"], []).append(row[column])
    return np.array(list(curves.values()))
