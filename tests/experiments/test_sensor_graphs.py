from dataclasses import replace

import networkx
import numpy as np
import pandas
import pytest
from sklearn.metrics import adjusted_rand_score

from gnnlab.data import SensorSeries, Variable
from gnnlab.data.simulation import simulated_city
from gnnlab.data.time_splits import chronological
from gnnlab.errors import DataError, GraphError
from gnnlab.experiments.sensor_graphs import (
    KINDS,
    SensorGraph,
    communities,
    described,
    sensor_graph,
)
from gnnlab.graphs import Graph
from gnnlab.graphs.similarity import distance_graph, great_circle

HOURS = 24 * 7 * 8
TRAFFIC = ["A", "C", "E", "G", "I"]
STATIONS = pandas.DataFrame(
    {
        "longitude": np.linspace(10.0, 10.9, 10),
        "latitude": 50 + 0.1 * np.array([0, 3, 1, 2, 0, 4, 2, 1, 3, 0.0]),
        "road share": [0.9, 0.1, 0.8, 0.2, 0.7, 0.1, 0.9, 0.3, 0.8, 0.2],
        "elevation": [9.0, 1, 8, 2, 5, 7, 3, 6, 4, 0],
        "type": ["urban"] * 5 + ["suburban"] * 5,
    },
    index=list("ABCDEFGHIJ"),
)


def town(stations: pandas.DataFrame = STATIONS, seed: int = 0) -> SensorSeries:
    """Stations at roads and in parks, far apart: the former peak with the traffic."""
    draw = np.random.default_rng(seed)
    hour = np.arange(HOURS)
    peaks = np.exp(-(((hour % 24) - 8) ** 2) / 4) * ((hour // 24 + 4) % 7 < 5)
    weather = draw.normal(size=HOURS).cumsum() / 30
    at_road = stations.index.isin(TRAFFIC)
    level = 3 + weather[:, None] + peaks[:, None] * at_road + 0.1 * draw.normal(size=(HOURS, 10))
    wind = np.broadcast_to([3.0, 0.0], (HOURS, 10, 2))
    values = np.concatenate([np.exp(level)[:, :, None], wind], axis=2).astype(np.float32)
    values[draw.random(values.shape) < 0.03] = np.nan
    return SensorSeries(
        values=values,
        variables=(
            Variable("PM2.5", "ug/m3", "target"),
            Variable("wind u", "m/s", "past"),
            Variable("wind v", "m/s", "past"),
        ),
        times=np.datetime64("2021-01-01T00", "s") + 3600 * hour,
        stations=stations,
        time_zone="Europe/Berlin",
        name="town",
    )


def edges(found: SensorGraph) -> list[tuple]:
    graph = found.graph
    weight = graph.weight.tolist()
    return [(*ends, each) for ends, each in zip(graph.edges.T.tolist(), weight, strict=True)]


@pytest.mark.parametrize("kind", KINDS)
def test_what_happens_after_the_training_part_changes_nothing(kind: str) -> None:
    series = town()
    found = sensor_graph(series, kind, train_share=0.7)
    later = series.values.copy()
    later[int(0.7 * HOURS) :] = 1e6
    poisoned = sensor_graph(replace(series, values=later), kind, train_share=0.7)
    assert edges(poisoned) == edges(found)
    assert poisoned.importance == found.importance
    assert found.graph.labels == tuple("ABCDEFGHIJ")
    assert found.graph.num_edges > 0


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "distance"])
def test_what_happens_in_the_training_part_counts(kind: str) -> None:
    series = town()
    other = series.values[:, [1, 0, *range(2, 10)]] * np.float32([1, 1, -1])
    assert edges(sensor_graph(replace(series, values=other), kind)) != edges(
        sensor_graph(series, kind)
    )


def test_the_site_graph_joins_what_behaves_alike_and_says_why() -> None:
    found = sensor_graph(town(), "site")
    answer = described(found)
    assert [set(group) for group in answer["communities"]] == [set(TRAFFIC), set("BDFHJ")]
    assert next(iter(answer["importance"])) == "road share"
    assert sum(found.importance.values()) == pytest.approx(1)
    assert list(found.importance.values()) == sorted(found.importance.values(), reverse=True)
    assert "longitude" not in found.importance


