"""Four optimisers on Cora: the rate of each chosen on validation nodes, then their learning curves.

    python benchmarks/accuracy/optimizers.py [--plot FILE]

Each rate of a grid, 10 seeds (0 to 9), public split, 200 epochs; the rate with the best mean
validation accuracy of the chosen epochs is kept, and its test accuracy printed.
"""

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from gnnlab.data import load
from gnnlab.experiments.node_classification import Recipe, train_gcn
from gnnlab.reports.figures import new_figure, save

GRID = {
    "sgd": (0.3, 1.0, 3.0, 10.0),
    "momentum": (0.03, 0.1, 0.3, 1.0),
    "rmsprop": (0.001, 0.003, 0.01, 0.03),
    "adam": (0.003, 0.01, 0.03, 0.1),
}
COLORS = {"sgd": "#9aa5b1", "momentum": "#edae49", "rmsprop": "#00798c", "adam": "#d1495b"}


def curve(history: Sequence[Mapping[str, Any]], column: str) -> np.ndarray:
    """The mean over seeds by epoch."""
    epochs = max(row["epoch"] for row in history)
    values = [row[column] for row in history]
    return np.array(values).reshape(-1, epochs).mean(axis=0)


def draw(histories: Mapping[str, Sequence[Mapping[str, Any]]]) -> Figure:
    figure = new_figure(8, 3.2)
    left, right = figure.subplots(1, 2)
    for name, history in histories.items():
        for axes, column in ((left, "train_loss"), (right, "validation_accuracy")):
            values = curve(history, column)
            axes.plot(
                np.arange(1, len(values) + 1), values, color=COLORS[name.split()[0]], label=name
            )
    left.set_ylabel("training loss")
    right.set_ylabel("validation accuracy")
    figure.legend(*right.get_legend_handles_labels(), loc="outside right center", frameon=False)
    for axes in (left, right):
        axes.set_xlabel("epoch")
        axes.grid(alpha=0.3)
    return figure


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--plot", type=Path, metavar="FILE")
    arguments = parser.parse_args()
    dataset = load("cora")
    histories = {}
    for name, rates in GRID.items():
        runs = {
            rate: train_gcn(dataset, range(10), Recipe(optimizer=name, learning_rate=rate))
            for rate in rates
        }
        for rate, run in runs.items():
            validation = run.scores["validation_accuracy"]["mean"]
            print(f"{name:<9} rate {rate:<6} validation {validation:.4f}")
        best = max(runs, key=lambda rate: runs[rate].scores["validation_accuracy"]["mean"])
        test = runs[best].scores["test_accuracy"]
        print(f"{name:<9} chosen {best}: test {test['mean']:.4f} +- {test['std']:.4f}", flush=True)
        histories[f"{name}, {best}"] = runs[best].history
    if arguments.plot:
        save(
            draw({name.replace(",", ""): each for name, each in histories.items()}), arguments.plot
        )


if __name__ == "__main__":
    main()
