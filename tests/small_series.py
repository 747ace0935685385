"""Small series of random readings for tests."""

import numpy as np
import pandas

from gnnlab.data.forecast_runs import ForecastRuns
from gnnlab.data.series import SensorSeries
from gnnlab.data.variables import Variable

HOUR = np.timedelta64(3600, "s")


def small_series(
    steps: int = 200, stations: int = 3, seed: int = 0, missing: float = 0.2, runs: bool = False
) -> SensorSeries:
    """PM2.5 (target), NO2 (past) and the calendar, with gaps; with ``runs`` a wind forecast."""
    rng = np.random.default_rng(seed)
    values = rng.gamma(2, 20, (steps, stations, 2)).astype(np.float32)
    values[rng.random(values.shape) < missing] = np.nan
    names = [f"s{number}" for number in range(stations)]
    times = np.datetime64("2024-02-28T00", "s") + np.arange(steps) * HOUR
    return SensorSeries(
        values=values,
        variables=(Variable("PM2.5", "ug/m3", "target"), Variable("NO2", "ug/m3", "past")),
        times=times,
        stations=pandas.DataFrame(
            {"longitude": 13 + rng.random(stations), "latitude": 52 + rng.random(stations)},
            index=pandas.Index(names, name="station"),
        ),
        time_zone="Europe/Berlin",
        forecasts=(_wind_forecast(rng, times, stations),) if runs else (),
        name="small",
    ).with_calendar()


def _wind_forecast(rng: np.random.Generator, times: np.ndarray, stations: int) -> ForecastRuns:
    """Runs of 24 hours, twice a day."""
    issued = times[6::12] - 3 * HOUR
    return ForecastRuns(
        ["wind forecast"],
        ["m/s"],
        rng.normal(3, 1, (len(issued), 24, stations, 1)).astype(np.float32),
        issued,
        np.arange(1, 25) * HOUR,
        5 * HOUR,
    )
