import numpy as np
import pandas
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gnnlab.errors import GraphError
from gnnlab.graphs.similarity import gaussian_kernel, site_graph, sparsify
from gnnlab.graphs.similarity.behaviour import behaviour_clusters, typical_behaviour
from gnnlab.graphs.similarity.profiles import profiles
from gnnlab.graphs.similarity.site import importances, standardized

STEPS = 24 * 30
HOUR = np.arange(STEPS) % 24


def readings(groups: list[int], seed: int = 0) -> np.ndarray:
    """Each group peaks at an hour of its own; all share the weather; levels differ by station."""
    draw = np.random.default_rng(seed)
    weather = draw.normal(size=(STEPS, 1)).cumsum(axis=0)
    level = draw.normal(size=len(groups)) * 3
    peak = np.cos(2 * np.pi * (HOUR[:, None] - 6 * np.array(groups)) / 24)
    values = weather + level + peak + 0.3 * draw.normal(size=(STEPS, len(groups)))
    values[draw.random(values.shape) < 0.1] = np.nan
    return values


def same(one: np.ndarray, other: np.ndarray) -> bool:
    """Whether two ways of grouping are one, whatever the groups' numbers."""
    return len(set(zip(one, other, strict=True))) == len(set(one)) == len(set(other))


@settings(max_examples=10)
@given(st.integers(0, 99), st.integers(2, 4))
def test_clusters_are_of_those_that_peak_together(seed: int, count: int) -> None:
    groups = [number % count for number in range(12)]
    found = behaviour_clusters(readings(groups, seed), HOUR[None])
    assert same(found, np.array(groups))


def test_there_are_no_more_than_eight_clusters() -> None:
    peaks = 24 * np.arange(24) // 12 % 24 // 2  # twelve hours of day, two stations each
    values = np.cos(2 * np.pi * (HOUR[:, None] - peaks) / 24) ** 15
    assert len(np.unique(typical_behaviour(values, HOUR[None]).round(6), axis=0)) == 12
    assert len(set(behaviour_clusters(values, HOUR[None]))) == 8


def test_typical_behaviour_is_a_plain_mean_of_what_is_apart() -> None:
    values = readings([0, 1, 1, 2], seed=3)
    own = values - np.nanmean(values, axis=0)
    apart = own - np.nanmean(own, axis=1, keepdims=True)
    apart -= np.nanmean(apart, axis=0)
    expected = np.stack([np.nanmean(apart[hour == HOUR], axis=0) for hour in range(24)], axis=1)
    expected /= np.sqrt((expected**2).sum(axis=1, keepdims=True))
    np.testing.assert_allclose(typical_behaviour(values, HOUR[None]), expected)


def test_units_levels_and_the_weather_do_not_matter() -> None:
    values = readings([0, 1, 1, 2, 0], seed=4)
    values[np.isnan(values)] = 0.0
    weather = np.random.default_rng(0).normal(size=(STEPS, 1))
    np.testing.assert_allclose(
        typical_behaviour(3 * (values + weather) + np.arange(5), HOUR[None]),
        typical_behaviour(values, HOUR[None]),
        atol=1e-12,
    )


def test_few_stations_are_one_group() -> None:
    assert behaviour_clusters(readings([0, 1, 2]), HOUR[None]).tolist() == [0, 0, 0]


def test_silent_or_equal_stations_are_in_no_group() -> None:
    assert set(behaviour_clusters(np.full((STEPS, 6), np.nan), HOUR[None])) == {-1}
    assert set(behaviour_clusters(np.ones((STEPS, 6)), HOUR[None])) == {-1}
    shifted = readings([0])[:, [0] * 6] + np.arange(6) / 10  # equal but for level and rounding
    assert set(behaviour_clusters(shifted, HOUR[None])) == {-1}


def test_stations_that_were_never_observed_are_no_behaviour_of_their_own() -> None:
    groups = np.array([0, 1] * 6)
    silent = np.arange(12) >= 8
    values = readings(groups.tolist())
    values[:, silent] = np.nan
    clusters = behaviour_clusters(values, HOUR[None])
    assert set(clusters[silent]) == {-1}
    assert same(clusters[~silent], groups[~silent])
    draw = np.random.default_rng(0)
    table = pandas.DataFrame({"share": groups + 0.2 * draw.normal(size=12), "new": 1.0 * silent})
    found = site_graph(table, values, HOUR[None])
    assert found.importance == {"share": 1.0, "new": 0.0}  # "new" tells the silent ones only
    assert set(np.flatnonzero(silent)) <= set(found.graph.edges.ravel().tolist())


def test_a_station_of_which_nothing_is_known_has_no_edges_and_teaches_nothing() -> None:
    groups = [0, 1] * 6
    draw = np.random.default_rng(0)
    table = pandas.DataFrame({"share": np.array(groups) + 0.2 * draw.normal(size=12)})
    table["noise"] = draw.normal(size=12)
    table.loc[[3, 7]] = np.nan
    values = readings(groups)
    found = site_graph(table, values, HOUR[None], neighbors=12)
    assert not {3, 7} & set(found.graph.edges.ravel().tolist())
    standard, _ = standardized(table)
    known = np.setdiff1d(np.arange(12), [3, 7])
    learned = importances(standard[known], found.clusters[known], 0)
    assert list(found.importance.values()) == pytest.approx(sorted(learned, reverse=True))


def test_profiles_are_means_of_what_was_observed() -> None:
    values = readings([0, 1], seed=5)
    values[HOUR == 3, 1] = np.nan
    found = profiles(values, HOUR)
    for hour in range(24):
        observed = values[hour == HOUR]
        assert found[hour, 0] == pytest.approx(np.nanmean(observed[:, 0]))
    assert np.isnan(found[3, 1])


