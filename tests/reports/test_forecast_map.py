import numpy as np
from matplotlib.collections import LineCollection
from small_review import hourly

from gnnlab.experiments.forecast_readings import RunReadings
from gnnlab.graphs import Graph
from gnnlab.reports.forecast_map import draw_map


def test_edges_are_those_of_the_graph_and_there_are_none_without() -> None:
    series = hourly(4)
    readings = RunReadings(series, range(100), range(100, 1500))
    graph = Graph(np.array([[0, 1], [1, 2]]), 4, labels=["s0", "s1", "s2", "s3"])
    figure = draw_map(readings, graph, "near")
    assert figure.get_suptitle() == "4 stations, 2 edges: near"
    lines = [each for each in figure.axes[0].collections if isinstance(each, LineCollection)]
    assert sum(len(each.get_segments()) for each in lines) == 2
    alone = draw_map(readings, None, "no graph")
    assert alone.get_suptitle() == "4 stations: no graph"
    assert not [each for each in alone.axes[0].collections if isinstance(each, LineCollection)]
    assert {text.get_text() for text in alone.axes[0].texts} >= {"s0", "s1", "s2", "s3"}
