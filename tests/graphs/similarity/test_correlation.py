import numpy as np
import pandas
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import spearmanr

from gnnlab.graphs.similarity import correlation_graph
from gnnlab.graphs.similarity.correlation import (
    LEAST_COMMON,
    correlations,
    correlations_of_changes,
)


def series(seed: int, steps: int = 120, stations: int = 4, missing: float = 0.2) -> np.ndarray:
    draw = np.random.default_rng(seed)
    values = draw.normal(size=(steps, 1)) + draw.normal(size=(steps, stations)) + 40
    values = values.cumsum(axis=0)
    values[draw.random(values.shape) < missing] = np.nan
    return values


def oracle(values: np.ndarray) -> np.ndarray:
    ranks = pandas.DataFrame(np.diff(values, axis=0)).rank()
    return ranks.corr(min_periods=LEAST_COMMON).to_numpy()


@given(st.integers(0, 999), st.floats(0, 0.6))
def test_it_is_that_of_changes_that_both_stations_have(seed: int, missing: float) -> None:
    values = series(seed, missing=missing)
    found = correlation_graph(values, neighbors=4).csr().toarray()
    expected = np.nan_to_num(np.maximum(oracle(values), 0))
    np.fill_diagonal(expected, 0)
    np.testing.assert_allclose(found, expected, atol=1e-10)


def test_without_gaps_it_is_spearman_s_correlation() -> None:
    values = series(7, missing=0.0).round(0)  # with ties
    expected = spearmanr(np.diff(values, axis=0)).statistic
    np.testing.assert_allclose(correlations_of_changes(values), expected)


@pytest.mark.parametrize("wrong", [980.0, -1e6])
def test_one_wrong_reading_parts_nobody(wrong: float) -> None:
    values = 20 + series(8, steps=500, missing=0.05) / 50
    before = correlation_graph(values, neighbors=4).csr().toarray()
    values[100, 0] = wrong
    after = correlation_graph(values, neighbors=4).csr().toarray()
    np.testing.assert_allclose(after, before, atol=0.03)
    assert after[0, 1] > 0.3


@pytest.mark.parametrize("kind", [np.float32, np.float64])
def test_rounding_has_no_ranks(kind: type) -> None:
    draw = np.random.default_rng(9)
    stairs = draw.integers(0, 3, size=(400, 2)).cumsum(axis=0)  # many equal changes
    found = correlation_graph((12.3 + 0.1 * stairs).astype(kind), neighbors=2).weight
    np.testing.assert_array_equal(found, correlation_graph(1.0 * stairs, neighbors=2).weight)
    ramp = (0.1 * np.arange(400.0)[:, None] * [1.0, 1.0]).astype(kind)
    assert correlation_graph(ramp).num_edges == 0


@given(
    st.integers(0, 99),
    st.lists(st.floats(0.01, 100), min_size=4, max_size=4),
    st.lists(st.floats(-1000, 1000), min_size=4, max_size=4),
)
def test_units_and_offsets_of_a_station_do_not_matter(
    seed: int, scale: list[float], offset: list[float]
) -> None:
    values = series(seed)
    moved = values * np.array(scale) + np.array(offset)
    np.testing.assert_allclose(
        correlation_graph(moved, neighbors=4).csr().toarray(),
        correlation_graph(values, neighbors=4).csr().toarray(),
        atol=1e-7,
    )


def test_what_was_not_observed_does_not_count() -> None:
    values = series(1, missing=0.0)
    values[50, 2] = np.nan
    found = correlation_graph(values, neighbors=4).csr().toarray()
    np.testing.assert_allclose(
        found[:2, :2], correlation_graph(values[:, :2], neighbors=4).csr().toarray()
    )
    seen = np.delete(np.diff(values, axis=0), [49, 50], axis=0)  # the changes to and from the gap
    assert found[0, 2] == pytest.approx(spearmanr(seen[:, 0], seen[:, 2]).statistic, abs=0.01)


def test_levels_that_share_a_trend_alone_are_not_joined() -> None:
    draw = np.random.default_rng(0)
    trend = np.linspace(0, 1000, 2000)[:, None]
    values = trend + draw.normal(size=(2000, 2))
    assert correlations(values)[0, 1] > 0.99
    assert correlation_graph(values, threshold=0.1).num_edges == 0


def test_constant_silent_and_opposite_stations_are_alone() -> None:
    values = series(3, missing=0.0)[:, [0, 0, 0, 0, 0]]
    values[:, 1] = 5.0
    values[:, 2] = np.nan
    values[:, 3] *= -1
    graph = correlation_graph(values)
    assert graph.edges.T.tolist() == [[0, 4]]
    assert graph.weight.tolist() == [pytest.approx(1.0)]


def test_too_few_common_changes_say_nothing() -> None:
    values = series(4, steps=LEAST_COMMON + 1, stations=1, missing=0.0)[:, [0, 0]]
    assert correlation_graph(values).num_edges == 1
    assert correlation_graph(values[1:]).num_edges == 0


def test_rounding_makes_no_correlation() -> None:
    values = np.random.default_rng(6).normal(size=(200, 3))
    values[:100, 0] = np.nan
    values[100:, 1] = 0.1 * np.sqrt(2)  # constant, but for rounding, where the first is observed
    assert np.isnan(correlations(values)[0, 1])
    assert np.isnan(correlations(values)[1, 0])
    assert np.isfinite(correlations(values)[2]).all()
    np.testing.assert_allclose(correlations(values + 1e8), correlations(values), atol=1e-6)


@given(st.integers(0, 999))
def test_it_is_never_above_1(seed: int) -> None:
    values = np.random.default_rng(seed).normal(size=(50, 1)) * [1.0, 0.3, 7.1, -1.0]
    assert np.nanmax(np.abs(correlations(values))) <= 1


def test_single_precision_is_enough() -> None:
    values = series(5)
    np.testing.assert_allclose(
        correlation_graph(values.astype(np.float32), neighbors=4).csr().toarray(),
        correlation_graph(values, neighbors=4).csr().toarray(),
        atol=0.01,  # of 120 changes some are alike but for rounding
    )
