"""Names beside points of a map, where they cover as little as possible."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float
from matplotlib.axes import Axes
from matplotlib.patheffects import withStroke
from matplotlib.text import Text
from matplotlib.transforms import Bbox, BboxBase

SIZE = 7.5  # of the letters, points
GAP = 7.0  # from the point's middle, points
CLEARLY = 1.5  # times as far from any other point as from its own
SIDES = [
    (1, 0, "left", "center"),
    (-1, 0, "right", "center"),
    (0, 1, "center", "bottom"),
    (0, -1, "center", "top"),
    (0.7, 0.7, "left", "bottom"),
    (-0.7, 0.7, "right", "bottom"),
    (0.7, -0.7, "left", "top"),
    (-0.7, -0.7, "right", "top"),
]


def place_labels(
    axes: Axes,
    place: Float[np.ndarray, "node 2"],
    names: Sequence[str],
    edges: Float[np.ndarray, "edge 2 2"],
    bend: float = 0.0,
) -> None:
    """Write each name on the side of its point where it covers least of names, points and edges.

    The nearer it would lie to another point, compared with its own, the more that counts: it would
    read as the other's.

    Limits and layout of the axes must be what they will be.

    Args:
        axes: of the map.
        place: of the points; one that is NaN stays without a name.
        names: one a point.
        edges: both ends of each.
        bend: how far each is bent aside, as ``rad`` of matplotlib's ``arc3``.
    """
    points = axes.transData.transform(place)
    along = np.linspace(0.08, 0.92, 25)[:, None, None]
    start, end = axes.transData.transform(edges.reshape(-1, 2)).reshape(-1, 2, 2).swapaxes(0, 1)
    aside = (end - start)[:, ::-1] * (1, -1)
    arcs = (1 - along) * start + along * end + 2 * along * (1 - along) * bend * aside
    lines = arcs.reshape(-1, 2)
    taken: list[Bbox] = []

    def covered(box: BboxBase, own: int) -> float:
        apart = _distances(box, points)
        return float(
            300 * (not _inside(box.padded(4), axes.bbox))
            + 100 * sum(box.overlaps(other) for other in taken)
            + 100 * np.nansum(np.maximum(CLEARLY - np.delete(apart, own) / apart[own], 0))
            + 30 * box.padded(4).count_contains(points)
            + (box.count_contains(lines) if len(lines) else 0)
        )

    for node, (point, name) in enumerate(zip(place, names, strict=True)):
        if np.isnan(point).any():
            continue
        tried = [_write(axes, name, point, side) for side in SIDES]
        boxes = [text.get_window_extent() for text in tried]
        best = int(np.argmin([covered(box, node) for box in boxes]))
        for number, text in enumerate(tried):
            if number != best:
                text.remove()
        taken.append(boxes[best])


def _write(axes: Axes, name: str, point: np.ndarray, side: tuple[float, float, str, str]) -> Text:
    x, y, across, up = side
    return axes.annotate(
        name,
        (point[0], point[1]),
        xytext=(GAP * x, GAP * y),
        textcoords="offset points",
        ha=across,
        va=up,
        fontsize=SIZE,
        zorder=4,
        path_effects=[withStroke(linewidth=2, foreground="white")],
    )


def _distances(box: BboxBase, points: Float[np.ndarray, "node 2"]) -> Float[np.ndarray, " node"]:
    """How far points are from a box, 0 inside it."""
    outside = np.maximum(np.maximum(box.min - points, points - box.max), 0)
    return np.hypot(*outside.T)


def _inside(box: BboxBase, outer: BboxBase) -> bool:
    return bool(outer.count_contains(box.corners()) == 4)
