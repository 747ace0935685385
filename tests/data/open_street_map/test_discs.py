import numpy as np
import pytest
import shapely
from hypothesis import example, given
from hypothesis import strategies as st

from gnnlab.data.open_street_map.discs import areas_within, lengths_within

coordinates = st.floats(-10, 10).map(lambda x: round(x, 3))
points = st.tuples(coordinates, coordinates)
radii = st.lists(st.floats(0.1, 20), min_size=1, max_size=4).map(np.array)


def circle(radius: float) -> shapely.Polygon:
    """A circle of 4,000 chords, which lacks 4e-7 of its area."""
    return shapely.Point(0, 0).buffer(radius, quad_segs=1000)


@given(st.lists(points, min_size=3, max_size=8), radii)
@example([(0.0, 1.0), (1.0, 0.0), (-0.0, -0.0)], np.array([1.0]))
def test_areas_are_those_of_a_circle_of_many_chords(corners: list, radii: np.ndarray) -> None:
    outline = shapely.MultiPoint(corners).convex_hull
    if not isinstance(outline, shapely.Polygon) or outline.area < 1e-3:
        return
    hole = shapely.affinity.scale(outline, 0.5, 0.5)
    polygon = shapely.Polygon(outline.exterior, [hole.exterior])
    starts, ends = [], []
    for ring, is_hole in ((polygon.exterior, False), *((r, True) for r in polygon.interiors)):
        line = np.array(ring.coords)[:: 1 if ring.is_ccw != is_hole else -1]
        starts.append(line[:-1])
        ends.append(line[1:])
    found = areas_within(np.concatenate(starts), np.concatenate(ends), radii)
    expected = [polygon.intersection(circle(radius)).area for radius in radii]
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-3)


@given(st.lists(st.tuples(points, points), min_size=1, max_size=5), radii)
def test_lengths_are_those_of_a_circle_of_many_chords(segments: list, radii: np.ndarray) -> None:
    segments = [segment for segment in segments if segment[0] != segment[1]]
    if not segments:
        return
    starts, ends = np.array(segments).transpose(1, 0, 2)
    lines = [shapely.LineString(segment) for segment in segments]
    expected = [sum(line.intersection(circle(radius)).length for line in lines) for radius in radii]
    # chords lack 1.2e-6 of the radius: a line that grazes the circle loses the root of that
    np.testing.assert_allclose(lengths_within(starts, ends, radii), expected, atol=0.1)


def test_a_circle_within_a_square_and_a_square_within_a_circle() -> None:
    square = np.array([[-1.0, -1.0], [1.0, -1.0], [1.0, 1.0], [-1.0, 1.0]])
    found = areas_within(square, np.roll(square, -1, axis=0), np.array([0.5, 1.0, 1.5]))
    assert found == pytest.approx([np.pi / 4, np.pi, 4], rel=1e-12)


def test_a_segment_that_misses_the_disc_or_touches_it_has_no_length_in_it() -> None:
    misses, touches = [[-1.0, 3.0], [1.0, 3.0]], [[-1.0, 2.0], [1.0, 2.0]]
    starts, ends = np.array([misses, touches]).transpose(1, 0, 2)
    assert lengths_within(starts, ends, np.array([2.0])).tolist() == [0.0]
