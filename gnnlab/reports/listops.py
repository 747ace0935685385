"""The figure of what a tree is worth."""

from collections.abc import Mapping
from typing import Any

from matplotlib.figure import Figure

from gnnlab.reports.figures import new_figure
from gnnlab.reports.words import counted

CHANCE = 10  # percent
STYLES = (("#2e7d4f", "o-"), ("#c0504d", "s--"))


def draw_listops(found: Mapping[str, Any]) -> Figure:
    """Accuracy by the depth of expressions, a line a reader, with the deviation over seeds.

    Args:
        found: of :func:`gnnlab.experiments.listops.compare_tree_and_text`.
    """
    figure = new_figure(7, 4)
    axes = figure.subplots()
    for row, (color, style) in zip(found["rows"], STYLES, strict=True):
        scores = {int(depth): score for depth, score in row["accuracy_by_depth"].items() if score}
        axes.errorbar(
            list(scores),
            [100 * score["mean"] for score in scores.values()],
            yerr=[100 * (score["std"] or 0) for score in scores.values()],
            fmt=style,
            color=color,
            capsize=3,
            label=f"{row['model']}, {row['parameters']:,} parameters",
        )
    axes.axhline(CHANCE, color="grey", linestyle=":", label="chance")
    axes.set_xticks(range(1, found["recipe"]["max_depth"] + 1))
    axes.set_ylim(0, 103)
    axes.set_xlabel("operations nested in one another")
    axes.set_ylabel("accuracy of the value, percent")
    axes.set_title(f"List operations, {counted(found['recipe']['examples'], 'example')}")
    axes.grid(alpha=0.3)
    figure.legend(loc="outside lower center", ncols=3, fontsize=8, frameon=False)
    return figure
