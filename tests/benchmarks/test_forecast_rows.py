import json
import re
from functools import partial
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pytest
from small_series import small_series

from gnnlab.data import load_series
from gnnlab.evaluation.backtest import REFERENCES, backtest
from gnnlab.experiments.forecast_models import takes
from gnnlab.experiments.sensor_graphs import sensor_graph
from gnnlab.training.forecasters import FORECASTERS, target_of, targets_ahead
from gnnlab.training.forecasters.minibatches import Recipe
from gnnlab.training.forecasters.network import near
from gnnlab.training.forecasters.remembered import Remembered


@pytest.fixture
def run(program) -> ModuleType:
    module: ModuleType = program("run")
    return module


@pytest.fixture
def row(program) -> ModuleType:
    module: ModuleType = program("row")
    return module


def test_all_rows_say_what_is_fitted_and_how_often(run, row) -> None:
    for name, each in run.rows().items():
        assert {"what", "model", "protocols", "seeds", "trials"} <= each.keys(), name
        assert set(each["protocols"]) <= {"chrono-70-10-20", "rolling-4"}
        assert each.get("peer") or each["model"] in FORECASTERS
        network = takes(each["model"], "recipe") if not each.get("peer") else False
        assert each["seeds"] >= 5 or not network, name


@pytest.mark.parametrize("kind", ["shuffled", "no edges", "correlation", "site"])
def test_rows_of_graphs_are_fitted_along_them(row, kind: str, monkeypatch) -> None:
    graphs = []

    def fit(*_: object, graph) -> None:
        graphs.append(graph(series))

    monkeypatch.setitem(FORECASTERS, "gc-dcrnn", fit)
    series = small_series(100, stations=5)
    found = row.fit_of({"model": "gc-dcrnn", "graph": kind})
    for seed in (0, 1):
        found(series, None, (1,), seed)
    usual = near(series)
    if kind == "shuffled":
        assert all(sorted(each.weight) == sorted(usual.weight) for each in graphs)
        edges = [each.edges.tolist() for each in (usual, *graphs)]
        assert edges[0] != edges[1] != edges[2]
    elif kind == "no edges":
        assert [each.num_edges for each in graphs] == [0, 0]
        assert [*graphs[0].labels] == [*usual.labels]
    else:
        expected = sensor_graph(series, kind, train_share=1, random_state=1).graph
        np.testing.assert_array_equal(graphs[1].weight, expected.weight)


@pytest.mark.filterwarnings("ignore:Initializing zero-element tensors")
def test_a_row_without_embeddings_has_a_network_without(row) -> None:
    series = small_series(400)
    (split,) = row.splits_of("chrono-70-10-20", 400)
    counts = []
    for each in ({}, {"embedding_channels": 0}):
        fit = row.fit_of({"model": "gc-dcrnn", **each})
        fit = fit.fit if isinstance(fit, Remembered) else fit
        model = partial(fit, recipe=Recipe(epochs=1))(series, split, (1,))
        counts.append(row.parameters_of(model))
    assert counts[1] < counts[0]


def test_what_is_run_is_what_is_asked_for(run, tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "RESULTS", tmp_path)
    known = {
        "a": {"protocols": ["chrono-70-10-20", "rolling-4"], "quick": True},
        "b": {"protocols": ["chrono-70-10-20"]},
    }

    def asked(*names: str, quick: bool = False, missing: bool = False) -> list[tuple[str, str]]:
        return [*run.asked(known, names, quick, missing)]

    first, second, third = (
        ("a", "chrono-70-10-20"), ("a", "rolling-4"), ("b", "chrono-70-10-20")
    )  # fmt: skip
    assert asked() == [first, second, third]
    assert asked(quick=True) == [first]
    assert asked("b") == [third]
    run.result_file("a", "rolling-4").write_text("{}")
    assert asked(missing=True) == [first, third]


def test_a_peer_that_is_not_installed_is_named(run, capsys, monkeypatch) -> None:
    rows = run.rows()
    monkeypatch.setattr("peers.find_spec", lambda _: None)
    monkeypatch.setattr("sys.argv", ["run.py", "tsl-dcrnn", "--check"])
    assert run.main() == 1  # nothing was checked
    assert "tsl-dcrnn: left out, missing tsl, torch_sparse" in capsys.readouterr().out
    monkeypatch.setattr(run, "rows", lambda: {"tsl-dcrnn": rows["tsl-dcrnn"]})
    monkeypatch.setattr("sys.argv", ["run.py"])
    assert run.main() == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["gdbt"], "a row must be one of agcrn, .*, got gdbt"),
        (["ridge", "--workers", "0"], "workers must be >= 1, got 0"),
    ],
)
def test_what_cannot_be_run_is_refused(run, arguments, message, monkeypatch, capsys) -> None:
    monkeypatch.setattr("sys.argv", ["run.py", *arguments])
    with pytest.raises(SystemExit) as stopped:
        run.main()
    assert stopped.value.code == 2
    assert re.search(message, capsys.readouterr().err)


