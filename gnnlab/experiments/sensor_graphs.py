"""Stations -> a graph: which kinds of likeness there are, fitted on the training part alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from jaxtyping import Int

from gnnlab.data import SensorSeries
from gnnlab.errors import DataError
from gnnlab.graphs import Graph, components
from gnnlab.graphs.similarity import (
    SiteSimilarity,
    combine,
    correlation_graph,
    distance_graph,
    dtw_graph,
    site_graph,
    wind_graph,
)

if TYPE_CHECKING:
    import pandas

KINDS = ("distance", "correlation", "site", "wind", "dtw", "combine")
WIND = ("wind u", "wind v")
COMBINED = ("distance", "correlation", "site", "wind")
STRONGEST = 10  # edges that are listed
IMPORTANT = 10  # features that are listed


@dataclass(frozen=True, eq=False)
class SensorGraph:
    """A graph of the stations of a series, and what it was made from.

    Args:
        kind: one of `KINDS`.
        graph: its nodes are the stations, in their order.
        series: whole; only its first ``train`` steps were used.
        train: steps of the training part.
        of: the kinds that it is the mean of; its own alone unless it is ``"combine"``.
        importance: of features of the surroundings, where they were used, greatest first.
    """

    kind: str
    graph: Graph
    series: SensorSeries
    train: int
    of: Sequence[str]
    importance: Mapping[str, float] = field(default_factory=dict)


def sensor_graph(
    series: SensorSeries,
    kind: str,
    *,
    train_share: float = 0.7,
    threshold: float | None = None,
    neighbors: int | None = None,
    osm: str | Path | None = None,
    random_state: int = 0,
) -> SensorGraph:
    """The graph of one kind over a series' stations.

    Readings are those of the first target: logarithms for ``"site"``, as they are otherwise.
    ``"combine"`` is the mean of distance, correlation, site and, where it was measured, wind.

    Args:
        series: readings with their stations.
        kind: one of `KINDS`.
        train_share: of all steps, from the first on: the training part.
        threshold: keeps weights of at least this.
        neighbors: keeps the strongest of each station; see
            :func:`gnnlab.graphs.similarity.sparsify`.
        osm: an OpenStreetMap file, from which ``"site"`` takes what surrounds the stations. Without
            it serve the features of the station table, or, if it has none, type and coordinates.
        random_state: of what ``"site"`` draws.

    Raises:
        ValueError: another kind or share; see :func:`gnnlab.graphs.similarity.sparsify`.
        DataError: fewer than two stations with coordinates where they are needed, no wind, or a
            training part of less than two steps. A station without coordinates has no edges by
            distance and wind.
    """
    if kind not in KINDS:
        raise ValueError(f"a kind must be one of {', '.join(KINDS)}, got {kind!r}")
    if not 0 < train_share <= 1:
        raise ValueError(f"train_share must be above 0 and at most 1, got {train_share}")
    train = int(len(series.times) * train_share + 1e-9)  # 0.7 x 90 is 63, rounding aside
    if train < 2:
        raise DataError(f"the training part must have at least 2 steps, got {train}")
    past = series.between(0, train)
    if kind != "combine":
        graph, importance = _of_kind(
            past, kind, osm, random_state, threshold=threshold, neighbors=neighbors
        )
        return SensorGraph(kind, graph, series, train, (kind,), importance)
    kinds = [each for each in COMBINED if each != "wind" or has_wind(series)]
    every = len(series.stations)
    parts = [_of_kind(past, each, osm, random_state, neighbors=every) for each in kinds]
    graph = combine([part for part, _ in parts], threshold=threshold, neighbors=neighbors)
    importance = parts[kinds.index("site")][1]
    return SensorGraph(kind, graph, series, train, kinds, importance)


def _of_kind(
    past: SensorSeries, kind: str, osm: str | Path | None, random_state: int, **few: Any
) -> tuple[Graph, Mapping[str, float]]:
    """The graph of one kind, and which features mattered to it."""
    labels = [str(name) for name in past.stations.index]
    readings = past.of(past.names("target")[0])
    if kind == "site":
        found = site_of(past, surroundings(past, osm), random_state, **few)
        return found.graph, found.importance
    if kind == "correlation":
        return correlation_graph(readings, labels, **few), {}
    if kind == "dtw":
        return dtw_graph(readings, step_of_week(past), labels, **few), {}
    east, north = coordinates(past)
    if kind == "distance":
        return distance_graph(east, north, labels, **few), {}
    u, v = wind_of(past)
    return wind_graph(east, north, u, v, labels, **few), {}


def described(found: SensorGraph) -> dict[str, Any]:
    """A graph of sensors in numbers and names: sizes, strongest edges, what mattered, groups."""
    graph, series = found.graph, found.series
    parts = components(graph)
    possible = graph.num_nodes * (graph.num_nodes - 1) // (1 if graph.directed else 2)
    weight = np.ones(graph.num_edges) if graph.weight is None else graph.weight
    order = np.argsort(-weight, kind="stable")[:STRONGEST].tolist()
    group_of = communities(graph)
    local = series.local_times
    return {
        "kind": found.kind,
        "series": series.name,
        "perfect_weather": series.perfect_weather,
        "of": list(found.of),
        "target": series.names("target")[0],
        "training": {
            "start": str(local[0]),
            "end": str(local[found.train - 1]),
            "time_zone": series.time_zone,
            "steps": found.train,
            "of": len(local),
        },
        "without_coordinates": unplaced(series),
        "nodes": graph.num_nodes,
        "edges": graph.num_edges,
        "directed": graph.directed,
        "density": graph.num_edges / possible if possible else 0.0,
        "components": parts.count,
        "largest_component": parts.largest,
        "strongest": [
            {
                "source": graph.label(int(graph.edges[0, edge])),
                "target": graph.label(int(graph.edges[1, edge])),
                "weight": float(weight[edge]),
            }
            for edge in order
        ],
        "importance": dict(list(found.importance.items())[:IMPORTANT]),
        "communities": [
            [graph.label(node) for node in np.flatnonzero(group_of == group).tolist()]
            for group in range(group_of.max(initial=-1) + 1)
        ],
    }


def communities(graph: Graph, seed: int = 0) -> Int[np.ndarray, " node"]:
    """The number of each node's community, the largest 0: Louvain (Blondel et al. 2008)."""
    from networkx.algorithms.community import louvain_communities

    found = np.zeros(graph.num_nodes, dtype=int)
    groups = louvain_communities(graph.to_networkx(), seed=seed)
    ranked = sorted(groups, key=lambda group: (-len(group), min(map(graph.node, group))))
    for number, group in enumerate(ranked):
        found[[graph.node(label) for label in group]] = number
    return found


