"""What reports show of forecasts, made up of random numbers, for tests of figures and pages."""

from dataclasses import replace

import numpy as np
from small_series import small_series

from gnnlab.data import SensorSeries
from gnnlab.experiments.forecast_intervals import IntervalReview
from gnnlab.experiments.forecast_readings import RunReadings
from gnnlab.experiments.forecast_review import Evenings, ForecastReview

HORIZONS = [1, 12, 24, 48]
FIRST, STEPS = 100, 1500  # the first origin, and steps of the series


def hourly(stations: int = 3, steps: int = STEPS) -> SensorSeries:
    """Hours from the end of February on, without gaps."""
    return small_series(steps, stations=stations, missing=0)


def small_review(series: SensorSeries | None = None, seed: int = 0) -> ForecastReview:
    """Errors of a model and two rules, the model's the smallest."""
    series = series or hourly()
    steps, stations = series.values.shape[:2]
    origins, draw = np.arange(FIRST, steps - 1), np.random.default_rng(seed)
    shape = (len(origins), len(HORIZONS), stations)
    errors = {
        name: draw.normal(0, scale, shape).astype(np.float32)
        for name, scale in (("ours", 2), ("persistence", 3), ("climatology", 4))
    }
    truth = draw.gamma(2, 20, shape).astype(np.float32)
    medians = {name: np.zeros((1, HORIZONS[-1], stations), np.float32) for name in errors}
    readings = RunReadings(series, range(FIRST), range(FIRST, steps))
    evenings = Evenings(origins[:1], medians)
    return ForecastReview("ours", readings, HORIZONS, origins, truth, errors, evenings)


def small_intervals(series: SensorSeries | None = None, seed: int = 0) -> IntervalReview:
    """Targets among quantiles by chance, and fans around 40 in four evenings."""
    series = series or hourly()
    steps, stations = series.values.shape[:2]
    first, draw = steps - 400, np.random.default_rng(seed)
    shape = (399, len(HORIZONS), stations)
    evenings = np.flatnonzero(series.local_times.astype("datetime64[h]").astype(int) % 24 == 23)
    fans = np.sort(draw.gamma(4, 10, (4, HORIZONS[-1], stations, 5)).astype(np.float32), axis=-1)
    return IntervalReview(
        RunReadings(series, range(FIRST), range(FIRST, steps)),
        HORIZONS,
        np.arange(first, steps - 1),
        draw.integers(0, 20, shape).astype(np.int8),
        draw.random(shape) < 0.9,
        evenings[evenings > first][:4],
        fans,
        flattered=False,
    )


def with_target(series: SensorSeries, values: np.ndarray) -> SensorSeries:
    """The same series with other readings of its first target."""
    changed = series.values.copy()
    changed[..., 0] = values
    return replace(series, values=changed)
