from math import acos, cos, radians, sin

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gnnlab.graphs.similarity import distance_graph, great_circle

places = st.lists(st.tuples(st.floats(-180, 180), st.floats(-90, 90)), min_size=1, max_size=6).map(
    lambda pairs: tuple(np.array(pairs, dtype=float).T)
)


@given(places)
def test_the_great_circle_is_the_angle_between_places(
    where: tuple[np.ndarray, np.ndarray],
) -> None:
    longitude, latitude = where
    found = great_circle(longitude, latitude)
    for one in range(len(longitude)):
        for other in range(len(longitude)):
            north = radians(latitude[one]), radians(latitude[other])
            east = radians(longitude[one] - longitude[other])
            cosine = sin(north[0]) * sin(north[1]) + cos(north[0]) * cos(north[1]) * cos(east)
            # the law of cosines loses half of the digits where places are near
            assert found[one, other] == pytest.approx(
                6371.0088 * acos(max(-1.0, min(1.0, cosine))), abs=0.3
            )
    np.testing.assert_array_equal(found, found.T)
    assert (np.diag(found) == 0).all()


def test_two_stations_of_beijing() -> None:
    found = great_circle(np.array([116.397, 116.417]), np.array([39.982, 39.929]))
    across = 111.195 * 0.020 * cos(radians(39.955))
    along = 111.195 * 0.053
    assert found[0, 1] == pytest.approx((across**2 + along**2) ** 0.5, rel=1e-3)


@given(places, st.integers(1, 3))
def test_each_station_has_its_nearest_neighbours(
    where: tuple[np.ndarray, np.ndarray], neighbors: int
) -> None:
    graph = distance_graph(*where, neighbors=neighbors)
    degree = np.bincount(graph.edges.ravel(), minlength=graph.num_nodes)
    assert (degree >= min(neighbors, graph.num_nodes - 1)).all()
    assert graph.num_loops == 0
    assert ((graph.weight > 0) & (graph.weight <= 1)).all()
    assert not graph.directed


def test_weights_are_the_kernel_of_the_distance() -> None:
    graph = distance_graph(np.array([0.0, 1.0]), np.zeros(2), ["A", "B"], sigma=100.0)
    degree = 2 * np.pi * 6371.0088 / 360
    assert graph.labels == ("A", "B")
    assert graph.weight.tolist() == [pytest.approx(np.exp(-((degree / 100) ** 2)))]


def test_two_at_one_place_weigh_1() -> None:
    graph = distance_graph(np.array([7.0, 7.0, 8.0]), np.array([50.0, 50.0, 50.0]), threshold=0.9)
    assert graph.edges.T.tolist() == [[0, 1]]
    assert graph.weight.tolist() == [1.0]


def test_a_station_at_an_unknown_place_has_no_edges() -> None:
    longitude = np.array([0.0, np.nan, 0.1, 0.0])
    latitude = np.array([0.0, 1.0, 0.0, np.nan])
    found = great_circle(longitude, latitude)
    assert np.isnan(found[1]).all()
    assert np.isfinite(found[0]).tolist() == [True, False, True, False]
    graph = distance_graph(longitude, latitude)
    assert graph.edges.T.tolist() == [[0, 2]]
    known = distance_graph(longitude[[0, 2]], latitude[[0, 2]])
    assert graph.weight.tolist() == known.weight.tolist()
    assert distance_graph(np.full(2, np.nan), np.zeros(2)).num_edges == 0
