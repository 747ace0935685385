"""A graph of sensors on a map."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import FancyArrowPatch

from gnnlab.experiments.sensor_graphs import SensorGraph, communities, described
from gnnlab.graphs import Graph
from gnnlab.graphs.similarity import great_circle
from gnnlab.reports.figures import new_figure
from gnnlab.reports.map_labels import place_labels
from gnnlab.reports.sensor_graphs import lacking, title, unplaced, used

EDGE, ARROW = "#5b6b7b", "#00798c"
MOST_DRAWN = 2000  # edges
MOST_NAMED = 80  # stations


def draw_sensor_graph(found: SensorGraph) -> Figure:
    """A map of the stations and the edges between them, thick and dark where they are strong.

    Colours are communities of a graph by site, else site types where the station table has them,
    else communities; an undirected edge within a group has its colour. Stations without
    coordinates are left out; where all are without, they are placed by the graph itself.
    """
    graph, answer = found.graph, described(found)
    place, aspect, km = _places(found)
    across, up = np.ptp(place[np.isfinite(place).all(axis=1)], axis=0) * (1, aspect)
    figure = new_figure(2.6 + 5.6 * float(np.clip(across / up if up else 1, 0.6, 1.8)), 6.8)
    axes = figure.add_subplot()
    axes.set_aspect(aspect)
    said = [title(answer), *lacking(answer), used(answer), *unplaced(answer)]
    figure.suptitle("\n".join(said), fontsize=8.5)
    axes.scatter(place[:, 0], place[:, 1], s=0)  # sets the limits
    axes.margins(0.15)
    groups, heading = _groups(found)
    names = sorted(set(groups))
    color_of = {name: colormaps["tab10"](number % 10) for number, name in enumerate(names)}
    ends = _draw_edges(axes, graph, place, [color_of[group] for group in groups])
    for name in names:
        chosen = np.array([group == name for group in groups])
        axes.scatter(
            place[chosen, 0],
            place[chosen, 1],
            s=70 if graph.num_nodes <= MOST_NAMED else 22,
            color=color_of[name],
            edgecolors="white",
            linewidths=1.0,
            zorder=3,
            label=name,
        )
    if km:
        axes.set_xlabel("longitude, degrees east")
        axes.set_ylabel("latitude, degrees north")
        axes.ticklabel_format(useOffset=False)
        _scale_bar(axes, place, km)
    else:
        axes.set_axis_off()
        axes.text(
            0, 0, "placed by the graph, not by coordinates", transform=axes.transAxes, fontsize=8
        )
    if len(names) <= 12:
        figure.legend(loc="outside right upper", frameon=False, title=heading, fontsize=8)
    _legend_of_weights(figure, _weight(graph), graph.directed)
    if graph.num_nodes <= MOST_NAMED:
        figure.draw_without_rendering()
        place_labels(axes, place, [graph.label(node) for node in range(graph.num_nodes)], ends)
    return figure


def _places(found: SensorGraph) -> tuple[Float[np.ndarray, "node 2"], float, float]:
    """Where nodes are drawn, how much longer a step up is than one across, km of a step across."""
    table = found.series.stations[["longitude", "latitude"]].to_numpy(float)
    if np.isfinite(table).all(axis=1).sum() > 1:
        middle = np.nanmean(table, axis=0)
        east = np.array([middle[0] - 0.5, middle[0] + 0.5])
        km = float(great_circle(east, np.full(2, middle[1]))[0, 1])
        return table, 1 / float(np.cos(np.deg2rad(middle[1]))), km
    from networkx import spring_layout

    layout = spring_layout(found.graph.to_networkx(), seed=0)
    labels = map(found.graph.label, range(found.graph.num_nodes))
    return np.array([layout[label] for label in labels]), 1.0, 0.0


def _groups(found: SensorGraph) -> tuple[list[str], str]:
    """The group of each node, and what kind of group that is."""
    table = found.series.stations
    if found.kind != "site" and "type" in table:
        return [str(each) for each in table["type"].fillna("unknown")], "site type"
    return [f"{each + 1}" for each in communities(found.graph)], "community"


def _weight(graph: Graph) -> np.ndarray:
    return np.ones(graph.num_edges) if graph.weight is None else graph.weight


def _strength(weight: np.ndarray) -> np.ndarray:
    """Weights from 0 for the weakest to 1 for the strongest; 1 where all are alike."""
    low, high = weight.min(initial=1), weight.max(initial=0)
    return (weight - low) / (high - low) if high > low else np.ones(len(weight))


def _width(strength: np.ndarray) -> np.ndarray:
    return 0.8 + 2.4 * strength


def _alpha(strength: np.ndarray) -> np.ndarray:
    return 0.45 + 0.45 * strength


def _draw_edges(
    axes: Axes, graph: Graph, place: np.ndarray, color: list[tuple[float, ...]]
) -> Float[np.ndarray, "edge 2 2"]:
    """Draw the strongest edges between known places, the very strongest on top; their ends."""
    weight = _weight(graph)
    drawn = np.argsort(weight, kind="stable")[-MOST_DRAWN:]
    ends = place[graph.edges[:, drawn].T]
    known = np.isfinite(ends).all(axis=(1, 2)) & (ends[:, 0] != ends[:, 1]).any(axis=1)
    drawn, ends = drawn[known], ends[known]
    strength = _strength(weight)[drawn]
    widths, alphas = _width(strength), _alpha(strength)
    if not len(drawn):
        return ends
    if not graph.directed:
        pairs = graph.edges[:, drawn].T.tolist()
        colors = [color[one] if color[one] == color[other] else EDGE for one, other in pairs]
        lines = LineCollection(list(ends), linewidths=widths, alpha=alphas, color=colors, zorder=1)
        axes.add_collection(lines)
        return ends
    for (start, end), width, alpha in zip(ends, widths, alphas, strict=True):
        axes.add_patch(
            FancyArrowPatch(
                start,
                end,
                arrowstyle="-|>",
                mutation_scale=7 + 2 * width,
                connectionstyle="arc3,rad=0.12",  # so that there and back lie apart
                shrinkA=4,
                shrinkB=5,
                linewidth=0.7 * width,
                alpha=alpha,
                color=ARROW,
                zorder=1,
            )
        )
    return ends


def _legend_of_weights(figure: Figure, weight: np.ndarray, directed: bool) -> None:
    """What thin and thick edges weigh: the weakest, the middle and the strongest."""
    order = np.argsort(weight, kind="stable")
    shown = order[np.unique([0, len(order) // 2, len(order) - 1])] if len(order) else order
    strength = _strength(weight)[shown]
    widths = _width(strength) * (0.7 if directed else 1)
    shades = _alpha(strength)
    color = ARROW if directed else EDGE
    lines = [
        Line2D([], [], color=color, linewidth=width, alpha=alpha, label=f"{value:.2g}")
        for value, width, alpha in zip(
            weight[shown].tolist(), widths.tolist(), shades.tolist(), strict=True
        )
    ]
    few = f"\n(the strongest\n{MOST_DRAWN:,} drawn)" if len(weight) > MOST_DRAWN else ""
    if lines:
        figure.legend(
            handles=lines,
            loc="outside right lower",
            frameon=False,
            title=f"weight{few}",
            fontsize=8,
        )


def _scale_bar(axes: Axes, place: np.ndarray, km: float) -> None:
    """A bar of a round number of kilometres, at most a quarter of the map, in its corner."""
    (left, right), (bottom, top) = axes.get_xlim(), axes.get_ylim()
    wanted = (right - left) * km / 4
    unit = 10 ** np.floor(np.log10(wanted))
    length = float(max(step * unit for step in (1, 2, 5) if step * unit <= wanted))
    x, y = left + 0.03 * (right - left), bottom + 0.03 * (top - bottom)
    axes.plot([x, x + length / km], [y, y], color="black", linewidth=2.5, solid_capstyle="butt")
    axes.annotate(
        f"{length:g} km",
        (x + length / km / 2, y),
        xytext=(0, 3),
        textcoords="offset points",
        ha="center",
        va="bottom",
        fontsize=8,
    )
