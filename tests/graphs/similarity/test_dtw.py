from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gnnlab.graphs.similarity import dtw_graph
from gnnlab.graphs.similarity.dtw import dtw_distances
from gnnlab.graphs.similarity.profiles import profiles


def textbook(one: np.ndarray, other: np.ndarray, band: int) -> float:
    """The whole table, as in Sakoe and Chiba (1978) with steps of weight 1."""
    rows, columns = len(one), len(other)
    table = np.full((rows + 1, columns + 1), np.inf)
    table[0, 0] = 0
    for row in range(1, rows + 1):
        for column in range(1, columns + 1):
            if abs(row - column) <= band:
                cost = (one[row - 1] - other[column - 1]) ** 2
                table[row, column] = cost + min(
                    table[row - 1, column - 1], table[row - 1, column], table[row, column - 1]
                )
    return float(np.sqrt(table[rows, columns]))


@given(st.integers(0, 999), st.integers(0, 12), st.integers(1, 10))
def test_distances_are_those_of_the_textbook(seed: int, band: int, phases: int) -> None:
    profile = np.random.default_rng(seed).normal(size=(phases, 4)) * 7 + 50
    spread = profile.std(axis=0)
    standard = (profile - profile.mean(axis=0)) / np.where(spread > 1e-9, spread, 1.0)
    found = dtw_distances(profile, band)
    for one in range(4):
        for other in range(4):
            expected = textbook(standard[:, one], standard[:, other], band)
            assert found[one, other] == pytest.approx(expected, abs=1e-6)


def test_a_wider_band_never_finds_more_distance() -> None:
    profile = np.random.default_rng(0).normal(size=(24, 5))
    found = [dtw_distances(profile, band) for band in range(6)]
    for narrow, wide in pairwise(found):
        assert (wide <= narrow + 1e-12).all()


@pytest.mark.parametrize("band", [0, 1, 3])
def test_a_lag_costs_little_within_the_band_and_beyond_it_what_is_left_of_it(band: int) -> None:
    hours = np.arange(24 * 14)
    wave = np.sin(2 * np.pi * (hours[:, None] - np.arange(13.0)) / 24)
    weights = dtw_graph(wave, hours % 168, band=band, sigma=5.0, neighbors=12).csr().toarray()
    assert (weights[0, 1 : band + 1] > 0.85).all()
    left = 2 * np.sqrt(168) * np.sin(np.pi * np.arange(1, 13 - band) / 24)  # of sines, not warped
    expected = np.exp(-((left / 5) ** 2))
    np.testing.assert_allclose(weights[0, band + 1 :], expected, atol=0.12 if band else 1e-9)


def test_what_was_not_observed_is_as_far_as_the_rest_and_the_silent_have_no_edge() -> None:
    hours = np.arange(24 * 14)
    wave = np.sin(2 * np.pi * hours / 24)[:, None] * [1.0, 2.0, 1.0, -1.0]
    wave[hours % 24 == 3, 1] = np.nan
    wave[:, 2] = np.nan
    seen = [0, 1, 2, *range(4, 24)]
    standard = [wave[:24, 0] / np.std(wave[:24, 0]), wave[seen, 1] - np.mean(wave[seen, 1])]
    standard[1] /= np.std(standard[1])
    expected = textbook(standard[0][seen], standard[1], band=0)  # without a band, cell by cell
    assert dtw_distances(wave[:24], 0)[0, 1] == pytest.approx(expected * (24 / 23) ** 0.5)
    graph = dtw_graph(wave, hours % 24)
    assert sorted(map(tuple, graph.edges.T.tolist())) == [(0, 1), (0, 3), (1, 3)]


def test_a_station_that_failed_early_is_not_near_to_all() -> None:
    draw = np.random.default_rng(0)
    hours = np.arange(24 * 7 * 8)
    values = np.sin(2 * np.pi * (hours[:, None] - [0, 0, 8, 8]) / 24) + draw.normal(size=(1344, 4))
    whole = dtw_distances(profiles(values, hours % 168), 3)
    values[30:, 3] = np.nan
    found = dtw_distances(profiles(values, hours % 168), 3)
    assert (found[:2, 3] > 0.6 * whole[:2, 3]).all()
    assert (found[:3, :3] == whole[:3, :3]).all()


