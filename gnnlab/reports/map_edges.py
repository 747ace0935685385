"""Edges of a graph on a map, thick and dark where they are strong."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float, Int
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.lines import Line2D
from matplotlib.patches import FancyArrowPatch

from gnnlab.graphs import Graph

EDGE, ARROW = "#5b6b7b", "#00798c"
MOST_DRAWN = 2000  # edges
LEAST_HEAD = 3.0  # of an arrow, points
BEND = 0.12  # of arrows, so that there and back lie apart


def weights(graph: Graph) -> Float[np.ndarray, " edge"]:
    """Of each edge, 1 where the graph has none."""
    return np.ones(graph.num_edges) if graph.weight is None else graph.weight.astype(float)


def drawn_edges(
    graph: Graph, place: Float[np.ndarray, "node 2"]
) -> tuple[Int[np.ndarray, " drawn"], Float[np.ndarray, "drawn 2 2"]]:
    """The strongest edges between known places that differ, the very strongest last; their ends."""
    drawn = np.argsort(weights(graph), kind="stable")[-MOST_DRAWN:]
    ends = place[graph.edges[:, drawn].T]
    known = np.isfinite(ends).all(axis=(1, 2)) & (ends[:, 0] != ends[:, 1]).any(axis=1)
    return drawn[known], ends[known]


def draw_edges(
    axes: Axes,
    graph: Graph,
    drawn: Int[np.ndarray, " drawn"],
    ends: Float[np.ndarray, "drawn 2 2"],
    color: Sequence[tuple[float, ...]],
    radius: float,
) -> None:
    """Draw some edges of a graph: lines, or arrows if it is directed.

    An undirected edge between nodes of one colour has that colour. An arrow's head is at most half
    as long as what is seen of the arrow.

    Args:
        axes: of the map; limits and layout must be what they will be.
        graph: of the nodes.
        drawn: their numbers, see :func:`drawn_edges`.
        ends: of each.
        color: of each node.
        radius: of nodes, in points; arrows end there.
    """
    if not len(drawn):
        return
    strength = _strength(weights(graph))[drawn]
    widths, alphas = _width(strength), _alpha(strength)
    if not graph.directed:
        pairs = graph.edges[:, drawn].T.tolist()
        colors = [color[one] if color[one] == color[other] else EDGE for one, other in pairs]
        lines = LineCollection(list(ends), linewidths=widths, alpha=alphas, color=colors, zorder=1)
        axes.add_collection(lines)
        return
    seen = _points_long(axes, ends) - 2 * radius
    for (start, end), width, alpha, length in zip(ends, widths, alphas, seen, strict=True):
        axes.add_patch(
            FancyArrowPatch(
                start,
                end,
                arrowstyle="-|>",
                mutation_scale=max(min(7 + 2 * width, length / 2), LEAST_HEAD),
                connectionstyle=f"arc3,rad={BEND}",
                shrinkA=radius,
                shrinkB=radius + 0.5,
                linewidth=0.7 * width,
                alpha=alpha,
                color=ARROW,
                zorder=1,
            )
        )


def legend_of_weights(graph: Graph) -> tuple[list[Line2D], str]:
    """Lines of the weakest, the middle and the strongest weight, and what stands above them."""
    weight = weights(graph)
    order = np.argsort(weight, kind="stable")
    shown = order[[0, len(order) // 2, len(order) - 1]] if len(order) else order
    strength = _strength(weight)[shown]
    widths = _width(strength) * (0.7 if graph.directed else 1)
    color = ARROW if graph.directed else EDGE
    lines = {
        f"{value:.2g}": Line2D([], [], color=color, linewidth=width, alpha=alpha)
        for value, width, alpha in zip(
            weight[shown].tolist(), widths.tolist(), _alpha(strength).tolist(), strict=True
        )
    }
    for label, line in lines.items():
        line.set_label(label)
    few = f"\n(the strongest\n{MOST_DRAWN:,} drawn)" if len(weight) > MOST_DRAWN else ""
    return list(lines.values()), f"weight{few}"


def _points_long(axes: Axes, ends: Float[np.ndarray, "edge 2 2"]) -> Float[np.ndarray, " edge"]:
    """How long edges are on the page, in points."""
    pixels = axes.transData.transform(ends.reshape(-1, 2)).reshape(-1, 2, 2)
    return np.hypot(*(pixels[:, 1] - pixels[:, 0]).T) * 72 / axes.figure.dpi


def _strength(weight: Float[np.ndarray, " edge"]) -> Float[np.ndarray, " edge"]:
    """Weights from 0 for the weakest to 1 for the strongest; 1 where all are alike."""
    spread = float(np.ptp(weight)) if len(weight) else 0.0
    return (weight - weight.min()) / spread if spread else np.ones(len(weight))


def _width(strength: Float[np.ndarray, " edge"]) -> Float[np.ndarray, " edge"]:
    return 0.8 + 2.4 * strength


def _alpha(strength: Float[np.ndarray, " edge"]) -> Float[np.ndarray, " edge"]:
    return 0.45 + 0.45 * strength
