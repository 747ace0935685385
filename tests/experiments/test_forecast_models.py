import inspect

import networkx
import numpy as np
import pytest
from small_series import small_series

from gnnlab.experiments.forecast_models import CANDIDATES, SHUFFLED, Asked, asked, shuffled, takes
from gnnlab.experiments.sensor_graphs import sensor_graph
from gnnlab.graphs import Graph
from gnnlab.training.forecasters import FORECASTERS
from gnnlab.training.forecasters.network import near

SERIES = small_series(100, stations=5)


def dense(graph: Graph) -> np.ndarray:
    return networkx.to_numpy_array(graph.to_networkx(), nodelist=graph.labels)


def graph_of(each: Asked):
    return inspect.signature(each.fit).parameters["graph"].default


def test_what_auto_compares_takes_what_it_can() -> None:
    models = asked("auto", "correlation", 3, 0)
    assert [*models] == [*CANDIDATES, SHUFFLED]
    assert (models["ridge"].graph, models["ridge"].epochs) == (None, None)
    assert (models["gru"].graph, models["gru"].epochs) == (None, 3)
    assert (models["gc-dcrnn"].graph, models["gc-dcrnn"].epochs) == ("correlation", 3)
    assert (takes("auto", "graph"), takes("auto", "recipe"), takes("auto", "checkpoint")) == (
        True, True, True
    )  # fmt: skip
    assert [*asked("auto", "none", None, 0)] == [*CANDIDATES[:-1]]


def test_a_shuffled_graph_has_the_same_edges_at_other_stations() -> None:
    graph, other = near(SERIES), shuffled(near, 1)(SERIES)
    assert graph.labels == other.labels
    before, after = (dense(each) for each in (graph, other))
    places = np.random.default_rng(1).permutation(5)
    np.testing.assert_array_equal(after[np.ix_(places, places)], before)
    assert (before != after).any()


@pytest.mark.parametrize("kind", [None, "correlation"])
def test_what_is_shuffled_is_the_graph_that_is_asked_for(kind: str | None) -> None:
    models = asked("auto", kind, None, 2)
    along, other = (graph_of(models[name])(SERIES) for name in ("gc-dcrnn", SHUFFLED))
    expected = near(SERIES) if kind is None else sensor_graph(SERIES, kind, train_share=1).graph
    np.testing.assert_array_equal(dense(along), dense(expected))
    assert sorted(other.weight) == sorted(expected.weight)
    assert (dense(other) != dense(expected)).any()


def test_a_single_model_is_itself() -> None:
    (each,) = asked("gc-dcrnn", None, None, 0).values()
    assert graph_of(each) is near
    assert each.said == {"model": "gc-dcrnn"}
    assert Asked("gc-dcrnn", "none", None, 0).fit.keywords["graph"] is None
    assert Asked("ridge", None, None, 0).fit is FORECASTERS["ridge"]