def coordinates(series: SensorSeries) -> tuple[np.ndarray, np.ndarray]:
    """Longitude and latitude of all stations, NaN where they are unknown.

    Raises:
        DataError: fewer than two stations whose place is known.
    """
    every = len(series.stations)
    placed = every - len(unplaced(series))
    if placed < 2:
        raise DataError(
            f"at least 2 stations must have coordinates, got {placed} of {every}: "
            "the station table says where they are"
        )
    table = series.stations[["longitude", "latitude"]].astype(float)
    return table["longitude"].to_numpy(), table["latitude"].to_numpy()


def unplaced(series: SensorSeries) -> list[str]:
    """The stations without coordinates."""
    table = series.stations[["longitude", "latitude"]]
    return [str(name) for name in table.index[table.isna().any(axis=1)]]


def has_wind(series: SensorSeries) -> bool:
    """Whether the wind was measured."""
    return set(WIND) <= {each.name for each in series.variables}


def wind_of(series: SensorSeries) -> tuple[np.ndarray, np.ndarray]:
    """Eastward and northward wind, [time, station] each.

    Raises:
        DataError: the wind was not measured.
    """
    if not has_wind(series):
        names = ", ".join(each.name for each in series.variables)
        raise DataError(f"a graph of the wind needs {' and '.join(WIND)}, got {names}")
    return series.of(WIND[0]), series.of(WIND[1])


def site_of(
    past: SensorSeries, features: pandas.DataFrame, random_state: int = 0, **few: Any
) -> SiteSimilarity:
    """The graph of alike surroundings, learned from logarithms of the first target.

    Typical behaviour is that over the week and over the year.
    """
    readings = np.log1p(np.maximum(past.of(past.names("target")[0]), 0)).astype(np.float64)
    month = past.local_times.astype("datetime64[M]").astype(int) % 12
    cycles = np.stack([step_of_week(past), month])
    return site_graph(features, readings, cycles, random_state=random_state, **few)


def step_of_week(series: SensorSeries) -> Int[np.ndarray, " time"]:
    """How many steps of the series lie between Monday 0:00 on the local clock and each step."""
    seconds = series.local_times.astype("datetime64[s]").astype(int)
    since_monday = (seconds + 3 * 86_400) % (7 * 86_400)  # the epoch was a Thursday
    return since_monday // int(series.step / np.timedelta64(1, "s"))


def surroundings(series: SensorSeries, osm: str | Path | None = None) -> pandas.DataFrame:
    """What lies around the stations: from a map, else from their table.

    Of the table all columns but coordinates; coordinates too where it has nothing but the type.
    """
    if osm is not None:
        from gnnlab.data.open_street_map import site_features

        return site_features(osm, series.stations)
    features = series.stations.drop(columns=["longitude", "latitude"])
    return features if set(features.columns) - {"type"} else series.stations