def test_features_are_standardised_and_categories_become_columns() -> None:
    table = pandas.DataFrame(
        {
            "roads": [1.0, 2.0, np.nan, 6.0],
            "type": ["park", "urban", "park", None],
            "level": [4, 4, 4, 4],
            "unknown": [np.nan] * 4,
            "count": pandas.array([1, 2, None, 3], dtype="Int64"),
            "near water": [True, False, False, False],
        }
    )
    standard, names = standardized(table)
    assert names == ["roads", "type", "type", "type", "count", "near water", "near water"]
    roads = np.array([1.0, 2.0, 6.0])
    assert standard[[0, 1, 3], 0] == pytest.approx((roads - 3) / roads.std())
    assert standard[2, 0] == 0
    assert standard[:, 4] == pytest.approx([-(1.5**0.5), 0, 0, 1.5**0.5])
    np.testing.assert_allclose(standard[:, 1:4].std(axis=0), 1)
    np.testing.assert_allclose(standard[:, 5], -standard[:, 6])


def test_nothing_that_differs_is_refused() -> None:
    table = pandas.DataFrame(
        {"type": ["urban"] * 3, "height": [np.nan, 3.0, 3.0], "share": [0.1] * 3}
    )  # whose mean is not 0.1, but for rounding
    with pytest.raises(GraphError, match="a feature that differs between stations, got none"):
        standardized(table)


def test_what_tells_clusters_apart_is_important() -> None:
    draw = np.random.default_rng(0)
    clusters = np.arange(40) % 3
    standard = np.column_stack([draw.normal(size=40), clusters - 1.0, draw.normal(size=40)])
    found = importances(standard, clusters, 0)
    assert found.argmax() == 1
    assert found.sum() == pytest.approx(1)
    assert importances(standard, np.zeros(40, dtype=int), 0).tolist() == [1 / 3] * 3
    helpless = np.array([[1.0], [1.0], [-1.0], [-1.0]])
    assert importances(helpless, np.array([0, 1, 0, 1]), 0).tolist() == [1.0]


def few_among_many(seed: int, few: int = 4) -> tuple[np.ndarray, np.ndarray]:
    """What tells 30 of 60 apart, what tells a few apart, and noise; and the groups."""
    draw = np.random.default_rng(seed)
    clusters = draw.permutation(np.repeat([0, 1, 2], [30 - few, 30, few]))
    told = np.column_stack([clusters == 1, clusters == 2, np.zeros(60)])
    standard = told + draw.normal(size=(60, 3)) * [0.3, 0.3, 1.0]
    return (standard - standard.mean(axis=0)) / standard.std(axis=0), clusters


@pytest.mark.parametrize("seed", [0, 1])
def test_what_tells_a_small_group_apart_counts_as_what_tells_a_large_one(seed: int) -> None:
    large, small, noise = importances(*few_among_many(seed), random_state=0)
    assert small > 0.7 * large
    assert noise < 0.7 * small


def test_other_draws_of_the_forest_find_nearly_the_same() -> None:
    found = [importances(*few_among_many(5), random_state=seed) for seed in range(4)]
    assert np.ptp(found, axis=0).max() < 0.025


def test_weights_are_the_kernel_of_the_weighted_distance() -> None:
    groups = [0, 1] * 6
    draw = np.random.default_rng(1)
    table = pandas.DataFrame(
        {"share": np.array(groups) + 0.2 * draw.normal(size=12), "noise": draw.normal(size=12)},
        index=[f"station {number}" for number in range(12)],
    )
    found = site_graph(table, readings(groups), HOUR[None], neighbors=12)
    z = ((table - table.mean()) / table.std(ddof=0)).to_numpy()
    weight = [found.importance["share"], found.importance["noise"]]
    distance = np.zeros((12, 12))
    for one in range(12):
        for other in range(12):
            squares = [w * (a - b) ** 2 for w, a, b in zip(weight, z[one], z[other], strict=True)]
            distance[one, other] = sum(squares) ** 0.5
    expected = np.exp(-((distance / distance.std()) ** 2)) - np.eye(12)
    np.testing.assert_allclose(found.graph.csr().toarray(), expected, atol=1e-12)
    assert list(found.importance) == ["share", "noise"]
    assert found.graph.labels == tuple(table.index)
    assert same(found.clusters, np.array(groups))


def test_a_seed_gives_the_same_graph_again() -> None:
    table = pandas.DataFrame({"a": np.arange(8.0), "b": np.arange(8.0) % 3})
    values = readings([0, 1] * 4)
    found = [site_graph(table, values, HOUR[None], random_state=seed) for seed in (0, 0, 1)]
    assert found[0].importance == found[1].importance
    assert found[0].importance != found[2].importance


def test_features_that_say_nothing_do_not_drown_those_that_do() -> None:
    groups = np.arange(30) % 3
    draw = np.random.default_rng(2)
    telling = {f"share {group}": 1.0 * (groups == group) for group in range(3)}
    noise = {f"noise {number}": draw.normal(size=30) for number in range(60)}
    table = pandas.DataFrame({**telling, **noise})
    found = site_graph(table, readings(groups.tolist()), HOUR[None])
    source, target = groups[found.graph.edges]
    assert found.graph.weight[source == target].sum() > 0.9 * found.graph.weight.sum()
    standard, _ = standardized(table)
    unweighted = np.sqrt(((standard[:, None] - standard) ** 2).sum(axis=2))
    plain = sparsify(gaussian_kernel(unweighted))
    source, target = groups[plain.edges]
    assert plain.weight[source == target].sum() < 0.8 * plain.weight.sum()
