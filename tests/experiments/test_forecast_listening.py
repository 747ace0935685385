from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
from small_series import small_series

from gnnlab.data import SensorSeries
from gnnlab.experiments.forecast_listening import APART, LAST, listening
from gnnlab.experiments.forecast_readings import RunReadings
from gnnlab.experiments.forecast_runs import ForecastRun
from gnnlab.training.forecasters import Forecasts, Origins, Quantiles


@dataclass(frozen=True)
class Ring:
    """Each station is forecast as half of the mean of the next one over its last day."""

    horizons: int = 2
    steps: int = LAST

    def forecast(self, series: SensorSeries, origins: Origins) -> Forecasts:
        values = np.roll(series.of("PM2.5"), -1, axis=1)
        parts = [
            np.nanmean(values[each - self.steps + 1 : each + 1], axis=0) / 2 for each in origins
        ]
        return np.repeat(np.stack(parts)[:, None], self.horizons, axis=1)

    def quantiles(self, series: SensorSeries, origins: Origins) -> Quantiles:
        raise NotImplementedError


def run_of(series: SensorSeries, **ring: int) -> tuple[ForecastRun, RunReadings]:
    steps = len(series.times)
    run = ForecastRun(Path("run"), "ring", 2, Ring(**ring), series)
    return run, RunReadings(series, range(200), range(200, steps))


def test_a_station_listens_to_the_one_it_is_made_of() -> None:
    series = small_series(900, stations=3)
    found = listening(*run_of(series))
    np.testing.assert_array_equal(found.moved > 0, np.roll(np.eye(3), 1, axis=1))
    target = series.of("PM2.5")
    usual = np.nanmedian(target[200:], axis=0)
    origins = np.arange(898, 199, -APART)
    assert found.origins == len(origins) == 4
    for row, source in ((0, 1), (1, 2), (2, 0)):
        days = [np.nanmean(target[each - 23 : each + 1, source]) for each in origins]
        expected = np.abs(usual[source] - np.array(days)).mean() / 2
        assert found.moved[row, source] == pytest.approx(expected, rel=1e-5)
    assert found.own == 0
    assert np.isnan(np.diagonal(found.others)).all()


def test_what_was_changed_for_one_origin_is_not_seen_from_another() -> None:
    series = small_series(900, stations=3)
    alone = listening(*run_of(series, steps=LAST))
    wider = listening(*run_of(series, steps=APART - LAST))
    share = LAST / (APART - LAST)
    np.testing.assert_allclose(wider.moved > 0, alone.moved > 0)
    assert wider.moved.max() < 4 * share * alone.moved.max()


def test_gaps_stay_gaps_and_what_is_known_ahead_stays() -> None:
    class Looks(Ring):
        def forecast(self, series: SensorSeries, origins: Origins) -> Forecasts:
            seen.append(series)
            return super().forecast(series, origins)

    seen: list[SensorSeries] = []
    series = small_series(900, stations=3)
    run, readings = run_of(series)
    listening(replace(run, forecaster=Looks()), readings)
    before, first = seen[0].values, seen[1].values
    np.testing.assert_array_equal(np.isnan(first), np.isnan(before))
    changed = ~((first == before) | np.isnan(before))
    assert changed.any(axis=(0, 1)).tolist() == [True, True, *[False] * 6]  # readings, no calendar
    assert changed.any(axis=(0, 2)).tolist() == [True, False, False]
    assert changed.any(axis=(1, 2)).sum() <= 4 * LAST
    np.testing.assert_array_equal(seen[2].values[:, 0], before[:, 0])  # one after the other


def test_measured_weather_that_is_taken_as_known_ahead_stays() -> None:
    class Weather(Ring):
        def forecast(self, series: SensorSeries, origins: Origins) -> Forecasts:
            now = np.nan_to_num(series.of("NO2")[origins])
            return np.repeat(now[:, None], self.horizons, axis=1)

    run, readings = run_of(small_series(500, stations=3))
    heard = listening(replace(run, forecaster=Weather()), readings)
    assert np.diagonal(heard.moved).min() > 0
    known = readings.series.with_kinds(future=["NO2"], perfect_weather=True)
    still = listening(replace(run, forecaster=Weather()), replace(readings, series=known))
    assert not still.moved.any()


def test_of_many_stations_some_are_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gnnlab.experiments.forecast_listening.MOST", 3)
    found = listening(*run_of(small_series(500, stations=7)))
    assert found.changed.tolist() == [0, 3, 6]
    assert found.moved.shape == (7, 3)
    assert np.argmax(found.moved, axis=0).tolist() == [6, 2, 5]


def test_a_variable_without_a_reading_is_nothing_to_change() -> None:
    series = small_series(500, stations=3)
    values = series.values.copy()
    values[:, 1, 1] = np.nan
    found = listening(*run_of(replace(series, values=values)))
    assert np.isfinite(found.moved).all()


def test_where_nothing_is_forecast_nothing_is_counted() -> None:
    class Now(Ring):
        def forecast(self, series: SensorSeries, origins: Origins) -> Forecasts:
            return np.repeat(series.of("PM2.5")[origins][:, None], self.horizons, axis=1)

    series = small_series(900, stations=3)
    target = series.of("PM2.5")
    origins = np.arange(898, 199, -APART)
    assert np.isnan(target[origins]).any()
    run, readings = run_of(series)
    found = listening(replace(run, forecaster=Now()), readings)
    apart = np.abs(target[origins] - np.nanmedian(target[200:], axis=0))
    np.testing.assert_allclose(np.diagonal(found.moved), np.nanmean(apart, axis=0), rtol=1e-5)


def test_a_short_validation_part_has_one_origin() -> None:
    series = small_series(300, stations=3)
    told: list[float] = []
    found = listening(*run_of(series), told.append)
    assert found.origins == 1
    assert told[-1] == 1.0
