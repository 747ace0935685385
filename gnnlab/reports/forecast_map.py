"""The stations of a forecast run on a map, and along which edges they hear each other."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

from gnnlab.experiments.forecast_readings import RunReadings
from gnnlab.experiments.sensor_graphs import SensorGraph
from gnnlab.graphs import Graph
from gnnlab.reports.sensor_maps import draw_sensor_graph
from gnnlab.reports.words import counted


def draw_map(readings: RunReadings, graph: Graph | None, words: str) -> Figure:
    """The map of :func:`gnnlab.reports.sensor_maps.draw_sensor_graph`; without a graph no edges.

    Args:
        readings: whose stations they are.
        graph: of the stations.
        words: what joins them, above the map.
    """
    series = readings.series
    names = [*map(str, series.stations.index)]
    drawn = graph or Graph(np.zeros((2, 0), np.int64), len(names), labels=names)
    figure = draw_sensor_graph(
        SensorGraph("distance", drawn, series, len(series.times), ["distance"])
    )
    sizes = [counted(len(names), "station")]
    if graph:
        sizes.append(counted(graph.num_edges, "directed edge" if graph.directed else "edge"))
    figure.suptitle(f"{', '.join(sizes)}: {words}", fontsize=8.5)
    return figure
