"""The figure of gradients through time, beside the same through layers."""

from collections.abc import Mapping, Sequence
from typing import Any

from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from gnnlab.reports.figures import new_figure
from gnnlab.reports.words import counted

COLORS = {"rnn": "tab:blue", "gru": "tab:green", "lstm": "tab:red"}
STYLES = {
    "normal": "-",
    "scaled-normal": (0, (3, 1, 1, 1, 1, 1)),
    "xavier": "--",
    "orthogonal": ":",
    "identity": "-.",
}


def draw_gradients(rows: Sequence[Mapping[str, Any]], gcns: Sequence[Mapping[str, Any]]) -> Figure:
    """Norms by distance in time, before and after training, and by hops in deep GCNs.

    The longest of the lengths is drawn.

    Args:
        rows: of :func:`gnnlab.experiments.gradients.gradient_rows`.
        gcns: of :func:`gnnlab.experiments.gradients.deep_gcn_rows`.
    """
    figure = new_figure(13, 5)
    before, after, space = figure.subplots(1, 3)
    after.sharey(before)
    length = max(row["length"] for row in rows)
    for row in rows:
        if row["length"] == length:
            _line(
                after if row["trained"] else before,
                row["norm_by_distance"],
                color=COLORS[row["model"]],
                linestyle=STYLES[row["init"]],
                label=f"{row['model']}, {row['init']}",
            )
    steps = max(row["steps"] for row in rows)
    before.set_title(f"palindromes of {length}, before training")
    after.set_title(f"after {counted(steps, 'step')} of training")
    for axes in (before, after):
        axes.axhline(1, color="grey", linewidth=0.8)
        axes.set_xlabel("T - t, steps back in time")
    before.set_ylabel("‖∂s_T/∂s_t‖")
    before.legend(fontsize=8)
    depths = sorted({row["layers"] for row in gcns})
    shades = colormaps["viridis"]
    for row in gcns:
        plain = row["remedy"] == "none"
        _line(
            space,
            row["gradient_by_hop"],
            color=shades(0.9 * depths.index(row["layers"]) / len(depths)) if plain else "tab:red",
            linestyle="-" if plain else "--",
            marker="o",
            label=counted(row["layers"], "layer") + ("" if plain else f", {row['remedy']}"),
        )
    space.set_title("the same by hops: GCNs on karate, trained")
    space.set_xlabel("hops from the target")
    space.set_ylabel("norm of the gradient of a node's features")
    space.legend(fontsize=8, loc="center", bbox_to_anchor=(0.5, 0.3))  # where no line passes
    for axes in figure.axes:
        axes.set_yscale("log")
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.grid(alpha=0.3)
    return figure


def _line(axes: Axes, norms: Mapping[str, float], **look: Any) -> None:
    """Norms by distance; where one is 0, there is nothing on a logarithmic scale."""
    shown = {int(distance): norm for distance, norm in norms.items() if norm > 0}
    axes.plot(list(shown), list(shown.values()), **look)
