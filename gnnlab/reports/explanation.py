"""The picture of an explanation."""

from itertools import cycle

import networkx
import numpy as np
from matplotlib import colormaps
from matplotlib.figure import Figure

from gnnlab.experiments.explanation import Explanation
from gnnlab.reports.figures import PALETTE, new_figure

MOST = 40  # arcs that are drawn


def draw_explanation(found: Explanation) -> Figure:
    """What the layers bring to a node: thick arcs count, colours are predicted classes.

    Of more than ``MOST`` arcs those into the node, then the most important ones, are drawn.
    """
    elsewhere = found.arcs[1] != found.node
    order = np.lexsort((-found.importance, elsewhere))[:MOST]
    drawn = networkx.DiGraph()
    drawn.add_node(found.node)
    for arc in order.tolist():
        source, target = found.arcs[:, arc].tolist()
        drawn.add_edge(source, target, importance=float(found.importance[arc]))
    place = networkx.spring_layout(drawn, seed=0)
    weights = [data["importance"] for *_, data in drawn.edges(data=True)]
    color_of = dict(zip(found.classes, cycle(PALETTE), strict=False))
    figure = new_figure(8, 5.6)
    axes = figure.add_subplot()
    networkx.draw_networkx_edges(
        drawn,
        place,
        ax=axes,
        width=[0.3 + 4 * weight for weight in weights],
        edge_color=weights,
        edge_cmap=colormaps["Greys"],
        edge_vmin=-0.3,
        edge_vmax=1,
        node_size=350,
        connectionstyle="arc3,rad=0.08",
    )
    networkx.draw_networkx_nodes(
        drawn,
        place,
        ax=axes,
        node_size=[900 if node == found.node else 350 for node in drawn],
        node_color=[color_of[found.class_of[node]] for node in drawn],
        edgecolors=["black" if node == found.node else "white" for node in drawn],
    )
    labels = {node: found.graph.label(node) for node in drawn}
    networkx.draw_networkx_labels(drawn, place, labels, ax=axes, font_size=7)
    for name in dict.fromkeys(found.class_of[node] for node in drawn):
        axes.scatter([], [], color=color_of[name], label=name)
    axes.set_title(
        f"{found.graph.name}: why {found.graph.label(found.node)} is {found.predicted} "
        f"({100 * found.probability:.0f} %)"
    )
    axes.set_axis_off()
    figure.legend(loc="outside right center", frameon=False, title="predicted")
    return figure
