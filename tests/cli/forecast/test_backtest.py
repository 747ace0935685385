from pathlib import Path

import numpy as np
import pytest
from command_line import answer, gnnlab

from gnnlab.cli.forecast.backtest import MODELS, WEATHER_AHEAD
from gnnlab.data import SensorSeries
from gnnlab.experiments.forecast_weather import AHEAD
from gnnlab.training.forecasters import FORECASTERS, Ridge

BACKTEST = ("forecast", "backtest", "readings.csv", "--stations", "stations.csv")


@pytest.fixture(autouse=True)
def town(in_empty_folder: None) -> None:
    """Two stations with a daily cycle and weather of a day or so."""
    draw = np.random.default_rng(0)
    steps = np.arange(24 * 25)
    weather = np.zeros(len(steps))
    for step in steps[1:]:
        weather[step] = 0.95 * weather[step - 1] + draw.normal()
    lines = ["time,station,PM2.5 (ug/m3),temperature (degC)"]
    for name in ("Abbey", "Bridge"):
        level = 40 + 5 * np.sin(steps / 24 * 2 * np.pi) + 3 * weather + draw.normal(size=len(steps))
        lines += [
            f"{np.datetime64('2021-03-01T00') + hour},{name},{value:.2f},{hour % 24}"
            for hour, value in zip(steps, level, strict=True)
        ]
    Path("readings.csv").write_text("\n".join(lines) + "\n")
    Path("stations.csv").write_text("station,longitude,latitude\nAbbey,10.0,52.0\nBridge,10.1,52\n")


def test_scores_are_printed() -> None:
    result = gnnlab(*BACKTEST, "--horizons", "1,24", "--models", "persistence,ridge,gbdt")
    lines = [line.split() for line in result.stdout.splitlines()]
    assert "2 stations, steps of 1 hour, 1 seed" in result.stdout
    mae = {line[-1]: float(line[0]) for line in lines[lines.index(["1", "24", "model"]) + 1 :][:3]}
    assert set(mae) == {"persistence", "ridge", "gbdt"}
    assert mae["ridge"] < mae["persistence"]


def test_the_json_has_protocol_and_scores() -> None:
    found = answer(*BACKTEST, "--horizons", "1,24", "--models", "climatology,ridge", "--seeds", "2")
    assert found["protocol"]["splits"][0]["name"] == "chrono-70-10-20"
    assert found["protocol"]["seeds"] == 2
    assert [(row["model"], row["horizon"]) for row in found["scores"]] == [
        ("climatology", 1), ("climatology", 24), ("ridge", 1), ("ridge", 24)
    ]  # fmt: skip
    ridge = found["scores"][2]
    assert ridge["n"] == 2 * (120 - 1)
    assert 0 < ridge["skill"] < 1
    assert ridge["mae_std"] == 0
    assert 0 < ridge["crps"] < ridge["mae"]
    assert 0.7 < ridge["coverage90"] <= 1


def test_models_are_compared_to_one_of_them() -> None:
    models = ("--models", "climatology,ridge", "--against", "climatology")
    found = answer(*BACKTEST, "--horizons", "1", *models)
    assert found["protocol"]["against"]["model"] == "climatology"
    climatology, ridge = found["scores"]
    assert ridge["difference"] == pytest.approx(ridge["mae"] - climatology["mae"], rel=1e-5)
    assert "less that of climatology" in gnnlab(*BACKTEST, "--horizons", "1", *models).stdout


def test_a_model_to_compare_to_is_one_of_those_that_are_fitted() -> None:
    result = gnnlab(*BACKTEST, "--models", "climatology", "--against", "ridge", status=2)
    assert "--against must be one of --models, got ridge." in result.stderr


def test_kinds_of_weather_ahead_are_rows() -> None:
    city = ("forecast", "backtest", "--dataset", "simulated-city")
    of_climatology = ("--models", "climatology", "--horizons", "1")
    found = answer(*city, *of_climatology, "--weather-ahead", "none,perfect")
    assert [(row["model"], row["weather_ahead"]) for row in found["scores"]] == [
        ("climatology (no weather ahead)", "none"),
        ("climatology (perfect weather)", "perfect"),
    ]
    assert "temperature" in found["protocol"]["known_ahead"]


def test_weather_that_nobody_issued_is_one_line() -> None:
    result = gnnlab(*BACKTEST, "--models", "climatology", "--weather-ahead", "issued", status=1)
    assert result.stderr == (
        "gnnlab: a series must have forecasts that others issued, to show issued weather, got "
        "none\n"
    )


def test_doubters_see_that_no_forecast_changes_with_what_came_later() -> None:
    found = answer(*BACKTEST, "--models", "ridge", "--horizons", "1,24", "--check-look-ahead")
    look_ahead = found["protocol"]["look_ahead"]
    assert look_ahead["changed"] == 0
    assert look_ahead["forecasts"] > 2 * 2 * 120 / 4


def test_a_model_that_looks_ahead_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    def cheat(self: Ridge, series: SensorSeries, origins: np.ndarray) -> np.ndarray:
        next_ones = np.minimum(origins + 1, len(series.times) - 1)
        return series.values[next_ones, :, :1].swapaxes(1, 2)

    monkeypatch.setattr(Ridge, "forecast", cheat)
    asked = (*BACKTEST, "--models", "ridge", "--horizons", "1")
    assert answer(*asked)["scores"][0]["mae"] == 0
    result = gnnlab(*asked, "--check-look-ahead", status=1)
    assert result.stdout == ""
    assert result.stderr.startswith("gnnlab: ridge must not look ahead: forecasts at horizon 1 ")


def test_folds_are_named() -> None:
    found = answer(*BACKTEST, "--horizons", "1", "--models", "climatology", "--folds", "2")
    names = [split["name"] for split in found["protocol"]["splits"]]
    assert names == ["rolling-1-of-2", "rolling-2-of-2"]


def test_perfect_weather_is_said() -> None:
    known = ("--future", "temperature", "--perfect-weather")
    result = gnnlab(*BACKTEST, *known, "--horizons", "1", "--models", "climatology")
    assert "perfect weather: temperature declared known ahead" in result.stdout


def test_a_horizon_longer_than_the_data_is_one_line() -> None:
    result = gnnlab(*BACKTEST, "--horizons", "200", "--models", "climatology", status=1)
    message = "gnnlab: a horizon must be shorter than the test part of 120 steps, got 200\n"
    assert result.stderr == message


def test_several_targets_are_wrong_usage() -> None:
    targets = ("--target", "PM2.5", "--target", "NO2")
    said = gnnlab("forecast", "backtest", "nothing.csv", *targets, status=2).stderr
    assert "a forecast must be of 1 --target, got PM2.5, NO2." in said


def test_an_unknown_model_is_wrong_usage() -> None:
    result = gnnlab(*BACKTEST, "--models", "oracle", status=2)
    assert "a name must be one of persistence, " in result.stderr


def test_the_names_are_those_of_forecasters_and_of_kinds() -> None:
    assert tuple(FORECASTERS) == MODELS
    assert tuple(AHEAD) == WEATHER_AHEAD
