from itertools import pairwise

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.patches import ConnectionStyle

from gnnlab.reports.figures import new_figure
from gnnlab.reports.map_labels import place_labels

NONE = np.empty((0, 2, 2))
Arc3 = ConnectionStyle.Arc3


def labelled(
    place: np.ndarray, names: list[str], edges: np.ndarray = NONE, bend: float = 0
) -> Axes:
    figure = new_figure(4, 4)
    axes = figure.add_subplot()
    axes.set(xlim=(0, 100), ylim=(0, 100))
    figure.draw_without_rendering()
    place_labels(axes, place, names, edges, bend)
    return axes


def gaps(axes: Axes, place: np.ndarray) -> np.ndarray:
    """How far each name is from each point, in pixels, [name, point]."""
    points = axes.transData.transform(place)
    boxes = [text.get_window_extent() for text in axes.texts]
    apart = [
        np.maximum(np.maximum([box.x0, box.y0] - points, points - [box.x1, box.y1]), 0)
        for box in boxes
    ]
    return np.linalg.norm(apart, axis=2)


@pytest.mark.parametrize("apart", np.linspace(13, 18, 11).tolist())
def test_a_name_stands_beside_its_own_point(apart: float) -> None:
    """Though edges cross it on all sides but the one where it would read as its neighbour's."""
    place = np.array([[50.0, 50.0], [50 + apart, 50.0]])
    around = np.deg2rad(np.arange(-150, 151, 5))
    star = place[1] + 25 * np.column_stack([np.cos(around), np.sin(around)])
    edges = np.stack([np.broadcast_to(place[1], star.shape), star], axis=1)
    axes = labelled(place[::-1], ["Dongsi", "Guanyuan"], edges)
    found = gaps(axes, place[::-1])
    assert (np.diag(found) < found[:, ::-1].diagonal()).all()


@pytest.mark.parametrize("bend", [0.3, -0.3])
def test_a_name_lies_aside_of_an_edge_that_is_bent(bend: float) -> None:
    ends = np.array([[10.0, 50.0], [90.0, 50.0]])
    axes = labelled(np.empty((0, 2)), [])
    arc = Arc3(rad=bend)(*axes.transData.transform(ends), shrinkA=0, shrinkB=0)
    (curve,) = arc.to_polygons(closed_only=False)
    middle = axes.transData.inverted().transform(curve[len(curve) // 2])
    axes = labelled(middle[None], ["Name"], ends[None], bend)
    (name,) = axes.texts
    dense = np.concatenate([np.linspace(*pair, 50) for pair in pairwise(curve)])
    assert name.get_window_extent().count_contains(dense) == 0


def test_a_point_that_is_nowhere_has_no_name() -> None:
    axes = labelled(np.array([[50.0, 50.0], [np.nan, 50.0]]), ["here", "nowhere"])
    assert [text.get_text() for text in axes.texts] == ["here"]
