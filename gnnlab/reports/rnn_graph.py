"""The drawing of an unrolled recurrent network."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

from matplotlib.figure import Figure

from gnnlab.graphs import unrolled
from gnnlab.hops import shortest_paths
from gnnlab.reports.figures import new_figure
from gnnlab.reports.hops import EDGE, OUTLINE, PATH
from gnnlab.reports.words import counted

STEPS, LAYERS = 15, 5  # places in the drawing; the middle one may stand for all between the ends
INPUT, FORWARD, BACKWARD = "#e9ecef", "#cfe8ef", "#fbe3c0"
ASIDE = 0.42  # how far right of and above its forward state a backward one stands
POINTS = 72  # an inch


def draw_rnn_graph(answer: Mapping[str, Any]) -> Figure:
    """The grid of steps and layers above the inputs, the path to the last output in red.

    Of more than ``STEPS`` steps or ``LAYERS`` layers, dots stand for those between the first and
    the last, and how many they are is written beside.

    Args:
        answer: of :func:`gnnlab.experiments.rnn_graph.of_network`.
    """
    both, path = answer["bidirectional"], answer["path"]
    steps, layers = _places(answer["length"], STEPS), _places(answer["layers"], LAYERS)
    nodes = _nodes(steps, layers, both)
    # With dots for nodes, what is drawn is an unrolled network still, and has a path of its own.
    graph = unrolled(len(steps), len(layers), both)
    last = graph.node(f"h{len(steps)},{len(layers)}")
    marked = set(pairwise(shortest_paths(graph, 0, last, limit=1).paths[0]))

    circle = 0.3 + 0.06 * len(path[-1])  # inches across, for the longest label
    apart = (2.4 if both else 1.7) * circle
    figure = new_figure(max(apart * len(steps) + 1.2, 6.4), apart * (len(layers) + 1) + 1.2)
    axes = figure.add_subplot()
    for edge in graph.edges.T.tolist():
        source, target = (nodes[node] for node in edge)
        if source.color or target.color:
            on_path = tuple(edge) in marked
            arrow = {
                "arrowstyle": "-|>",
                "shrinkA": circle * POINTS / 2,
                "shrinkB": circle * POINTS / 2,
                "color": PATH if on_path else EDGE,
                "linewidth": 3 if on_path else 1,
            }
            axes.annotate("", target.place, source.place, arrowprops=arrow, zorder=1 + on_path)
    for node in nodes:
        if node.color:
            axes.scatter(
                *node.place, (circle * POINTS) ** 2, node.color, edgecolors=OUTLINE, zorder=3
            )
        axes.text(*node.place, node.text, ha="center", va="center", zorder=4)

    axes.set_xlim(-0.5, len(steps) - 0.5 + ASIDE * both)
    axes.set_ylim(-0.5, len(layers) + 0.5 + ASIDE * both)
    axes.set_xticks(range(len(steps)), _words(steps, "step"))
    axes.set_yticks(range(len(layers) + 1), ["input", *_words(layers, "layer")])
    axes.tick_params(length=0)
    axes.set_frame_on(False)
    axes.set_title(
        f"{'bidirectional ' if both else ''}{answer['model']} of "
        f"{counted(answer['length'], 'step')} and {counted(answer['layers'], 'layer')}: "
        f"{counted(answer['propagation_depth'], 'hop')} from x1 to {path[-1]}"
    )
    notes = ["h and c go along time, h alone upward"] if answer["model"] == "lstm" else []
    notes += ["h: forward, b: backward"] if both else []
    axes.set_xlabel("; ".join(notes))
    return figure


class _Node(NamedTuple):
    """One node of the drawing; without a color, dots that stand for several."""

    text: str
    place: tuple[float, float]
    color: str | None


def _nodes(steps: Sequence[int | None], layers: Sequence[int | None], both: bool) -> list[_Node]:
    """Inputs, then layer by layer forward and backward states, as :func:`unrolled` has them."""
    rows: list[tuple[str, int | None, float, float, str]] = [("x{}", 0, 0, 0, INPUT)]
    for height, layer in enumerate(layers, 1):
        rows.append((f"h{{}},{layer}", layer, height, 0, FORWARD))
        if both:
            rows.append((f"b{{}},{layer}", layer, height + ASIDE, ASIDE, BACKWARD))
    return [
        _Node("...", (column + aside, height), None)
        if None in (step, layer)
        else _Node(text.format(step), (column + aside, height), color)
        for text, layer, height, aside, color in rows
        for column, step in enumerate(steps)
    ]


def _places(count: int, most: int) -> list[int | None]:
    """The numbers from 1 to ``count``, or where they are too many the ends of them around None.

    >>> _places(3, most=5), _places(9, most=5)
    ([1, 2, 3], [1, 2, None, 8, 9])
    """
    if count <= most:
        return list(range(1, count + 1))
    end = most // 2
    return [*range(1, end + 1), None, *range(count - end + 1, count + 1)]


def _words(places: Sequence[int | None], noun: str) -> list[str]:
    """What stands beside the places: each number, and how many there are at None."""
    numbers = [number for number in places if number is not None]
    more = f"{numbers[-1] - len(numbers):,} more\n{noun}s"
    return [more if number is None else f"{noun} {number}" for number in places]
