"""How much of areas and lines lies within discs around the origin, in closed form.

A circle made of chords would lose area: these formulas know the circle itself.
"""

import numpy as np
from jaxtyping import Float
from numpy import ndarray


def areas_within(
    starts: Float[ndarray, "edge 2"], ends: Float[ndarray, "edge 2"], radii: Float[ndarray, " disc"]
) -> Float[ndarray, " disc"]:
    """The area of polygons within each disc around the origin.

    Each edge spans a triangle with the origin. Its part in the disc is a triangle where the edge
    runs inside of the circle and a sector where it runs outside; with signs, these add up.

    Args:
        starts: where each edge begins, on a plane; polygons must not overlap, and lie to the left
            of their edges.
        ends: where it ends.
        radii: of the discs, in the same unit.

    >>> square = np.array([[0.0, 0.0], [4.0, 0.0], [4.0, 4.0], [0.0, 4.0]])
    >>> areas_within(square, np.roll(square, -1, axis=0), np.array([1.0, 9.0])).round(4).tolist()
    [0.7854, 16.0]
    """
    result = np.zeros(len(radii))
    for disc, radius in enumerate(radii):
        enters, leaves = _chords(starts, ends, radius)
        sectors = _angles(starts, enters) + _angles(leaves, ends)
        result[disc] = np.sum(radius**2 * sectors + _cross(enters, leaves)) / 2
    return result


def lengths_within(
    starts: Float[ndarray, "segment 2"],
    ends: Float[ndarray, "segment 2"],
    radii: Float[ndarray, " disc"],
) -> Float[ndarray, " disc"]:
    """The length of straight segments within each disc around the origin.

    >>> lengths_within(np.array([[-5.0, 3.0]]), np.array([[5.0, 3.0]]), np.array([5.0])).tolist()
    [8.0]
    """
    result = np.zeros(len(radii))
    for disc, radius in enumerate(radii):
        enters, leaves = _chords(starts, ends, radius)
        result[disc] = np.hypot(*(leaves - enters).T).sum()
    return result


def _chords(starts: ndarray, ends: ndarray, radius: float) -> tuple[ndarray, ndarray]:
    """Where each segment enters the disc and where it leaves it; twice one end if it never does."""
    along = ends - starts
    # |start + t along|² = radius² at t = middle ± half
    squared = _dot(along, along)
    middle = -_dot(starts, along) / squared
    half_squared = middle**2 - (_dot(starts, starts) - radius**2) / squared
    half = np.sqrt(np.maximum(half_squared, 0))
    enters = starts + np.clip(middle - half, 0, 1)[:, None] * along
    leaves = starts + np.clip(middle + half, 0, 1)[:, None] * along
    return enters, leaves


def _angles(first: ndarray, second: ndarray) -> ndarray:
    """From each first point to the second, as seen from the origin, in radians."""
    # a dot product of -0.0, which a corner in the origin may have, would turn by half a circle
    return np.arctan2(_cross(first, second), _dot(first, second) + 0.0)


def _dot(first: ndarray, second: ndarray) -> ndarray:
    return first[:, 0] * second[:, 0] + first[:, 1] * second[:, 1]


def _cross(first: ndarray, second: ndarray) -> ndarray:
    return first[:, 0] * second[:, 1] - first[:, 1] * second[:, 0]
