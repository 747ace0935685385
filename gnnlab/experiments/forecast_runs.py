"""Run folders of forecasters, read back."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from gnnlab.data import SensorSeries
from gnnlab.errors import RunError
from gnnlab.experiments.forecast_fit import VERB
from gnnlab.training import read_run
from gnnlab.training.forecasters import QuantileForecaster
from gnnlab.training.forecasters.stored import put_together


@dataclass(frozen=True, eq=False)
class ForecastRun:
    """A run folder of ``gnnlab forecast fit``.

    Args:
        path: of it.
        model: its name.
        horizon: the last that it forecasts; the first is 1.
        forecaster: fitted.
        readings: the last ones of those that it was fitted on.
    """

    path: Path
    model: str
    horizon: int
    forecaster: QuantileForecaster
    readings: SensorSeries


def forecast_run(path: str | Path) -> ForecastRun:
    """A run folder of ``gnnlab forecast fit``, read back.

    Raises:
        RunError: no whole run folder, or one of another verb.
    """
    path = Path(path)
    run = read_run(path)
    said = run.configuration
    if said.get("verb") != VERB:
        raise RunError(f"{path} must be a run of {VERB}, got one of {said.get('verb', 'nothing')}")
    arrays = {name: weight.numpy() for name, weight in run.weights.items()}
    try:
        forecaster, readings = (
            put_together(run.structure[name], arrays) for name in ("forecaster", "readings")
        )
        if not isinstance(forecaster, QuantileForecaster) or not isinstance(readings, SensorSeries):
            raise RunError("it must hold a forecaster and readings of a series")
        model, horizon = said["model"], said["horizon"]
    except (KeyError, RunError) as error:
        raise RunError(f"{path} cannot be used: {error}") from error
    return ForecastRun(path, model, horizon, forecaster, readings)
