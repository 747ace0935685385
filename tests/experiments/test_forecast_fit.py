from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from small_series import small_series

from gnnlab.data import SensorSeries
from gnnlab.errors import DataError, GnnlabError, RunError
from gnnlab.experiments.forecast_circumstances import fingerprint
from gnnlab.experiments.forecast_fit import KEPT, fit_forecaster
from gnnlab.experiments.forecast_models import takes
from gnnlab.experiments.forecast_runs import ForecastRun, forecast_run
from gnnlab.experiments.sensor_graphs import sensor_graph
from gnnlab.nn import random_walks
from gnnlab.nn.spatiotemporal.supports import Supports
from gnnlab.training import Run, write_run
from gnnlab.training.checkpoint import Checkpoint
from gnnlab.training.forecasters import FORECASTERS, target_of, targets_ahead
from gnnlab.training.forecasters.minibatches import Recipe, epochs_in
from gnnlab.training.forecasters.network import Architecture, NetworkForecaster, near

STEPS = 320  # 280 to learn from, 40 of validation
SMALL = Architecture(input_steps=6, hidden_channels=4, embedding_channels=2)


@pytest.fixture
def networks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two networks by name, one along a graph."""
    fit = partial(NetworkForecaster.fit, architecture=SMALL, recipe=Recipe(epochs=2, batch_size=16))
    monkeypatch.setitem(FORECASTERS, "plain", fit)  # type: ignore[arg-type]
    monkeypatch.setitem(FORECASTERS, "along", partial(fit, graph=near))  # type: ignore[arg-type]


def with_target(series: SensorSeries, where: Any, value: float) -> SensorSeries:
    values = series.values.copy()
    values[where, :, 0] = value
    return replace(series, values=values)


def renamed(series: SensorSeries) -> SensorSeries:
    """Of another list of stations."""
    return replace(series, stations=series.stations.rename(index={"s0": "new"}))


def kept(run: Run, folder: Path) -> Any:
    write_run(folder, run)
    return forecast_run(folder)


def network_of(run: ForecastRun) -> NetworkForecaster:
    calibrated: Any = run.forecaster
    return calibrated.forecaster.forecaster


def supports_in(run: ForecastRun) -> list[Supports]:
    found = [getattr(each, "supports", None) for each in network_of(run).network.modules()]
    return [each for each in found if each is not None]


def test_scores_are_of_the_last_eighth_from_what_came_before(tmp_path: Path) -> None:
    series = small_series(STEPS)
    run = fit_forecaster(series, "climatology", 12)
    assert run.configuration["split"]["train"] == [0, 280]
    rows = run.scores["scores"]
    assert [row["horizon"] for row in rows] == list(range(1, 13))
    origins = np.arange(280, STEPS)
    model = kept(run, tmp_path / "run").forecaster
    errors = np.abs(model.forecast(series, origins) - targets_ahead(
        target_of(series), origins, range(1, 13)
    ))  # fmt: skip
    for place, row in enumerate(rows):
        assert row["mae"] == pytest.approx(np.nanmean(errors[:, place]), rel=1e-5)
        assert row["n"] == (~np.isnan(errors[:, place])).sum()
    other = fit_forecaster(with_target(series, slice(280, None), 1e4), "climatology", 12)
    assert all(
        torch.equal(weight, other.weights[name])
        for name, weight in run.weights.items()
        if name.startswith("forecaster.forecaster")
    )


def test_all_horizons_are_fitted_of_gbdt_some(tmp_path: Path, monkeypatch: Any) -> None:
    asked = []

    def fit(series: SensorSeries, split: Any, horizons: Any, seed: int, tell: Any) -> Any:
        asked.append([*horizons])
        return FORECASTERS["climatology"](series, split, horizons)

    monkeypatch.setitem(FORECASTERS, "gbdt", fit)
    monkeypatch.setitem(FORECASTERS, "ridge", fit)
    series = small_series(STEPS)
    sparse = kept(fit_forecaster(series, "gbdt", 12), tmp_path / "gbdt").forecaster
    fit_forecaster(series, "gbdt", 2)
    fit_forecaster(series, "ridge", 12)
    assert asked == [[1, 2, 3, 4, 6, 8, 12], [1, 2], [*range(1, 13)]]
    assert sparse.forecast(series, np.array([300])).shape == (1, 12, 3)


def test_a_run_keeps_the_last_readings(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr("gnnlab.experiments.forecast_fit.KEPT", 30)
    series = small_series(STEPS, runs=True)
    back = kept(fit_forecaster(series, "persistence-carried", 6), tmp_path / "run").readings
    np.testing.assert_array_equal(back.values, series.values[-30:])
    np.testing.assert_array_equal(back.times, series.times[-30:])
    (ours,), (theirs,) = back.forecasts, series.forecasts
    assert 2 <= len(ours.issued) < len(theirs.issued)
    ahead = back.times[[-1]] + np.arange(1, 7) * back.step
    for few, all_of_them in zip(
        ours.known_at(back.times[[-1]], ahead[None]),
        theirs.known_at(back.times[[-1]], ahead[None]),
        strict=True,
    ):
        np.testing.assert_array_equal(few, all_of_them)
    assert KEPT > 77  # what features look back


def test_a_run_keeps_one_run_of_a_forecast_that_ended_long_ago(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gnnlab.experiments.forecast_fit.KEPT", 30)
    series = small_series(STEPS, runs=True)
    (runs,) = series.forecasts
    old = replace(runs, values=runs.values[:3], issued=runs.issued[:3])
    run = fit_forecaster(replace(series, forecasts=[old]), "persistence-carried", 6)
    assert len(kept(run, tmp_path / "run").readings.forecasts[0].issued) == 1


def test_the_configuration_says_what_the_data_were() -> None:
    series = small_series(STEPS)
    series.stations["type"] = ["urban", None, "traffic"]
    said = fit_forecaster(series, "persistence", 6, seed=3, options={"model": "x"}).configuration
    assert (said["verb"], said["model"], said["seed"]) == ("forecast fit", "persistence", 3)
    assert said["data"]["sha256"] == fingerprint(series)
    assert said["data"]["variables"][0] == {"name": "PM2.5", "unit": "ug/m3", "kind": "target"}
    assert [station["name"] for station in said["data"]["stations"]] == ["s0", "s1", "s2"]
    assert [station.get("type") for station in said["data"]["stations"]] == [
        "urban", None, "traffic"
    ]  # fmt: skip
    assert said["options"] == {"model": "x"}
    assert set(said["versions"]) == {"gnnlab", "python", "torch", "numpy"}


def test_the_hash_is_of_values_times_stations_and_variables() -> None:
    series = small_series(40)
    assert fingerprint(series) == fingerprint(small_series(40))
    assert len({
        fingerprint(series),
        fingerprint(with_target(series, 3, 1.0)),
        fingerprint(replace(series, times=series.times + series.step)),
        fingerprint(renamed(series)),
        fingerprint(series.with_kinds(target=["NO2"])),
    }) == 5  # fmt: skip


@pytest.mark.usefixtures("networks")
def test_networks_have_a_history_epochs_and_a_graph(tmp_path: Path) -> None:
    series = small_series(STEPS)
    assert (takes("along", "graph"), takes("plain", "graph"), takes("ridge", "graph")) == (
        True, False, False
    )  # fmt: skip
    run = fit_forecaster(series, "along", 6, graph="correlation", epochs=3)
    assert [row["epoch"] for row in run.history] == [1, 2, 3]
    back = kept(run, tmp_path / "run")
    graph = sensor_graph(series, "correlation", train_share=280 / STEPS).graph
    expected = random_walks(graph, steps=SMALL.walk_steps).stacked(torch.ones(1))
    (supports,) = supports_in(back)
    assert torch.equal(supports.stacked(torch.ones(1)), expected)
    assert (run.configuration["graph"], run.configuration["epochs"]) == ("correlation", 3)
    without = kept(fit_forecaster(series, "along", 6, graph="none"), tmp_path / "without")
    assert supports_in(without) == []


@pytest.mark.usefixtures("networks")
def test_networks_are_fitted_at_some_horizons_and_have_quantiles_at_all(tmp_path: Path) -> None:
    series = small_series(STEPS)
    back = kept(fit_forecaster(series, "plain", 6), tmp_path / "run")
    network, origins = network_of(back), np.array([300])
    assert network.reader.horizons == [1, 2, 3, 4, 6]
    calibrated: Any = back.forecaster
    found, fitted = (each.quantiles(series, origins) for each in (calibrated.forecaster, network))
    np.testing.assert_array_equal(found[:, [0, 1, 2, 3, 5]], fitted)
    np.testing.assert_allclose(found[:, 4], fitted[:, 3:].mean(axis=1), rtol=1e-6)


@pytest.mark.usefixtures("networks")
def test_a_graph_or_epochs_for_what_has_none_are_refused() -> None:
    series = small_series(STEPS)
    with pytest.raises(ValueError, match="a graph is for models along one, got plain"):
        fit_forecaster(series, "plain", 6, graph="site")
    with pytest.raises(ValueError, match="epochs are for networks, got ridge"):
        fit_forecaster(series, "ridge", 6, epochs=2)
    with pytest.raises(ValueError, match=r"must be one of .*, got 'rigde' \(closest: ridge\)"):
        fit_forecaster(series, "rigde", 6)


def interrupted(series: SensorSeries, folder: Path) -> None:
    """A fit that ends when its first epoch is over."""

    def stop(share: float) -> None:
        if share:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fit_forecaster(series, "along", 6, tell=stop, checkpoint=Checkpoint(folder))


@pytest.mark.usefixtures("networks")
def test_what_was_interrupted_is_resumed_bit_for_bit(tmp_path: Path) -> None:
    series = small_series(STEPS)
    assert epochs_in(Checkpoint(tmp_path)) == 0
    interrupted(series, tmp_path)
    assert epochs_in(Checkpoint(tmp_path)) == 1
    whole = fit_forecaster(series, "along", 6)
    resumed = fit_forecaster(series, "along", 6, checkpoint=Checkpoint(tmp_path, resume=True))
    assert epochs_in(Checkpoint(tmp_path)) == 2
    assert (resumed.configuration, resumed.history, resumed.scores) == (
        whole.configuration, whole.history, whole.scores
    )  # fmt: skip
    assert resumed.weights.keys() == whole.weights.keys()
    for name, weight in whole.weights.items():
        np.testing.assert_array_equal(resumed.weights[name], weight)


@pytest.mark.usefixtures("networks")
@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"series": with_target(small_series(STEPS), 3, 1.0)}, "data.sha256 must be '.*', got '"),
        ({"series": renamed(small_series(STEPS))}, "data.stations.0.name must be 's0', got 'new'"),
        ({"series": small_series(STEPS + 8)}, "data.steps must be 320, got 328"),
        ({"model": "plain"}, "model must be 'along', got 'plain'"),
        ({"model": "ridge"}, "model must be 'along', got 'ridge'"),
        ({"horizon": 5}, "horizon must be 6, got 5"),
        ({"graph": "site"}, "graph must be None, got 'site'"),
        ({"epochs": 3}, "recipe.epochs must be 2, got 3"),
        ({"seed": 3}, "seed must be 0, got 3"),
    ],
)
def test_another_fit_is_not_resumed(tmp_path: Path, change: dict[str, Any], message: str) -> None:
    series = small_series(STEPS)
    interrupted(series, tmp_path)
    with pytest.raises(RunError, match=f"of another training: .*{message}"):
        fit_forecaster(
            **{"series": series, "model": "along", "horizon": 6, **change},
            checkpoint=Checkpoint(tmp_path, resume=True),
        )


@pytest.fixture
def few_candidates(networks: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of networks two small ones."""
    for name, ours in (("gru", "plain"), ("gc-dcrnn", "along")):
        monkeypatch.setitem(FORECASTERS, name, FORECASTERS[ours])
    monkeypatch.setitem(FORECASTERS, "gbdt", FORECASTERS["climatology"])


