"""A small run folder of ``gnnlab forecast fit`` for tests."""

from pathlib import Path
from typing import Any

from small_series import small_series

from gnnlab.data import SensorSeries
from gnnlab.experiments.forecast_fit import fit_forecaster
from gnnlab.training import write_run

STEPS, HORIZON = 1600, 30  # validation is of 200 steps, from 2024-04-27T08 UTC on


def write_small_run(
    path: Path, model: str = "ridge", series: SensorSeries | None = None, **asked: Any
) -> SensorSeries:
    """Fit a model to a small series, leave a run folder, and return what it read."""
    series = series or small_series(STEPS, stations=3)
    write_run(path, fit_forecaster(series, model, HORIZON, **asked))
    return series
