"""What ``gnnlab demo`` shows and leaves, with few readings and hours in the place of many."""

import csv
import json
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from command_line import answer, gnnlab
from small_series import small_series

from gnnlab.data import SensorSeries, load_nodes, load_series
from gnnlab.experiments.forecast_runs import forecast_run

PARAMETERS = {"simulated-city": {"stations": 12, "years": 1}, "beijing-air": {}}
MODELS = {"simulated-city": "gc-dcrnn", "beijing-air": "ridge"}
SCORES = ["run.toml", "model.safetensors", "history.csv", "scores.json"]
HORIZON = 4
DEMO = sys.modules["gnnlab.cli.demo"]


def small(name: str, _: object = None, **parameters: int) -> SensorSeries:
    """Ten days of three stations, if it is asked for as the demo should."""
    assert parameters == PARAMETERS[name]
    return replace(small_series(steps=240, missing=0.05), name=name)


def city_alone(name: str, *how: object, **parameters: int) -> SensorSeries:
    """The same of the city, but nothing else in the place of Beijing."""
    return (small if name == "simulated-city" else load_series)(name, *how, **parameters)


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(DEMO, "HORIZON", HORIZON)
    monkeypatch.setattr("gnnlab.data.load_series", small)


@pytest.fixture
def forecasts_alone(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """No hops, and a GCN of which as many seeds are finished as one says; 3 if one does not."""

    def finished(seeds: int) -> None:
        monkeypatch.setattr(DEMO, "train_into", lambda *_, **__: {"seeds": seeds})

    monkeypatch.setattr(DEMO, "_hops", lambda _: "")
    monkeypatch.setattr(DEMO, "_dataset", lambda: load_nodes("karate"))
    monkeypatch.setattr(DEMO, "draw", lambda _: None)
    finished(3)
    return finished


def test_the_demo_never_fails_for_want_of_a_network(
    without_data: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gnnlab.data.load_series", city_alone)
    found = answer("demo", "--out", "out")
    assert list(found) == ["hops", "gcn", "forecasts"]
    assert found["gcn"]["run"] == "out/gcn-karate"
    assert found["hops"] == "out/hops-example6.png"
    assert Path("out/hops-example6.png").is_file()
    assert Path("out/gcn-karate/figures/hidden.png").is_file()
    assert list(found["forecasts"]) == ["simulated-city"]
    result = gnnlab("demo", "--out", "out")  # replaces what it made before
    assert "training on networkx's karate club instead" in result.stderr
    assert "beijing-air needs PRSA_Data" in result.stderr
    assert result.stderr.endswith("; no forecast for Beijing then\n")
    assert "C-B-A-E" in result.stdout
    title = "simulated-city, PM2.5 (ug/m3): gc-dcrnn, 3 stations, steps of 1 hour\n"
    assert title in result.stdout
    errors = [f"{row['mae']:.2f}" for row in found["forecasts"]["simulated-city"]["scores"]]
    assert "  ".join([errors[0], errors[2], "mean absolute error"]) in result.stdout


def test_it_ends_with_forecasts_for_a_city_and_beijing(forecasts_alone: object) -> None:
    for name in MODELS:
        Path(f"out/forecast-{name}").mkdir(parents=True)
        for file in ("run.toml", "of an earlier demo"):
            Path(f"out/forecast-{name}", file).touch()
    found = answer("demo", "--out", "out")["forecasts"]
    assert {name: each["model"] for name, each in found.items()} == MODELS
    for name, each in found.items():
        run = Path(f"out/forecast-{name}")
        said = [each[part] for part in ("run", "forecast", "plot")]
        assert said == [str(run), str(run / "forecast.csv"), str(run / "forecast.png")]
        files = {path.name for path in run.iterdir()}
        assert files == {*SCORES, "figures", "forecast.csv", "forecast.png"}
        assert each["scores"] == json.loads((run / "scores.json").read_text())["scores"]
        assert len(each["scores"]) == HORIZON
        fitted = forecast_run(run)
        assert (fitted.model, fitted.horizon) == (MODELS[name], HORIZON)
        rows = list(csv.DictReader((run / "forecast.csv").read_text().splitlines()))
        assert len(rows) == 3 * HORIZON
        assert rows[0]["time"] == "2024-03-09T01:00:00+01:00"
        assert (run / "forecast.png").read_bytes().startswith(b"\x89PNG")
    assert Path("out/forecast-simulated-city/figures/curves.png").is_file()
    again = ("--config", "out/forecast-beijing-air/run.toml", "--out", "again")
    gnnlab("forecast", "fit", *again)  # run.toml says how
    for name in SCORES[1:]:
        ours, theirs = Path("again", name), Path("out/forecast-beijing-air", name)
        assert ours.read_bytes() == theirs.read_bytes()


def test_what_is_no_run_of_an_earlier_demo_is_not_replaced(forecasts_alone: object) -> None:
    mine = Path("out/forecast-simulated-city/mine.txt")
    mine.parent.mkdir(parents=True)
    mine.touch()
    said = gnnlab("demo", "--out", "out", "--json", status=1).stderr
    assert "a run needs a folder that does not exist yet, got out/forecast-simulated-city" in said
    assert mine.exists()


def test_an_interrupted_training_ends_the_demo_with_130(
    forecasts_alone: Callable[[int], None],
) -> None:
    forecasts_alone(1)
    assert gnnlab("demo", "--out", "out", "--json", status=130).stdout == ""
    assert not list(Path("out").glob("*forecast*"))


def test_an_interrupted_fit_ends_the_demo_with_130_and_leaves_nothing_half(
    forecasts_alone: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("gnnlab.experiments.forecast_fit.fit_forecaster", interrupt)
    result = gnnlab("demo", "--out", "out", "--json", status=130)
    assert result.stdout == ""
    assert result.stderr.endswith("fitting gc-dcrnn to simulated-city\ngnnlab: interrupted\n")
    assert not list(Path("out").glob("*forecast*"))
