import numpy as np

from gnnlab.data import simulated_city


def test_true_sites_that_are_alike_are_joined(program) -> None:
    module = program("site_graph")
    city = simulated_city(stations=24, years=1, seed=0)
    graph = module.true_site_graph(city)
    groups = np.array(city.groups)
    source, target = groups[graph.edges]
    assert (source == target).mean() > 0.8  # by chance it would be 0.22
    assert [*graph.labels] == [*city.series.stations.index]


def test_a_city_has_a_row_a_graph_and_horizon(program, monkeypatch) -> None:
    module = program("site_graph")
    asked = []

    def scored(series, models, horizons, splits, against):
        past = series.between(0, splits[0].train.stop)
        asked.extend(fit.keywords["graph"](past).num_edges for fit in models.values())
        assert against == "true site"
        return []

    monkeypatch.setattr(module, "backtest", scored)
    assert module.measured(0, 12, ["distance", "no edges"]) == []
    assert asked[0] > 0
    assert asked[1] > 0
    assert asked[2] == 0
