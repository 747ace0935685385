"""Drawings of small graphs, coloured by hops, and distributions of large ones."""

from collections.abc import Mapping
from typing import Any

import networkx
import numpy as np
from matplotlib import colormaps
from matplotlib.figure import Figure

from gnnlab.graphs import Graph
from gnnlab.hops import eccentricities, hop_matrix, hops_from, hops_to
from gnnlab.reports.figures import new_figure

PATH, EDGE, OUTLINE = "#d1495b", "#9aa5b1", "#333333"


def draw_hops(graph: Graph, source: int | None = None, target: int | None = None) -> Figure:
    """``graph`` with each node coloured by its hops, which stand below its label.

    With a source: hops from it, nodes out of reach white; with a target too, the edges of the
    shortest paths thick. Without: the nodes' eccentricities.
    """
    if source is None:
        far = eccentricities(hop_matrix(graph)).by_node
        values = np.array([np.inf if hops is None else hops for hops in far])
        title = "eccentricity of each node"
    else:
        values = hops_from(graph, source)
        title = f"hops from {graph.label(source)}"
    marked: set[tuple[str, str]] = set()
    if source is not None and target is not None:
        marked = _steps(graph, source, target)
        found = "shortest paths" if np.isfinite(values[target]) else "no path"
        title += f", {found} to {graph.label(target)}"

    drawn = graph.to_networkx()
    place = networkx.kamada_kawai_layout(drawn, weight=None)
    on_path = [
        edge[:2] in marked or (not graph.directed and edge[1::-1] in marked) for edge in drawn.edges
    ]
    small = len(drawn) <= 12
    figure = new_figure(6.4, 4.8)
    axes = figure.add_subplot()
    networkx.draw_networkx_edges(
        drawn,
        place,
        ax=axes,
        width=[3.5 if thick else 1.0 for thick in on_path],
        edge_color=[PATH if thick else EDGE for thick in on_path],
        node_size=1000 if small else 300,
    )
    networkx.draw_networkx_nodes(
        drawn,
        place,
        ax=axes,
        node_size=1000 if small else 300,
        node_color=_colors(values),
        edgecolors=OUTLINE,
    )
    networkx.draw_networkx_labels(
        drawn,
        place,
        ax=axes,
        font_size=11 if small else 6,
        labels={
            graph.label(node): f"{graph.label(node)}\n{'-' if np.isinf(hops) else int(hops)}"
            for node, hops in enumerate(values)
        },
    )
    axes.set_title(f"{graph.name}: {title}" if graph.name else title)
    axes.margins(0.15)
    axes.set_axis_off()
    return figure


def draw_distribution(answer: Mapping[str, Any]) -> Figure:
    """Pairs by hops, and the share of the graph that a network of that depth sees."""
    figure = new_figure(8, 3.4)
    left, right = figure.subplots(1, 2)
    hops = [int(hop) for hop in answer["pairs_by_hops"]]
    left.bar(hops, list(answer["pairs_by_hops"].values()), color="#00798c")
    left.set_xlabel("hops")
    left.set_ylabel("ordered pairs")
    if answer["mean_hops"] is None:
        left.set_title("no node reaches another")
    else:
        left.axvline(answer["mean_hops"], color=PATH, label=f"mean {answer['mean_hops']:.2f}")
        left.legend()
    fields = answer["receptive_field"]
    layers = [field["layers"] for field in fields]
    for key, name, style in (
        ("percentile_90", "90th percentile of nodes", "--"),
        ("mean", "mean", "-"),
        ("median", "median", ":"),
    ):
        shares = [100 * field[key] for field in fields]
        right.plot(layers, shares, style, color="#00798c", label=name)
    right.set_xlabel("layers")
    right.set_ylabel("percent of the graph that is seen")
    right.set_ylim(0, 103)
    right.legend()
    for axes in (left, right):
        axes.grid(alpha=0.3)
    figure.suptitle(f"{answer['graph']} ({answer['method']})")
    return figure


def draw_receptive_field(answer: Mapping[str, Any]) -> Figure:
    """Nodes by hops from one node, and the share of the graph that it sees by layers."""
    figure = new_figure(8, 3.4)
    left, right = figure.subplots(1, 2)
    by_hops = answer["nodes_by_hops"]
    left.bar(list(by_hops), list(by_hops.values()), color="#00798c")
    left.set_xlabel(f"hops from {answer['from']}")
    left.set_ylabel("nodes")
    fields = answer["receptive_field"]
    right.plot(
        [field["layer"] for field in fields],
        [100 * field["share"] for field in fields],
        color="#00798c",
    )
    right.set_xlabel("layers")
    right.set_ylabel(f"percent of the graph that {answer['from']} sees")
    right.set_ylim(0, 103)
    for axes in (left, right):
        axes.grid(alpha=0.3)
    figure.suptitle(answer["graph"])
    return figure


def _steps(graph: Graph, source: int, target: int) -> set[tuple[str, str]]:
    """Ends of the edges that lie on shortest paths: as far from one end as the other leaves."""
    out, back = hops_from(graph, source), hops_to(graph, target)
    return {
        (graph.label(start), graph.label(int(end)))
        for start in range(graph.num_nodes)
        for end in graph.successors.of(start)
        if out[start] + 1 + back[end] == out[target] < np.inf
    }


def _colors(values: np.ndarray) -> list[tuple[float, ...] | str]:
    """Light for few hops, darker for more (still readable below black text), white for none."""
    greatest = max(values[np.isfinite(values)].max(initial=0), 1)
    shade = colormaps["YlGnBu"]
    return ["white" if np.isinf(hops) else shade(0.08 + 0.5 * hops / greatest) for hops in values]