def test_a_row_without_a_result_cannot_be_checked(run, capsys, monkeypatch, tmp_path) -> None:
    found = {"scores": [{"horizon": 1, "mae": 1.0}], "seconds_to_fit": 1.0}
    done = SimpleNamespace(returncode=0, stdout=json.dumps(found))
    monkeypatch.setattr(run, "RESULTS", tmp_path)
    monkeypatch.setattr(run.subprocess, "run", lambda *_, **__: done)
    assert not run.run("it", "rolling-4", True)
    assert "no result file to compare to, rolling-4.it.json" in capsys.readouterr().out
    assert run.run("it", "rolling-4", False)
    assert json.loads((tmp_path / "rolling-4.it.json").read_text()) == found


def test_a_result_is_the_same_within_a_tolerance(run, capsys) -> None:
    def result(mae: float) -> dict[str, Any]:
        return {"scores": [{"horizon": 1, "mae": 10}, {"horizon": 6, "mae": mae}]}

    assert run.same("it", result(20), result(20.3))
    assert not run.same("it", result(20), result(20.5))
    assert "6 h ahead must be 20.00 as in the result file, got 20.50" in capsys.readouterr().out


def test_protocols_split_beijing_s_hours(row) -> None:
    (split,) = row.splits_of("chrono-70-10-20", 35_064)
    assert split.test == range(28_051, 35_064)
    folds = row.splits_of("rolling-4", 35_064)
    hours = np.datetime64("2013-03-01T00", "h") + np.array([fold.test.start for fold in folds])
    assert [str(each)[:10] for each in hours] == [
        "2015-03-01", "2015-08-30", "2016-02-29", "2016-08-30"
    ]  # fmt: skip
    assert folds[-1].test.stop == 35_064
    for fold in folds:
        assert fold.test.start - fold.validation.stop >= 72
    with pytest.raises(ValueError, match="must be chrono-70-10-20 or rolling-4, got 'random'"):
        row.splits_of("random", 100)


def test_the_best_baseline_is_chosen_on_validation(row) -> None:
    series = small_series(800)
    (split,) = row.splits_of("chrono-70-10-20", 800)
    horizons = (1, 24)
    found = row.BestBaseline.fit(series, split, horizons)
    known, origins = series.between(0, split.validation.stop), np.array(split.validation)[:-1]
    truth = targets_ahead(target_of(known), origins, horizons)
    made = [fit(series, split, horizons) for fit in REFERENCES]
    errors = [np.abs(each.forecast(known, origins) - truth) for each in made]
    best = np.nanmean(np.abs(found.forecast(known, origins) - truth), axis=(0, 2))
    expected = np.min([np.nanmean(each, axis=(0, 2)) for each in errors], axis=0)
    np.testing.assert_allclose(best, expected)


def test_weather_is_left_out_or_known_ahead(row, beijing) -> None:
    without = row.series_of({"weather": "none"})
    assert without.names("past") == ["PM10", "SO2", "NO2", "CO", "O3"]
    np.testing.assert_array_equal(without.of("O3"), beijing.of("O3"))
    perfect = row.series_of({"weather": "perfect"})
    assert perfect.perfect_weather
    assert {"temperature", "wind u"} <= set(perfect.names("future"))
    with pytest.raises(ValueError, match="weather must be measured, none or perfect, got 'good'"):
        row.series_of({"weather": "good"})


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_days_are_told_the_evening_before(
    row, share: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What knows some hours misses few days; what always says 0 tells none."""
    monkeypatch.setattr(row, "STANDARD", "who-2021")
    series = load_series("simulated-city", stations=3, years=1)
    (split,) = row.splits_of("chrono-70-10-20", len(series.times))

    class Knowing:
        def forecast(self, known, origins):
            ahead = targets_ahead(target_of(series), origins, row.HORIZONS)
            return (share * np.nan_to_num(ahead)).astype(np.float32)

    watch = row.Watch()
    fits = {"it": lambda *_: Knowing()}
    backtest(series, fits, row.HORIZONS, [split], on_fitted=watch.fitted)
    days = row.days_of(watch.days)
    events = days["hits"] + days["misses"]
    assert events > 20
    if share:
        assert days["probability_of_detection"] > 0.8
        assert days["false_alarm_ratio"] < 0.2
    else:
        assert days["hits"] == days["false_alarms"] == 0
    assert 190 < events + days["false_alarms"] + days["correct_negatives"] <= 3 * 72
    assert json.dumps(days)
