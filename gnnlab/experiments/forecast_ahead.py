"""What will be read in the next steps: a run folder's forecast after the last reading."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, timezone
from functools import cached_property
from typing import Any

import numpy as np
from jaxtyping import Float

from gnnlab.data import SensorSeries
from gnnlab.data.calendar import local_times
from gnnlab.errors import DataError
from gnnlab.experiments.forecast_runs import ForecastRun
from gnnlab.training.forecasters import LEVELS


@dataclass(frozen=True, eq=False)
class Forecast:
    """Quantiles of the first target after the last reading.

    Args:
        model: its name.
        series: the readings that it was made from, up to the last.
        quantiles: at :data:`~gnnlab.training.forecasters.LEVELS`, in the target's unit; NaN
            where the model has no forecast.
    """

    model: str
    series: SensorSeries
    quantiles: Float[np.ndarray, "horizon station level"]

    @property
    def target(self) -> str:
        """The name of what is forecast."""
        return self.series.names("target")[0]

    @property
    def unit(self) -> str:
        """That it is in."""
        return self.series.variables[self.series.index(self.target)].unit

    @cached_property
    def times(self) -> np.ndarray:
        """UTC, datetime64, [horizon]."""
        return self.series.times[-1] + np.arange(1, len(self.quantiles) + 1) * self.series.step

    @cached_property
    def local_times(self) -> np.ndarray:
        """The times on the clock of the series, datetime64 without zone, [horizon]."""
        return local_times(self.times, self.series.time_zone)

    @cached_property
    def stamps(self) -> list[str]:
        """The times on the clock of the series, with their offset from UTC."""
        return [*map(with_offset, self.times, self.local_times)]

    def at(self, level: float) -> Float[np.ndarray, "horizon station"]:
        """The quantile at one of the levels."""
        return self.quantiles[..., LEVELS.index(level)]


def forecast_ahead(run: ForecastRun, series: SensorSeries) -> Forecast:
    """The forecast after the last step with any reading; what is known ahead does not count as one.

    Args:
        run: what forecasts.
        series: readings, its own or those of :func:`gnnlab.experiments.as_fitted.as_fitted`.

    Raises:
        DataError: no reading at all, or a model that needs what the series has not.
    """
    read = [
        number
        for number, each in enumerate(series.variables)
        if each.source == "measured" and each.kind != "future"
    ]
    some = np.flatnonzero(series.observed[..., read].any(axis=(1, 2)))
    if not len(some):
        raise DataError(f"there must be a reading to forecast from, got none in {series.name}")
    last = max(int(some[-1]), 1)  # a series has at least 2 steps
    quantiles = run.forecaster.quantiles(series, np.array([last]))[0]
    return Forecast(run.model, series.between(0, last + 1), quantiles)


def with_offset(time: np.datetime64, local: np.datetime64) -> str:
    """A UTC time as the clock shows it, with the offset from UTC.

    >>> with_offset(np.datetime64("2017-02-28T17:00:00"), np.datetime64("2017-03-01T01:00:00"))
    '2017-03-01T01:00:00+08:00'
    """
    said: Any = time.astype("datetime64[s]").item()
    offset: Any = (local - time).item()
    return said.replace(tzinfo=UTC).astimezone(timezone(offset)).isoformat()
