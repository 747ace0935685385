"""The figure of what depth does."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from gnnlab.reports.figures import PALETTE, new_figure


def draw_depth(name: str, rows: Sequence[Mapping[str, Any]]) -> Figure:
    """Accuracy and coverage by depth, smoothness by layer, gradient by hop, of rows of a data set.

    Args:
        name: of the data set.
        rows: of :func:`gnnlab.experiments.depth.depth_row`.
    """
    figure = new_figure(12.5, 7)
    learned, smooth, alike, reached = figure.subplots(2, 2).flat
    remedies = list(dict.fromkeys(row["remedy"] for row in rows))
    styles = dict(zip(remedies, ("o-", "s--", "^:", "d-."), strict=False))
    depths = sorted({row["layers"] for row in rows})
    colors = dict(zip(depths, colormaps["viridis"](np.linspace(0.9, 0, len(depths))), strict=True))
    for number, remedy in enumerate(remedies):
        of_remedy = sorted((row for row in rows if row["remedy"] == remedy), key=_layers)
        found = [row["test_accuracy"] for row in of_remedy]
        learned.errorbar(
            [row["layers"] for row in of_remedy],
            [100 * each["mean"] for each in found],
            yerr=[100 * (each["std"] or 0) for each in found],
            fmt=styles[remedy],
            capsize=3,
            label=f"test accuracy, {remedy}",
            color=PALETTE[number],
        )
    seen = sorted({(row["layers"], row["coverage"]) for row in rows})
    learned.plot(
        *zip(*((layers, 100 * share) for layers, share in seen), strict=True),
        color="grey",
        linestyle=":",
        label="share of the graph seen",
    )
    learned.set_xscale("log", base=2)
    learned.set_xticks(depths, [str(depth) for depth in depths])
    learned.set_ylim(0, 103)
    learned.set_xlabel("layers")
    learned.set_ylabel("percent")
    learned.set_title(f"{name}: seen and learned")
    for row in sorted(rows, key=_layers):
        look = {
            "color": colors[row["layers"]],
            "marker": "." if row["layers"] == 1 else None,  # a line of one point is not seen
            "label": f"{row['layers']}, {row['remedy']}",
        }
        line = styles[row["remedy"]][1:]
        layers = range(1, row["layers"] + 1)
        for axes, key in (
            (smooth, "relative_dirichlet_energy"),
            (alike, "mean_average_distance"),
        ):
            values = [np.nan if value is None else value for value in row[key]]
            axes.plot(layers, values, line, **look)
        gradients = row["gradient_by_hop"]
        reached.plot([int(hop) for hop in gradients], list(gradients.values()), line, **look)
    for axes, title, label in (
        (smooth, "Dirichlet energy over squared norm, after each layer", "layer"),
        (alike, "mean cosine distance of nodes after each layer", "layer"),
        (reached, "gradient that reaches a node's features", "hops from the target"),
    ):
        if axes is not alike:
            _spread(axes)
        if axes is not reached:
            axes.set_xscale("log", base=2)
            axes.set_xticks(depths, [str(depth) for depth in depths])
        axes.set_title(title)
        axes.set_xlabel(label)
    reached.xaxis.set_major_locator(MaxNLocator(integer=True))
    for axes in figure.axes:
        axes.grid(alpha=0.3)
    learned.legend(fontsize=8)
    names = reached.get_legend_handles_labels()
    figure.legend(*names, loc="outside right center", fontsize=8, title="layers, remedy")
    return figure


def _spread(axes: Axes) -> None:
    """A logarithmic axis where values differ enough that it has two numbers at least."""
    values = np.concatenate([line.get_ydata() for line in axes.lines])
    values = values[np.isfinite(values)]
    if len(values) and 100 * values.min() <= values.max():
        axes.set_yscale("symlog", linthresh=1e-12)


def _layers(row: Mapping[str, Any]) -> int:
    return int(row["layers"])
