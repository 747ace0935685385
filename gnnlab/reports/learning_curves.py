"""How a network learned, epoch after epoch, as a picture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from gnnlab.reports.figures import new_figure

TRAINING, VALIDATION = "#00798c", "#d1495b"


def draw_learning_curves(history: Sequence[Mapping[str, Any]]) -> Figure:
    """The training loss, and the error over the validation part with its least value marked.

    Args:
        history: rows with ``epoch``, ``loss`` and ``validation``; at least one.
    """
    figure = new_figure(8, 3.2)
    epochs = [row["epoch"] for row in history]
    for axes, column, color, label in zip(
        figure.subplots(1, 2),
        ("loss", "validation"),
        (TRAINING, VALIDATION),
        ("loss in training, with dropout", "error in validation"),
        strict=True,
    ):
        axes.plot(epochs, [row[column] for row in history], color=color, marker=".")
        axes.set_title(label, fontsize=10, loc="left")
        axes.set_xlabel("epoch")
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.grid(alpha=0.3)
    best = min(history, key=lambda row: row["validation"])
    axes.plot(best["epoch"], best["validation"], "o", color="black", markersize=5)
    return figure
