"""A graph of sensors on a map."""

from __future__ import annotations

import numpy as np
from jaxtyping import Bool, Float
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from gnnlab.experiments.sensor_graphs import SensorGraph, communities, described
from gnnlab.graphs.similarity import great_circle
from gnnlab.reports.figures import PALETTE, new_figure
from gnnlab.reports.map_edges import BEND, draw_edges, drawn_edges, legend_of_weights
from gnnlab.reports.map_labels import place_labels
from gnnlab.reports.sensor_graphs import lacking, title, unplaced, used

MOST_NAMED = 80  # stations
NARROWEST, WIDEST = 0.6, 1.8  # of a map, times its height
MARGIN = 0.15  # on each side
LEAST_CROWD = 3  # stations
DOT = 4.2  # radius of a station, points


def draw_sensor_graph(found: SensorGraph) -> Figure:
    """A map of the stations and the edges between them, thick and dark where they are strong.

    Colours are communities of a graph by site, else site types where the station table has them,
    else communities; an undirected edge within a group has its colour. Stations without
    coordinates are left out; where all are without, they are placed by the graph itself. A small
    part of the map that is crowded stands beside it, enlarged.
    """
    graph, answer = found.graph, described(found)
    place, aspect, km = _places(found)
    close = crowd(place, aspect)
    limits = [_limits(place, aspect)]
    if close.any():
        limits.append(_limits(place[close], aspect))
    widths = [float((high - low)[0] / (high - low)[1] / aspect) for low, high in limits]
    if close.any():
        widths[0] /= 2
    figure = new_figure(1.1 + 0.8 * len(widths) + 5.7 * sum(widths), 6.8)
    maps = figure.subplots(1, len(widths), squeeze=False, width_ratios=widths)[0]
    said = [title(answer), *lacking(answer), used(answer), *unplaced(answer)]
    figure.suptitle("\n".join(said), fontsize=8.5)
    groups, heading = _groups(found)
    names = sorted(set(groups))
    color_of = {name: PALETTE[number % len(PALETTE)] for number, name in enumerate(names)}
    radius = DOT if graph.num_nodes <= MOST_NAMED else DOT / 2
    for axes, (low, high) in zip(maps, limits, strict=True):
        axes.set(aspect=aspect, xlim=(low[0], high[0]), ylim=(low[1], high[1]))
        _frame(axes, km)
        for name in names:
            chosen = np.array([group == name for group in groups])
            axes.scatter(
                *place[chosen].T,
                s=4 * radius**2,
                color=color_of[name],
                edgecolors="white",
                linewidths=1.0,
                zorder=3,
                label=name,
            )
    if close.any():
        maps[0].indicate_inset((*limits[1][0], *(limits[1][1] - limits[1][0])), edgecolor="black")
        maps[1].set_title("enlarged", fontsize=8.5)
    if len(names) <= 12:
        figure.legend(
            *maps[0].get_legend_handles_labels(),
            loc="outside right upper",
            frameon=False,
            title=heading,
            fontsize=8,
        )
    lines, above = legend_of_weights(graph)
    if lines:
        figure.legend(
            handles=lines, loc="outside right lower", frameon=False, title=above, fontsize=8
        )
    figure.draw_without_rendering()  # lengths on the page are known from here on
    drawn, ends = drawn_edges(graph, place)
    colors = [color_of[group] for group in groups]
    labels = [graph.label(node) for node in range(graph.num_nodes)]
    for axes, named in zip(maps, [~close, close], strict=False):
        draw_edges(axes, graph, drawn, ends, colors, radius)
        if graph.num_nodes <= MOST_NAMED:
            here = np.where(named[:, None], place, np.nan)
            place_labels(axes, here, labels, ends, BEND if graph.directed else 0)
    return figure


def crowd(place: Float[np.ndarray, "node 2"], aspect: float) -> Bool[np.ndarray, " node"]:
    """The most nodes that lie close to each other, if these take a small part of the map.

    Close are chains of nodes less than a sixth of the map apart, small is less than a fifth.

    Args:
        place: NaN where it is unknown.
        aspect: how much longer a step up is than one across.

    >>> crowd(np.array([[0.0, 0], [0.1, 0], [0.2, 0.1], [9, 5]]), 1.0).tolist()
    [True, True, True, False]
    """
    from scipy.cluster.hierarchy import fclusterdata

    known = np.flatnonzero(np.isfinite(place).all(axis=1))
    found = np.zeros(len(place), dtype=bool)
    if len(known) <= LEAST_CROWD:
        return found
    points = place[known] * (1, aspect)
    size = np.ptp(points, axis=0).max()
    chain = fclusterdata(points, size / 6, criterion="distance", method="single")
    most = chain == np.bincount(chain).argmax()
    small = np.ptp(points[most], axis=0).max() < size / 5
    found[known[most]] = small and most.sum() >= LEAST_CROWD
    return found


def _frame(axes: Axes, km: float) -> None:
    """Coordinates and a scale, or the word that there are none."""
    if km:
        axes.set_xlabel("longitude, degrees east")
        axes.set_ylabel("latitude, degrees north")
        axes.ticklabel_format(useOffset=False)
        axes.locator_params(axis="x", nbins=4)
        _scale_bar(axes, km)
    else:
        axes.set_axis_off()
        axes.text(
            0, 0, "placed by the graph, not by coordinates", transform=axes.transAxes, fontsize=8
        )


def _limits(
    place: Float[np.ndarray, "node 2"], aspect: float
) -> tuple[Float[np.ndarray, " axis"], Float[np.ndarray, " axis"]]:
    """Lower left and upper right of a map that is neither a strip nor a point."""
    low, high = np.nanmin(place, axis=0), np.nanmax(place, axis=0)
    across, up = (high - low) * (1, aspect)
    up = max(up, across / WIDEST, 1e-4)  # degrees
    across = max(across, up * NARROWEST)
    half = (0.5 + MARGIN) * np.array([across, up / aspect])
    return (low + high) / 2 - half, (low + high) / 2 + half


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


def _scale_bar(axes: Axes, km: float) -> None:
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