def test_without_features_type_and_coordinates_serve() -> None:
    bare = STATIONS[["longitude", "latitude", "type"]]
    assert set(sensor_graph(town(bare), "site").importance) == {"type", "longitude", "latitude"}
    bare = STATIONS[["longitude", "latitude"]]
    assert set(sensor_graph(town(bare), "site").importance) == {"longitude", "latitude"}


def test_the_wind_blows_east() -> None:
    found = sensor_graph(town(), "wind")
    source, target = found.graph.edges
    assert found.graph.directed
    assert (source < target).all()  # stations stand from west to east


def test_combine_is_the_mean_of_what_can_be_known() -> None:
    series = town()
    every = {"neighbors": 10}
    kinds = ("distance", "correlation", "site", "wind")
    parts = [sensor_graph(series, kind, **every).graph.csr().toarray() for kind in kinds]
    found = sensor_graph(series, "combine", **every)
    np.testing.assert_allclose(found.graph.csr().toarray(), sum(parts) / 4)
    assert found.of == list(kinds)
    assert described(found)["not_of"] == []
    calm = replace(series, values=series.values[:, :, :1], variables=series.variables[:1])
    found = sensor_graph(calm, "combine", **every)
    np.testing.assert_allclose(found.graph.csr().toarray(), sum(parts[:3]) / 3)
    assert not found.graph.directed
    assert found.importance
    assert (described(found)["of"], described(found)["not_of"]) == (list(kinds[:3]), ["wind"])
    unread = series.values.copy()
    unread[: found.train, :, 2] = np.nan  # measured later only
    unread = replace(series, values=unread)
    assert edges(sensor_graph(unread, "combine", **every)) == edges(found)
    with pytest.raises(DataError, match="wind must be observed in the training part, got none"):
        sensor_graph(unread, "wind")


def test_what_a_kind_does_not_know_does_not_count_in_the_mean() -> None:
    every = {"neighbors": 10}
    table = STATIONS.astype({"type": object})
    table.loc["B", ["longitude", "latitude"]] = np.nan  # unknown to distance and wind
    table.loc["C", ["road share", "elevation", "type"]] = np.nan  # to site
    series = replace(town(), stations=table)
    series.values[10:, 3, 0] = np.nan  # to correlation
    series.values[:, 4, 1:] = np.nan  # its own wind is unknown, not that of others
    parts = {
        kind: sensor_graph(series, kind, **every).graph.csr().toarray()
        for kind in ("distance", "correlation", "site", "wind")
    }
    found = sensor_graph(series, "combine", **every).graph.csr().toarray()

    def mean(target: str, source: str, *kinds: str) -> float:
        pair = "ABCDEFGHIJ".index(target), "ABCDEFGHIJ".index(source)
        expected = sum(parts[kind][pair] for kind in kinds) / len(kinds)
        assert expected > 0
        return found[pair] / expected

    assert mean("A", "F", *parts) == pytest.approx(1)
    assert mean("B", "A", "correlation", "site") == pytest.approx(1)
    assert mean("A", "C", "distance", "correlation", "wind") == pytest.approx(1)
    assert mean("D", "A", "distance", "site", "wind") == pytest.approx(1)
    assert mean("B", "D", "site") == pytest.approx(1)
    assert mean("E", "A", *parts) == pytest.approx(1)
    assert mean("A", "E", "distance", "correlation", "site") == pytest.approx(1)


@pytest.mark.parametrize("kind", ["correlation", "dtw"])
def test_stations_with_too_few_readings_to_be_judged_are_named(kind: str) -> None:
    series = town()
    assert described(sensor_graph(series, kind))["too_few_readings"] == []
    series.values[8 : int(0.7 * HOURS), [1, 6], 0] = np.nan  # later they have enough
    found = sensor_graph(series, kind)
    assert described(found)["too_few_readings"] == ["B", "G"]
    assert set(found.graph.edges.ravel().tolist()) == {*range(10)} - {1, 6}
    assert described(sensor_graph(series, "site"))["too_few_readings"] == []


@pytest.mark.parametrize("steps", [10, 90, 180])  # 0.7 x 90 is 62.99999999999999 in float64
def test_the_training_part_is_that_of_the_splits(steps: int) -> None:
    found = sensor_graph(town().between(0, steps), "distance", train_share=0.7)
    assert found.train == len(chronological(steps).train)


