from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from small_series import small_series

from gnnlab.data import SensorSeries, Variable, chronological
from gnnlab.errors import DataError
from gnnlab.experiments.forecast_ahead import Forecast, forecast_ahead
from gnnlab.experiments.forecast_runs import ForecastRun
from gnnlab.training.forecasters import FORECASTERS, LEVELS, Calibrated

SERIES = small_series(200, missing=0)
HORIZONS = [*range(1, 7)]


@dataclass
class Sure:
    """The origin's number, and quantiles around it."""

    def forecast(self, series: SensorSeries, origins: np.ndarray) -> np.ndarray:
        return self.quantiles(series, origins)[..., 9]

    def quantiles(self, series: SensorSeries, origins: np.ndarray) -> np.ndarray:
        around = np.linspace(-1, 1, 19, dtype=np.float32)
        shape = (len(origins), 6, len(series.stations), 19)
        return np.broadcast_to(origins[:, None, None, None] + around, shape).astype(np.float32)


def run_of(forecaster: Any, series: SensorSeries = SERIES) -> ForecastRun:
    return ForecastRun(Path("run"), "some", 6, forecaster, series)


def model(name: str) -> Any:
    split = chronological(200)
    return Calibrated.of(FORECASTERS[name](SERIES, split, HORIZONS), SERIES, split, HORIZONS)


def silent(series: SensorSeries, *where: Any) -> SensorSeries:
    values = series.values.copy()
    values[where] = np.nan
    return replace(series, values=values)


def test_the_next_steps_are_forecast_with_quantiles() -> None:
    found = forecast_ahead(run_of(Sure()), SERIES)
    assert found.quantiles.shape == (6, 3, 19)
    np.testing.assert_array_equal(found.at(0.5), 199)
    np.testing.assert_array_equal(found.at(0.05), 198)
    assert (found.target, found.unit, found.model) == ("PM2.5", "ug/m3", "some")
    expected = SERIES.times[-1] + np.arange(1, 7) * np.timedelta64(3600, "s")
    np.testing.assert_array_equal(found.times, expected)


def test_times_are_local_with_their_offset_across_a_change_of_clocks() -> None:
    night = replace(
        SERIES, times=np.datetime64("2024-03-30T21", "s") - SERIES.step * np.arange(199, -1, -1)
    )
    stamps = forecast_ahead(run_of(Sure()), night).stamps
    assert stamps[1:5] == [
        "2024-03-31T00:00:00+01:00",
        "2024-03-31T01:00:00+01:00",
        "2024-03-31T03:00:00+02:00",
        "2024-03-31T04:00:00+02:00",
    ]


def test_it_begins_after_the_last_reading_of_anything() -> None:
    trailing = silent(SERIES, slice(190, None), slice(None), slice(0, 2))
    assert forecast_ahead(run_of(Sure()), trailing).at(0.5)[0, 0] == 189
    without_target = silent(SERIES, slice(190, None), slice(None), 0)
    assert forecast_ahead(run_of(Sure()), without_target).at(0.5)[0, 0] == 199
    assert len(forecast_ahead(run_of(Sure()), trailing).series.times) == 190


def test_what_is_known_ahead_is_no_reading() -> None:
    ahead = silent(SERIES, slice(190, None), slice(None), slice(0, 1))
    ahead = replace(
        ahead,
        perfect_weather=True,
        variables=[ahead.variables[0], Variable("NO2", "ug/m3", "future"), *ahead.variables[2:]],
    )
    assert forecast_ahead(run_of(Sure()), ahead).at(0.5)[0, 0] == 189


@pytest.mark.parametrize("name", ["persistence-carried", "climatology", "ridge"])
def test_gaps_of_the_last_day_and_a_silent_station_have_forecasts(name: str) -> None:
    gaps = silent(SERIES, slice(180, 195), 0, slice(0, 2))
    gaps = silent(gaps, slice(None), 1, slice(0, 2))
    found = forecast_ahead(run_of(model(name)), gaps)
    assert np.isfinite(found.quantiles).all()


def test_a_single_step_with_readings_is_enough() -> None:
    found = forecast_ahead(run_of(model("ridge")), silent(SERIES.between(0, 2), 1))
    assert np.isfinite(found.quantiles).all()
    assert len(found.series.times) == 2


def test_no_reading_at_all_is_refused() -> None:
    nothing = silent(SERIES, slice(None), slice(None), slice(0, 2))
    with pytest.raises(DataError, match="there must be a reading to forecast from, got none"):
        forecast_ahead(run_of(Sure()), nothing)


def test_the_levels_are_found_by_their_numbers() -> None:
    quantiles = np.broadcast_to(np.array(LEVELS, np.float32), (6, 3, 19))
    forecast = Forecast("some", SERIES, quantiles)
    for level in (0.05, 0.25, 0.5, 0.75, 0.95):
        np.testing.assert_allclose(forecast.at(level), level)
