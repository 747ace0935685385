from dataclasses import replace
from functools import partial

import numpy as np
import pytest
from small_series import small_series

from gnnlab.data import ForecastRuns, SensorSeries, Variable, chronological
from gnnlab.errors import DataError
from gnnlab.evaluation.backtest import backtest
from gnnlab.experiments.forecast_backtest import forecast_backtest
from gnnlab.experiments.forecast_weather import AHEAD, FORECAST, with_weather_ahead
from gnnlab.training.forecasters.architecture import Architecture
from gnnlab.training.forecasters.minibatches import Recipe
from gnnlab.training.forecasters.network import NetworkForecaster

HOUR = np.timedelta64(3600, "s")


def windy(steps: int = 500) -> SensorSeries:
    """White noise that follows a wind, whose values others know a day ahead."""
    series = small_series(steps + 24, missing=0)
    wind = np.random.default_rng(0).normal(size=(steps + 24, 3)).astype(np.float32)
    values = series.values.copy()
    values[..., 0], values[..., 1] = 40 + 10 * wind, wind
    issued = np.arange(0, steps, 12)
    runs = ForecastRuns(
        ["wind" + FORECAST, "cloud" + FORECAST],
        ["m/s", "1"],
        np.stack([wind, np.zeros_like(wind)], axis=-1)[issued[:, None] + np.arange(1, 25)],
        series.times[issued],
        np.arange(1, 25) * HOUR,
        5 * HOUR,
    )
    variables = [
        Variable("wind", "m/s", "past") if each.name == "NO2" else each for each in series.variables
    ]
    with_runs = replace(series, values=values, variables=variables, forecasts=(runs,))
    return with_runs.between(0, steps)


SERIES = windy()


def test_each_kind_shows_the_weather_ahead_in_its_way() -> None:
    shown = with_weather_ahead(SERIES, list(AHEAD))
    assert list(shown) == ["none", "issued", "perfect"]
    assert shown["issued"] is SERIES
    assert [len(each.forecasts) for each in shown.values()] == [0, 1, 0]
    assert [each.perfect_weather for each in shown.values()] == [False, False, True]
    ahead = [each.names("future") for each in shown.values()]
    assert "wind" not in ahead[0]
    assert ahead[1] == ahead[0]
    assert ahead[2] == ["wind", *ahead[0]]
    for each in shown.values():
        np.testing.assert_array_equal(each.values, SERIES.values)


def test_what_others_issued_is_shown_unless_something_else_is_asked_for() -> None:
    assert with_weather_ahead(SERIES, []) == {"issued": SERIES}
    without = small_series()
    assert with_weather_ahead(without, []) == {None: without}
    assert list(with_weather_ahead(without, ["none"])) == ["none"]


def test_a_target_that_others_forecast_is_never_declared_known() -> None:
    named = replace(SERIES.forecasts[0], names=["wind forecast", "PM2.5 forecast"])
    shown = with_weather_ahead(replace(SERIES, forecasts=(named,)), ["perfect"])["perfect"]
    assert shown.names("target") == ["PM2.5"]
    assert shown.names("future")[0] == "wind"
    only = replace(SERIES.forecasts[0], names=["PM2.5 forecast", "cloud forecast"])
    message = (
        "what others forecast must be measured, too, to show perfect weather, got only "
        "PM2.5 forecast, cloud forecast"
    )
    with pytest.raises(DataError, match=message):
        with_weather_ahead(replace(SERIES, forecasts=(only,)), ["perfect"])


@pytest.mark.parametrize("kind", ["issued", "perfect"])
def test_a_series_without_forecasts_of_others_is_refused(kind: str) -> None:
    message = f"must have forecasts that others issued, to show {kind} weather, got none"
    with pytest.raises(DataError, match=message):
        with_weather_ahead(small_series(), ["none", kind])


def test_weather_that_is_declared_known_is_refused() -> None:
    known = SERIES.with_kinds(future=["wind"], perfect_weather=True)
    assert with_weather_ahead(known, []) == {"issued": known}
    message = "weather ahead must not be known already, got wind declared known ahead"
    with pytest.raises(DataError, match=message):
        with_weather_ahead(known, ["none"])


def test_a_row_a_kind_compared_to_the_first() -> None:
    models, kinds = ["climatology", "persistence"], ["issued", "none"]
    answer = forecast_backtest(SERIES, models, [1, 6], weather_ahead=kinds, against="climatology")
    names = [
        "climatology (issued weather)",
        "climatology (no weather ahead)",
        "persistence (issued weather)",
        "persistence (no weather ahead)",
    ]
    assert [row["model"] for row in answer["scores"][::2]] == names
    assert [row["weather_ahead"] for row in answer["scores"][::2]] == kinds * 2
    assert answer["protocol"]["weather_ahead"] == kinds
    assert answer["protocol"]["against"]["model"] == names[0]
    assert not answer["protocol"]["perfect_weather"]


@pytest.mark.parametrize(
    ("kinds", "said"), [([], "issued"), (["none"], "none"), (["perfect"], "perfect")]
)
def test_a_single_kind_is_a_key_and_no_part_of_the_name(kinds: list[str], said: str) -> None:
    answer = forecast_backtest(SERIES, ["climatology"], [1], weather_ahead=kinds)
    (row,), protocol = answer["scores"], answer["protocol"]
    assert (row["model"], row["weather_ahead"]) == ("climatology", said)
    assert protocol["weather_ahead"] == [said]
    perfect = said == "perfect"
    assert (protocol["perfect_weather"], protocol["known_ahead"]) == (
        perfect,
        ["wind"] if perfect else [],
    )


def test_an_unknown_kind_is_refused() -> None:
    message = r"must be one of none, issued, perfect, got 'prefect' \(closest: perfect\)"
    with pytest.raises(ValueError, match=message):
        with_weather_ahead(SERIES, ["none", "prefect"])


@pytest.mark.parametrize("kind", AHEAD)
def test_weather_of_the_hour_that_is_forecast_reaches_a_network(kind: str) -> None:
    """Its noise is white: what another hour's wind says is worth nothing."""
    fit = partial(
        NetworkForecaster.fit,
        architecture=Architecture(
            "stid", input_steps=1, state_channels=2, hidden_channels=16, dropout=0, dropout_far=0
        ),
        recipe=Recipe(epochs=5, share=1, batch_size=16, learning_rate=2e-2),
    )
    (shown,) = with_weather_ahead(SERIES, [kind]).values()
    rows = backtest(shown, {"stid": fit}, (1, 6), [chronological(len(SERIES.times))])
    for row in rows:
        assert row.mae is not None
        assert (row.mae > 7.5) if kind == "none" else (row.mae < 2)