def test_the_answer_says_what_was_used() -> None:
    found = sensor_graph(town(), "distance", neighbors=2)
    answer, graph = described(found), found.graph
    assert answer["training"] == {
        "start": "2021-01-01T01:00:00",
        "end": "2021-02-09T04:00:00",
        "time_zone": "Europe/Berlin",
        "steps": 940,
        "of": HOURS,
    }
    assert (answer["nodes"], answer["directed"]) == (10, False)
    assert answer["components"] == networkx.number_connected_components(graph.to_networkx())
    assert answer["density"] == pytest.approx(answer["edges"] / 45)
    weights = [edge["weight"] for edge in answer["strongest"]]
    assert weights == sorted(weights, reverse=True)
    assert answer["target"] == "PM2.5"
    assert (answer["neighbors"], answer["threshold"]) == (2, None)
    weight = distance_graph(*STATIONS[["longitude", "latitude"]].to_numpy().T, neighbors=2).weight
    np.testing.assert_array_equal(graph.weight, weight)
    km = great_circle(*STATIONS[["longitude", "latitude"]].to_numpy().T)
    assert answer["sigma_km"] == pytest.approx(km.std())
    described_wind = described(sensor_graph(town(), "wind", threshold=0.5))
    assert (described_wind["neighbors"], described_wind["threshold"]) == (None, 0.5)
    assert described_wind["sigma_km"] is None
    mean = described(sensor_graph(town(), "combine"))
    assert (mean["neighbors"], mean["sigma_km"]) == (3, answer["sigma_km"])
    assert sensor_graph(town(), "combine").graph.num_edges < 45


def test_stations_without_coordinates_stay_and_are_named() -> None:
    lost = STATIONS.assign(longitude=[10.0, np.nan, *np.linspace(10, 11, 7), np.nan])
    series = replace(town(), stations=lost)
    for kind in ("distance", "wind"):
        found = sensor_graph(series, kind)
        assert not {1, 9} & set(found.graph.edges.ravel().tolist())
        assert described(found)["without_coordinates"] == ["B", "J"]
    for kind in ("site", "correlation", "combine"):
        assert {1, 9} <= set(sensor_graph(series, kind).graph.edges.ravel().tolist())


def test_communities_are_numbered_by_size() -> None:
    graph = Graph.from_edges([("a", "b"), ("c", "d"), ("d", "e"), ("e", "c")])
    assert communities(graph).tolist() == [1, 1, 0, 0, 0]


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"kind": "near"}, "a kind must be one of distance, .*, got 'near'"),
        ({"kind": "dtw", "train_share": 0.0}, "train_share must be above 0 and at most 1, got 0.0"),
        ({"kind": "dtw", "train_share": 1.1}, "train_share must be above 0 and at most 1, got 1.1"),
    ],
)
def test_wrong_settings_are_refused(settings: dict, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        sensor_graph(town(), **settings)


def test_data_that_do_not_suffice_are_refused() -> None:
    series = town()
    with pytest.raises(DataError, match="at least 2 steps, got 1"):
        sensor_graph(series, "dtw", train_share=0.001)
    lost = STATIONS.assign(longitude=[10.0, *[np.nan] * 9])
    for kind in ("distance", "wind", "combine"):
        with pytest.raises(
            DataError, match="at least 2 stations must have coordinates, got 1 of 10"
        ):
            sensor_graph(replace(series, stations=lost), kind)
    calm = replace(series, values=series.values[:, :, :1], variables=series.variables[:1])
    with pytest.raises(DataError, match=r"needs wind u and wind v, got PM2\.5"):
        sensor_graph(calm, "wind")
    alike = STATIONS[["longitude", "latitude"]].assign(type="urban", height=3.0)
    with pytest.raises(GraphError, match="a feature that differs between stations, got none"):
        sensor_graph(replace(series, stations=alike), "site")


@pytest.mark.parametrize("seed", [0, 1])
def test_the_site_graph_of_a_simulated_city_finds_its_land_use(seed: int) -> None:
    city = simulated_city(stations=40, years=1, seed=seed)
    found = sensor_graph(city.series, "site")  # sees the operator's table and readings only
    assert adjusted_rand_score(city.groups, communities(found.graph)) >= 0.8