@pytest.mark.usefixtures("few_candidates")
def test_auto_keeps_what_validation_prefers(tmp_path: Path) -> None:
    series = small_series(STEPS)
    run = fit_forecaster(series, "auto", 6, options={"model": "auto"})
    rows = run.scores["candidates"]
    assert [row["model"] for row in rows] == [
        "damped-persistence", "climatology", "ridge", "gbdt", "gru", "gc-dcrnn",
        "gc-dcrnn, shuffled graph",
    ]  # fmt: skip
    best = max(rows[:-1], key=lambda row: row["skill"])["model"]
    assert run.configuration["model"] == best
    assert run.configuration["options"]["model"] == "auto"
    alone = fit_forecaster(series, best, 6)
    assert run.scores["scores"] == alone.scores["scores"]
    assert kept(run, tmp_path / "run").model == best
    for row in rows:
        if row["model"] in ("ridge", "gc-dcrnn"):
            alone_scores = fit_forecaster(series, row["model"], 6).scores["scores"]
            mae = {each["horizon"]: each["mae"] for each in alone_scores}
            for each in row["mae"]:
                assert each["mae"] == pytest.approx(mae[each["horizon"]], rel=1e-5)


@pytest.mark.usefixtures("few_candidates")
def test_auto_leaves_out_what_cannot_be_fitted() -> None:
    series = small_series(STEPS, stations=1)
    rows = fit_forecaster(series, "auto", 6, graph="correlation").scores["candidates"]
    assert {"left_out", "model"} == rows[-1].keys() == rows[-2].keys()
    assert rows[-1]["left_out"] == "a graph of sensors needs at least 2 stations, got 1"


