"""Drawings of small graphs, coloured by hops."""

from pathlib import Path

import networkx
import numpy as np

from gnnlab.graphs import Graph
from gnnlab.hops import eccentricities, hop_matrix, hops_from, shortest_paths
from gnnlab.reports.figures import new_figure, save


def draw_hops(graph: Graph, path: Path, source: int | None = None, target: int | None = None) -> None:
    """Draw ``graph`` into a file, each node coloured by its hops.

    With a source: hops from it, unreached nodes white; with a target too, the edges of the shortest
    paths thick. Without: the nodes' eccentricities.

    Raises:
        GnnlabError: a file that ends in neither png, svg nor pdf.
    """
    if source is None:
        value = np.array(eccentricities(hop_matrix(graph)).by_node, dtype=float)
        title = f"{graph.name}: eccentricity of each node"
    else:
        value = hops_from(graph, source)
        title = f"{graph.name}: hops from {graph.label(source)}"
    marked: set[tuple[str, str]] = set()
    if source is not None and target is not None:
        found = shortest_paths(graph, source, target)
        for nodes in found.paths:
            names = [graph.label(node) for node in nodes]
            marked |= set(zip(names, names[1:], strict=False))
        title = f"{title} to {graph.label(target)}: " + (
            "no path" if found.hops is None else str(found.hops)
        )

    drawn = graph.to_networkx()
    place = networkx.kamada_kawai_layout(drawn)
    figure = new_figure(6.4, 4.8)
    axes = figure.add_subplot()
    on_path = [edge[:2] in marked or edge[1::-1] in marked for edge in drawn.edges]
    networkx.draw_networkx_edges(
        drawn, place, ax=axes,
        width=[3.5 if thick else 1.0 for thick in on_path],
        edge_color=["#d1495b" if thick else "#9aa5b1" for thick in on_path],
    )
    networkx.draw_networkx_nodes(
        drawn, place, ax=axes, node_size=700 if len(drawn) <= 12 else 300, edgecolors="#333333",
        node_color=[_color(hops, np.nanmax(value[np.isfinite(value)], initial=1)) for hops in value],
    )
    networkx.draw_networkx_labels(
        drawn, place, ax=axes, font_size=10 if len(drawn) <= 12 else 7,
        labels={
            graph.label(node): f"{graph.label(node)}\n{_text(hops)}" for node, hops in enumerate(value)
        },
    )
    axes.set_title(title)
    axes.margins(0.12)
    axes.set_axis_off()
    save(figure, path)
