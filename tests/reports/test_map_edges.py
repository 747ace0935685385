import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch

from gnnlab.graphs import Graph
from gnnlab.reports import map_edges
from gnnlab.reports.map_edges import draw_edges, drawn_edges, legend_of_weights

EDGES = np.array([[0, 0, 0, 1], [1, 2, 3, 3]])
PLACE = np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]])
RED, BLUE = (1.0, 0.0, 0.0), (0.0, 0.0, 1.0)


def weighted(weight: list[float], directed: bool = False) -> Graph:
    edges = EDGES[:, : len(weight)]
    return Graph(edges, 4, weight=np.array(weight, dtype=float), directed=directed)


def drawn_on_axes(graph: Graph, place: np.ndarray = PLACE, radius: float = 4.2) -> Axes:
    axes = Figure(figsize=(5, 5)).subplots()
    axes.set(xlim=(-0.1, 1.1), ylim=(-0.1, 1.1))
    drawn, ends = drawn_edges(graph, place)
    draw_edges(axes, graph, drawn, ends, [RED, RED, BLUE, BLUE], radius)
    return axes


def test_the_strongest_is_drawn_last_and_of_many_only_they(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    graph = weighted([0.2, 0.9, 0.4, 0.1])
    drawn, ends = drawn_edges(graph, PLACE)
    assert drawn.tolist() == [3, 0, 2, 1]
    np.testing.assert_array_equal(ends, PLACE[graph.edges[:, drawn].T])
    assert legend_of_weights(graph)[1] == "weight"
    monkeypatch.setattr(map_edges, "MOST_DRAWN", 2)
    assert drawn_edges(graph, PLACE)[0].tolist() == [2, 1]
    assert legend_of_weights(graph)[1] == "weight\n(the strongest\n2 drawn)"


def test_an_edge_from_nowhere_or_to_the_same_place_is_not_drawn() -> None:
    place = np.array([[0.0, 0.0], [0.0, 0.0], [1.0, np.nan], [0.0, 1.0]])
    drawn, ends = drawn_edges(weighted([0.2, 0.9, 0.4, 0.1]), place)
    assert drawn.tolist() == [3, 2]
    assert np.isfinite(ends).all()


@pytest.mark.parametrize("directed", [False, True])
@pytest.mark.parametrize("weight", [[0.2, 0.9, 0.4], [2, 9, 4], [-9, -2, -7], [0, 7, 2]])
def test_width_and_shade_go_from_the_weakest_to_the_strongest(
    weight: list[float], directed: bool
) -> None:
    graph = weighted(weight, directed)
    low, middle, high = sorted(weight)
    strength = np.array([0, (middle - low) / (high - low), 1])
    lines, _ = legend_of_weights(graph)
    assert [line.get_label() for line in lines] == [f"{each:g}" for each in (low, middle, high)]
    width = (0.8 + 2.4 * strength) * (0.7 if directed else 1)
    np.testing.assert_allclose([line.get_linewidth() for line in lines], width)
    np.testing.assert_allclose([line.get_alpha() for line in lines], 0.45 + 0.45 * strength)
    axes = drawn_on_axes(graph)
    on_map = (
        [patch.get_linewidth() for patch in axes.patches]
        if directed
        else axes.collections[0].get_linewidths()
    )
    np.testing.assert_allclose(on_map, width)


def test_alike_weights_are_all_strong_and_no_weight_stands_twice() -> None:
    for graph in (weighted([3, 3, 3]), Graph(EDGES, 4)):
        (line,), _ = legend_of_weights(graph)
        assert (line.get_linewidth(), line.get_alpha()) == pytest.approx((3.2, 0.9))


def test_without_edges_there_is_nothing_to_draw_or_to_explain() -> None:
    empty = Graph(np.zeros((2, 0), int), 4)
    assert legend_of_weights(empty)[0] == []
    assert not drawn_on_axes(empty).collections


def test_an_edge_within_a_group_has_its_colour() -> None:
    lines = drawn_on_axes(weighted([0.1, 0.2])).collections[0]
    assert isinstance(lines, LineCollection)
    colors = [tuple(color[:3]) for color in lines.get_colors()]
    assert colors[0] == RED  # between 0 and 1
    assert colors[1] not in (RED, BLUE)


def test_the_head_of_an_arrow_does_not_hide_it() -> None:
    place = np.array([[0.0, 0.0], [0.02, 0.0], [0.06, 0.06], [1.0, 1.0]])
    radius = 4.2
    axes = drawn_on_axes(weighted([0.2, 0.9, 0.4, 0.1], directed=True), place, radius)
    heads, lengths = [], []
    for arrow in axes.patches:
        assert isinstance(arrow, FancyArrowPatch)
        start, end = axes.transData.transform(arrow._posA_posB)
        lengths.append(np.hypot(*(end - start)) * 72 / axes.figure.dpi)
        heads.append(arrow.get_mutation_scale())
        seen = lengths[-1] - 2 * radius
        assert heads[-1] <= max(seen / 2 + 1e-6, map_edges.LEAST_HEAD)
    assert min(lengths) < 12
    assert max(heads) >= 7