@pytest.mark.usefixtures("few_candidates")
def test_auto_goes_on_where_a_network_diverges(monkeypatch: pytest.MonkeyPatch) -> None:
    def diverge(*_: Any, **__: Any) -> None:
        raise GnnlabError("the loss is not finite")

    monkeypatch.setitem(FORECASTERS, "gru", diverge)  # type: ignore[arg-type]
    rows = fit_forecaster(small_series(STEPS), "auto", 6).scores["candidates"]
    assert {"model": "gru", "left_out": "the loss is not finite"} in rows


@pytest.mark.usefixtures("few_candidates")
def test_auto_is_resumed_and_only_as_auto(tmp_path: Path) -> None:
    series, folder = small_series(STEPS), tmp_path / "checkpoint"
    shares: list[float] = []

    def stop(share: float) -> None:
        shares.append(share)
        if share > 0.9 * 5.7 / 7:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fit_forecaster(series, "auto", 6, tell=stop, checkpoint=Checkpoint(folder))
    assert {path.name: epochs_in(Checkpoint(path)) for path in folder.iterdir()} == {
        "gru": 2, "gc-dcrnn": 2
    }  # fmt: skip
    assert epochs_in(Checkpoint(folder)) == 4
    for model in ("gru", "ridge"):
        with pytest.raises(RunError, match=f"model must be 'auto', got '{model}'"):
            fit_forecaster(series, model, 6, checkpoint=Checkpoint(folder, resume=True))
    resumed = fit_forecaster(series, "auto", 6, checkpoint=Checkpoint(folder, resume=True))
    whole = fit_forecaster(series, "auto", 6)
    assert resumed.scores == whole.scores
    single = tmp_path / "single"
    interrupted(series, single)
    with pytest.raises(RunError, match="model must be 'along', got 'auto'"):
        fit_forecaster(series, "auto", 6, checkpoint=Checkpoint(single, resume=True))


