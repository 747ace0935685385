"""Stations -> a graph: which kinds of likeness there are, fitted on the training part alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Bool, Int

from gnnlab.data import SensorSeries
from gnnlab.errors import DataError
from gnnlab.experiments.sensor_inputs import (
    Surroundings,
    additive,
    coordinates,
    has_wind,
    month,
    placed,
    step_of_week,
    surroundings,
    unplaced,
    wind_of,
)
from gnnlab.graphs import Graph, components
from gnnlab.graphs.similarity import (
    SiteSimilarity,
    bandwidth,
    combine,
    comparable,
    correlation_graph,
    correlations_of_changes,
    distance_graph,
    dtw_graph,
    great_circle,
    site_graph,
    usual_neighbors,
    wind_graph,
)

KINDS = ("distance", "correlation", "site", "wind", "dtw", "combine")
COMBINED = ("distance", "correlation", "site", "wind")
BY_READINGS = ("correlation", "dtw")
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
        threshold: the weight below which there is no edge, if one was given.
        neighbors: how many edges each station keeps, unless a threshold was given.
        sigma_km: the kilometres at which weights by distance are 1/e, where these were used.
        surroundings: of the stations, where they were used.
        importance: of their features, greatest first.
        too_few_readings: stations that have no edges by ``"correlation"`` or ``"dtw"`` as they
            have too few readings in the training part, or for the former none that differ.
    """

    kind: str
    graph: Graph
    series: SensorSeries
    train: int
    of: Sequence[str]
    threshold: float | None = None
    neighbors: int | None = None
    sigma_km: float | None = None
    surroundings: Surroundings | None = None
    importance: Mapping[str, float] = field(default_factory=dict)
    too_few_readings: Sequence[str] = ()


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

    Readings are those of the first target; ``"site"`` takes logarithms of concentrations.
    ``"combine"`` is the mean of distance, correlation, site and, where it was measured, wind; that
    of a pair is over those kinds that know something of both its stations.

    Args:
        series: readings with their stations.
        kind: one of `KINDS`.
        train_share: of all steps, from the first on: the training part.
        threshold: keeps weights of at least this.
        neighbors: keeps the strongest of each station, the square root of their number unless
            either is said; see :func:`gnnlab.graphs.similarity.sparsify`.
        osm: an OpenStreetMap file, from which ``"site"`` takes what surrounds the stations. Without
            it serve the features of the station table, or, if it has none, type and coordinates;
            see :func:`gnnlab.experiments.sensor_inputs.surroundings`.
        random_state: of what ``"site"`` draws.

    Raises:
        ValueError: another kind or share; see :func:`gnnlab.graphs.similarity.sparsify`.
        DataError: fewer than two stations, or with coordinates where they are needed, no wind, or
            a training part of less than two steps. A station without coordinates has no edges by
            distance, wind and a map.
    """
    if kind not in KINDS:
        raise ValueError(f"a kind must be one of {', '.join(KINDS)}, got {kind!r}")
    if len(series.stations) < 2:
        raise DataError(f"a graph of sensors needs at least 2 stations, got {len(series.stations)}")
    if not 0 < train_share <= 1:
        raise ValueError(f"train_share must be above 0 and at most 1, got {train_share}")
    train = int(len(series.times) * train_share + 1e-9)  # 0.7 x 90 is 63, rounding aside
    if train < 2:
        raise DataError(f"the training part must have at least 2 steps, got {train}")
    past = series.between(0, train)
    if threshold is None and neighbors is None:
        neighbors = usual_neighbors(len(series.stations))
    few: dict[str, Any] = {"threshold": threshold, "neighbors": neighbors}
    if kind != "combine":
        kinds, of_each = [kind], few
    else:
        kinds = [each for each in COMBINED if each != "wind" or has_wind(past)]
        of_each = {"neighbors": len(series.stations)}
    around = surroundings(past, osm) if "site" in kinds else None
    site = around and _site(past, around, random_state, of_each)
    sigma = bandwidth(great_circle(*coordinates(past))) if "distance" in kinds else None
    graphs = [
        site.graph if site and each == "site" else _graph(past, each, sigma, of_each)
        for each in kinds
    ]
    known = [_known(past, each, around) for each in kinds]
    graph = combine(graphs, known=known, **few) if kind == "combine" else graphs[0]
    unread = np.flatnonzero(~known[0].diagonal()).tolist()
    return SensorGraph(
        kind,
        graph,
        series,
        train,
        kinds,
        threshold,
        neighbors,
        sigma,
        surroundings=around,
        importance=site.importance if site else {},
        too_few_readings=[graph.label(number) for number in unread] if kind in BY_READINGS else (),
    )


def _site(
    past: SensorSeries, around: Surroundings, random_state: int, few: dict[str, Any]
) -> SiteSimilarity:
    """The graph of alike surroundings: typical behaviour is that over the week and the year."""
    cycles = np.stack([step_of_week(past), month(past)])
    return site_graph(around.features, additive(past), cycles, random_state=random_state, **few)


def _graph(past: SensorSeries, kind: str, sigma: float | None, few: dict[str, Any]) -> Graph:
    """The graph of any other kind but ``"combine"``."""
    labels = [str(name) for name in past.stations.index]
    readings = past.of(past.names("target")[0])
    match kind:
        case "correlation":
            return correlation_graph(readings, labels, **few)
        case "dtw":
            return dtw_graph(readings, step_of_week(past), labels, **few)
        case "wind":
            return wind_graph(*coordinates(past), *wind_of(past), labels, **few)
        case _:
            return distance_graph(*coordinates(past), labels, sigma=sigma, **few)


def _known(
    past: SensorSeries, kind: str, around: Surroundings | None
) -> Bool[np.ndarray, "target source"]:
    """Which pairs of stations a kind says something about, be it that they are not alike."""
    readings = past.of(past.names("target")[0])
    match kind:
        case "correlation":
            return np.isfinite(correlations_of_changes(readings))
        case "dtw":
            return comparable(readings, step_of_week(past))
        case "site" if around:
            either = around.features.notna().any(axis=1).to_numpy(dtype=bool)
            return either[:, None] & either
        case _:
            there = placed(past)
            blown = np.isfinite(sum(wind_of(past))).any(axis=0) if kind == "wind" else there
            return there[:, None] & there & blown  # of the wind, that at the source


def joins_placed_only(kind: str, from_map: bool) -> bool:
    """Whether stations without coordinates have no edges: by distance, wind and a map."""
    return kind in ("distance", "wind") or (kind == "site" and from_map)


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
        "not_of": [each for each in COMBINED if found.kind == "combine" and each not in found.of],
        "threshold": found.threshold,
        "neighbors": found.neighbors,
        "sigma_km": found.sigma_km,
        "target": series.names("target")[0],
        "training": {
            "start": str(local[0]),
            "end": str(local[found.train - 1]),
            "time_zone": series.time_zone,
            "steps": found.train,
            "of": len(local),
        },
        "guessed_or_mended": sum(not each.rule.startswith("kept") for each in series.issues),
        "surroundings": found.surroundings
        and {
            "source": found.surroundings.source,
            "left_out": list(found.surroundings.left_out),
        },
        "without_coordinates": unplaced(series),
        "too_few_readings": list(found.too_few_readings),
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