@pytest.mark.parametrize(("last", "joined"), [(8, False), (23, False), (24, True)])
def test_a_few_hours_are_no_mean_week(last: int, joined: bool) -> None:
    hours = np.arange(24 * 28)
    wave = np.sin(2 * np.pi * (hours[:, None] - [0.0, 1.0, 2.0, 2.0]) / 24)
    few = wave.copy()
    few[last:, 3] = np.nan
    graph = dtw_graph(few, hours % 168, neighbors=4)
    assert (3 in graph.edges) == joined
    if not joined:  # and nothing else of it counts
        without = dtw_graph(wave[:, :3], hours % 168, neighbors=4)
        assert graph.edges.tolist() == without.edges.tolist()
        assert graph.weight.tolist() == without.weight.tolist()


def test_readings_at_other_phases_do_not_make_profiles_comparable() -> None:
    hours = np.arange(24 * 28)
    wave = np.sin(2 * np.pi * hours / 24)[:, None] * np.ones(2)
    day = hours // 24 % 7
    wave[day > 3, 0] = np.nan
    wave[day < 3, 1] = np.nan  # both have Thursdays only, 4 of them
    assert dtw_graph(wave, hours % 168).num_edges == 1
    wave[24 * 7 :, 0] = np.nan  # one of them, still 24 readings
    assert dtw_graph(wave, hours % 168).num_edges == 1
    wave[24 * 3 + 5, 0] = np.nan
    assert dtw_graph(wave, hours % 168).num_edges == 0


def test_days_have_enough_of_a_week_after_24_of_them() -> None:
    days = np.arange(24)
    week = np.cos(2 * np.pi * days / 7)[:, None] * [1.0, 2.0]
    assert dtw_graph(week, days % 7).num_edges == 1
    assert dtw_graph(week[:23], days[:23] % 7).num_edges == 0


def test_a_constant_station_is_flat_whatever_its_level() -> None:
    wave = np.array([0.0, 1, 0, -1, 0, 1, 0, -1, 0, 1])
    levels = [np.full(10, level) for level in (3.0, 0.1, 5.3)]  # the last two sum up inexactly
    found = dtw_distances(np.stack([wave, *levels], axis=1), band=2)
    assert (found[1:, 1:] == 0).all()
    flat = textbook((wave - wave.mean()) / wave.std(), np.zeros(10), band=2)
    np.testing.assert_allclose(found[0, 1:], flat)


@pytest.mark.parametrize("days", [3, 365])
@pytest.mark.parametrize("stations", [4, 40])
def test_weights_spread_however_far_noise_keeps_all_apart(stations: int, days: int) -> None:
    draw = np.random.default_rng(0)
    hours = np.arange(24 * days)
    peak = draw.integers(0, 12, stations)
    wave = 3 * np.sin(2 * np.pi * (hours[:, None] - peak) / 24)
    values = wave + 2 * draw.normal(size=wave.shape)
    weight = dtw_graph(values, hours % 168, neighbors=stations).weight
    assert np.median(weight) == pytest.approx(np.exp(-1), rel=0.1)
    assert weight.max() > 0.5
    assert weight.min() < 0.25


def test_the_bandwidth_is_the_median_of_distances_above_0() -> None:
    wave = np.sin(2 * np.pi * np.arange(24) / 24)[:, None]
    values = np.hstack([wave, wave, -wave, np.roll(wave, 5, axis=0), np.full((24, 1), np.nan)])
    distance = dtw_distances(values, 3)
    apart = [distance[0, 2], distance[0, 3], distance[1, 2], distance[1, 3], distance[2, 3]]
    expected = np.exp(-((distance[:4, :4] / np.median(apart)) ** 2)) - np.eye(4)
    found = dtw_graph(values, np.arange(24), neighbors=5).csr().toarray()
    np.testing.assert_allclose(found[:4, :4], expected)
    alike = dtw_graph(np.hstack([wave, wave]), np.arange(24))
    assert alike.weight.tolist() == [1.0]


def test_a_negative_band_is_refused() -> None:
    with pytest.raises(ValueError, match="band must be >= 0, got -1"):
        dtw_distances(np.eye(2), -1)
