import json
from dataclasses import replace

import pytest
from small_series import small_series

from gnnlab.data import chronological, simulated_city
from gnnlab.errors import DataError
from gnnlab.evaluation.backtest import REFERENCES, backtest
from gnnlab.experiments.forecast_backtest import SKILL_OVER, forecast_backtest
from gnnlab.training.forecasters import FORECASTERS

SERIES = small_series(400)


def test_the_protocol_says_how_the_scores_came_about() -> None:
    answer = forecast_backtest(SERIES, ["ridge", "persistence"], [1, 24], seeds=2)
    protocol = answer["protocol"]
    assert [protocol[key] for key in ("series", "target", "unit", "stations", "step", "seeds")] == [
        "small", "PM2.5", "ug/m3", 3, "1 hour", 2
    ]  # fmt: skip
    (split,) = protocol["splits"]
    assert split["name"] == "chrono-70-10-20"
    assert split["train"] == {
        "steps": 280,
        "start": "2024-02-28T01:00:00",
        "end": "2024-03-10T16:00:00",
    }  # Berlin, an hour ahead of UTC
    assert split["test"]["steps"] == 80
    assert split["test"]["end"] == str(SERIES.local_times[-1])
    assert not protocol["perfect_weather"]
    assert [(row["model"], row["horizon"]) for row in answer["scores"]] == [
        ("ridge", 1), ("ridge", 24), ("persistence", 1), ("persistence", 24)
    ]  # fmt: skip
    assert set(answer["scores"][0]) == {
        "model", "horizon", "mae", "rmse", "crps", "coverage90", "skill", "n", "mae_std",
        "interval_score90", "width90", "coverage90_by_station", "coverage90_by_season",
        "difference", "difference_low", "difference_high", "difference_p",
        "weather_ahead",
    }  # fmt: skip
    assert all(0 <= row["coverage90"] <= 1 < row["crps"] < row["mae"] for row in answer["scores"])
    assert list(answer["scores"][0]["coverage90_by_season"]) == ["MAM"]
    assert protocol["against"] is None
    assert protocol["weather_ahead"] == []
    assert protocol["look_ahead"] is None
    assert answer["scores"][0]["weather_ahead"] is None
    assert answer["scores"][0]["difference"] is None
    assert json.loads(json.dumps(answer)) == answer
    assert [FORECASTERS[name] for name in SKILL_OVER] == list(REFERENCES)


def test_folds_are_rolling_origins_over_the_later_steps() -> None:
    answer = forecast_backtest(SERIES, ["climatology"], [1, 6], folds=4)
    splits = answer["protocol"]["splits"]
    assert [split["name"] for split in splits] == [f"rolling-{n}-of-4" for n in (1, 2, 3, 4)]
    assert {split["test"]["steps"] for split in splits} == {40}
    assert [split["train"]["steps"] for split in splits] == [188, 228, 268, 308]
    assert splits[-1]["test"]["end"] == str(SERIES.local_times[-1])


def test_a_comparison_is_that_of_the_backtest_and_says_how_it_was_made() -> None:
    series = small_series(9000)
    answer = forecast_backtest(series, ["ridge", "persistence"], [1], against="persistence")
    assert answer["protocol"]["against"] == {
        "model": "persistence",
        "level": 0.9,
        "block": "as many origins as steps ahead, at least 168 (a week)",
    }
    ridge, persistence = answer["scores"]
    assert ridge["difference_low"] < ridge["difference"] < ridge["difference_high"] < 0
    assert persistence["difference"] == 0
    fits = {name: FORECASTERS[name] for name in ("ridge", "persistence")}
    row, _ = backtest(series, fits, [1], [chronological(9000)], against="persistence")
    assert (row.difference_low, row.difference_high) == (
        ridge["difference_low"],
        ridge["difference_high"],
    )


def test_perfect_weather_is_named() -> None:
    variables = [
        replace(each, kind="future") if each.name == "NO2" else each for each in SERIES.variables
    ]
    series = replace(SERIES, variables=variables, perfect_weather=True)
    protocol = forecast_backtest(series, ["climatology"], [1])["protocol"]
    assert (protocol["perfect_weather"], protocol["known_ahead"]) == (True, ["NO2"])


def test_in_the_simulated_city_models_rank_as_they_should() -> None:
    series = simulated_city(stations=4).series
    names = ["persistence", "damped-persistence", "climatology", "ridge"]
    scores = forecast_backtest(series, names, [1, 24])["scores"]
    mae = {(row["model"], row["horizon"]): row["mae"] for row in scores}
    assert mae["ridge", 1] < mae["persistence", 1] < mae["climatology", 1]
    assert mae["damped-persistence", 24] < mae["persistence", 24]


def test_an_unknown_model_is_refused() -> None:
    with pytest.raises(ValueError, match=r"one of persistence, .*, got 'rigde' .*ridge"):
        forecast_backtest(SERIES, ["rigde"], [1])


def test_a_short_series_is_refused() -> None:
    with pytest.raises(DataError, match=r"a series of 400 steps is too short: .*horizon of 72"):
        forecast_backtest(SERIES, ["persistence"], [72], folds=4)
    with pytest.raises(DataError, match="shorter than the test part of 80 steps, got 90"):
        forecast_backtest(SERIES, ["persistence"], [90])
