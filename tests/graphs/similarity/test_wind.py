import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gnnlab.graphs.similarity import great_circle, wind_graph
from gnnlab.graphs.similarity.wind import advection, directions

LONGITUDE = np.array([10.0, 10.3, 10.1, 10.2])
LATITUDE = np.array([50.0, 50.1, 49.9, 50.0])


def constant(u: float, v: float, stations: int = 4) -> tuple[np.ndarray, np.ndarray]:
    return np.full((48, stations), u), np.full((48, stations), v)


def test_a_constant_west_wind_blows_from_west_to_east_alone() -> None:
    graph = wind_graph(LONGITUDE, LATITUDE, *constant(4.0, 0.0), neighbors=4)
    source, target = graph.edges
    assert graph.directed
    assert graph.num_edges == 6  # every pair, one way
    assert (LONGITUDE[source] < LONGITUDE[target]).all()
    assert graph.weight.max() == 1


def test_rounding_of_the_direction_makes_no_edge() -> None:
    north_and_south = np.array([10.0, 10.0]), np.array([50.0, 50.2])
    assert wind_graph(*north_and_south, *constant(4.0, 4e-16, stations=2)).num_edges == 0
    assert wind_graph(*north_and_south, *constant(4.0, 4e-3, stations=2)).num_edges == 1


@given(st.integers(0, 999))
def test_it_is_the_mean_advection_coefficient(seed: int) -> None:
    draw = np.random.default_rng(seed)
    u, v = draw.normal(size=(2, 30, 4))
    u[draw.random(u.shape) < 0.2] = np.nan
    distance = great_circle(LONGITUDE, LATITUDE)
    expected = np.zeros((4, 4))
    for source in range(4):
        for target in range(4):
            if source == target:
                continue
            east = (LONGITUDE[target] - LONGITUDE[source]) * np.cos(np.deg2rad(50.0))
            north = LATITUDE[target] - LATITUDE[source]
            to_target = np.arctan2(north, east)
            coefficients = [
                max(0.0, np.hypot(x, y) * np.cos(np.arctan2(y, x) - to_target))
                / distance[source, target]
                for x, y in zip(u[:, source], v[:, source], strict=True)
                if not np.isnan(x)
            ]
            expected[target, source] = sum(coefficients) / len(coefficients)
    np.testing.assert_allclose(
        advection(LONGITUDE, LATITUDE, u, v), expected, rtol=0.01, atol=1e-4
    )  # the oracle's earth is flat
    graph = wind_graph(LONGITUDE, LATITUDE, u, v, neighbors=4)
    np.testing.assert_allclose(graph.csr().toarray(), expected / expected.max(), atol=0.01)


def test_it_is_told_by_the_wind_at_the_source() -> None:
    u, v = constant(0.0, 0.0, stations=2)
    u[:, 0] = 3.0
    graph = wind_graph(np.array([10.0, 10.1]), np.array([50.0, 50.0]), u, v)
    assert graph.edges.T.tolist() == [[0, 1]]
    u[:] = [0.0, 3.0]
    assert wind_graph(np.array([10.0, 10.1]), np.array([50.0, 50.0]), u, v).num_edges == 0


def test_calm_unobserved_and_one_place_make_no_edges() -> None:
    where = np.array([10.0, 10.0, 10.1]), np.array([50.0, 50.0, 50.0])
    assert wind_graph(*where, *constant(0.0, 0.0, 3)).num_edges == 0
    assert wind_graph(*where, *constant(np.nan, np.nan, 3)).num_edges == 0
    graph = wind_graph(*where, *constant(2.0, 1.0, 3))
    assert graph.edges.T.tolist() == [[0, 2], [1, 2]]


def test_a_station_at_an_unknown_place_has_no_edges() -> None:
    where = np.array([10.0, np.nan, 10.1]), np.array([50.0, 50.0, 50.0])
    assert wind_graph(*where, *constant(2.0, 1.0, 3)).edges.T.tolist() == [[0, 2]]


def test_stations_next_door_do_not_outweigh_all_others() -> None:
    where = np.array([10.0, 10.0001, 10.1]), np.array([50.0, 50.0, 50.0])
    graph = wind_graph(*where, *constant(2.0, 0.0, 3))
    far = great_circle(*where)[0, 2]
    assert dict(zip(map(tuple, graph.edges.T.tolist()), graph.weight, strict=True)) == {
        (0, 1): 1.0,
        (0, 2): pytest.approx(1 / far, rel=1e-6),
        (1, 2): pytest.approx(1 / far, rel=1e-2),
    }


def test_directions_are_unit_vectors() -> None:
    east, north = directions(LONGITUDE, LATITUDE)
    length = np.hypot(east, north)
    np.testing.assert_allclose(length, 1 - np.eye(4))
