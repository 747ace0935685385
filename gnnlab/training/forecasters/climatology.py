"""It will be as it usually is at that hour and time of year."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from gnnlab.data import SensorSeries, TimeSplit
from gnnlab.data.calendar import local_times
from gnnlab.data.preparation import hours_of_day
from gnnlab.training.forecasters.forecaster import (
    Forecasts,
    Origins,
    Tell,
    target_of,
    training_part,
    untold,
)


@dataclass(frozen=True, eq=False)
class Climatology:
    """The median of the training part at the local hour and month, of each station.

    Medians, for they have the least absolute error. Where there was no observation in that month,
    the station's median at that hour; without one, its median; without one, that of all stations.
    """

    horizons: Sequence[int]
    medians: Float[np.ndarray, "month hour station"]

    @classmethod
    def fit(
        cls,
        series: SensorSeries,
        split: TimeSplit,
        horizons: Sequence[int],
        seed: int = 0,
        tell: Tell = untold,
    ) -> Climatology:
        """See :class:`~gnnlab.training.forecasters.Fit`."""
        past = training_part(series, split)
        values = target_of(past)
        month, hour = _cycles(past, np.arange(len(values)))
        medians = np.full((12, 24, values.shape[1]), np.nanmedian(values))
        _overwrite(medians, values)
        for each in range(24):
            _overwrite(medians[:, each], values[hour == each])
        for number in range(12):
            for each in range(24):
                _overwrite(medians[number, each], values[(month == number) & (hour == each)])
        return cls(horizons, medians.astype(values.dtype))

    def forecast(self, series: SensorSeries, origins: Origins) -> Forecasts:
        """See :class:`~gnnlab.training.forecasters.Forecaster`; no reading is looked at."""
        return self.usual(series, origins[:, None] + np.array(self.horizons))

    def usual(
        self, series: SensorSeries, steps: Int[np.ndarray, "*shape"]
    ) -> Float[np.ndarray, "*shape station"]:
        """The medians at these steps, which may lie after the end of the series."""
        return self.medians[_cycles(series, steps)]


def _cycles(
    series: SensorSeries, steps: Int[np.ndarray, "*shape"]
) -> tuple[Int[np.ndarray, "*shape"], Int[np.ndarray, "*shape"]]:
    """The month, 0 to 11, and the hour of steps, on the local clock."""
    times = series.times[0] + steps.ravel() * series.step
    local = local_times(times, series.time_zone)
    month = local.astype("datetime64[M]").astype(np.int64) % 12
    return month.reshape(steps.shape), hours_of_day(local).reshape(steps.shape)


def _overwrite(
    medians: Float[np.ndarray, "*shape station"], values: Float[np.ndarray, "time station"]
) -> None:
    """Write the median of each station that has an observation."""
    seen = ~np.isnan(values).all(axis=0)
    medians[..., seen] = np.nanmedian(values[:, seen], axis=0)
