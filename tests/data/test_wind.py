"""Wind: from where it blows, and where the air goes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gnnlab.data.wind import COMPASS, compass_degrees, wind_components


@pytest.mark.parametrize(
    ("blows_from", "u", "v"), [("N", 0, -3), ("E", -3, 0), ("S", 0, 3), ("W", 3, 0)]
)
def test_air_goes_away_from_where_the_wind_comes_from(blows_from, u, v):
    got = wind_components(np.array([3.0]), compass_degrees([blows_from]))
    np.testing.assert_allclose(np.ravel(got), [u, v], atol=1e-12)


@given(st.floats(0.01, 60), st.floats(0, 359.9))
def test_components_hold_speed_and_direction(speed, direction):
    u, v = wind_components(np.array([speed]), np.array([direction]))
    assert np.hypot(u, v)[0] == pytest.approx(speed)
    back = np.rad2deg(np.arctan2(-u, -v))[0]
    assert (back - direction + 180) % 360 - 180 == pytest.approx(0, abs=1e-6)


@given(st.lists(st.sampled_from(COMPASS)))
def test_points_are_22_and_a_half_degrees_apart_in_any_case(points):
    lower = compass_degrees([f" {point.lower()} " for point in points])
    np.testing.assert_array_equal(lower, [22.5 * COMPASS.index(point) for point in points])


def test_calm_needs_no_direction_but_wind_does():
    u, v = wind_components(np.array([0.0, 1.0, np.nan]), compass_degrees(["calm", "calm", "N"]))
    np.testing.assert_array_equal(u, [0, np.nan, np.nan])
    np.testing.assert_array_equal(v, [0, np.nan, np.nan])


def test_components_of_a_whole_series_keep_its_shape():
    speed = np.ones((4, 3))
    u, v = wind_components(speed, np.full_like(speed, 90))
    assert u.shape == v.shape == (4, 3)