def test_epochs_of_a_damaged_checkpoint_are_refused(tmp_path: Path) -> None:
    (tmp_path / "state.json").write_text("{")
    with pytest.raises(RunError, match=r"state.json is damaged"):
        epochs_in(Checkpoint(tmp_path))


def test_a_horizon_as_long_as_validation_is_refused() -> None:
    message = "shorter than the validation part, the last 40 of 320 steps, got 40"
    with pytest.raises(DataError, match=message):
        fit_forecaster(small_series(STEPS), "persistence", 40)


@pytest.mark.parametrize(
    ("where", "part"), [(slice(0, 280), "training part"), (slice(290, None), "validation part")]
)
def test_a_target_that_is_never_observed_is_refused(where: slice, part: str) -> None:
    series = with_target(small_series(STEPS), where, np.nan)
    with pytest.raises(DataError, match=f"PM2.5 must be observed in the {part}"):
        fit_forecaster(series, "climatology", 12)


@pytest.mark.parametrize("model", ["persistence", "damped-persistence", "climatology", "ridge"])
def test_a_constant_target_and_a_single_station_are_fitted(model: str) -> None:
    series = with_target(small_series(STEPS, stations=1), slice(None), 7.0)
    rows = fit_forecaster(series, model, 6).scores["scores"]
    assert [row["mae"] for row in rows] == pytest.approx([0] * 6, abs=1e-3)


def test_how_far_it_is_is_told() -> None:
    told: list[float] = []
    fit_forecaster(small_series(STEPS), "ridge", 6, tell=told.append)
    assert told == sorted(told)
    assert told[-1] == 1


def test_what_is_no_run_of_this_verb_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RunError, match=r"must hold run.toml"):
        forecast_run(tmp_path / "nowhere")
    other = Run({"verb": "train gcn"}, {"w": torch.ones(1)}, [{"epoch": 1}], {})
    write_run(tmp_path / "gcn", other)
    with pytest.raises(RunError, match="must be a run of forecast fit, got one of train gcn"):
        forecast_run(tmp_path / "gcn")


def test_a_damaged_run_is_refused(tmp_path: Path) -> None:
    run = fit_forecaster(small_series(STEPS), "climatology", 6)
    write_run(tmp_path / "cut", run)
    weights = tmp_path / "cut" / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-100])
    with pytest.raises(RunError, match=r"model.safetensors is damaged"):
        forecast_run(tmp_path / "cut")
    for name, change, said in (
        ("without", {"structure": {}}, "'forecaster'"),
        ("fewer", {"weights": {"forecaster.medians": torch.ones(1)}}, "what is stored must be"),
        ("other", {"structure": {**run.structure, "readings": "3"}}, "readings of a series"),
    ):
        write_run(tmp_path / name, replace(run, **change))
        with pytest.raises(RunError, match=f"{name} cannot be used: .*{said}"):
            forecast_run(tmp_path / name)
