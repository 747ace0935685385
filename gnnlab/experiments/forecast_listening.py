"""Which stations a forecaster listens to: what changes when another station reads the usual."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float, Int

from gnnlab.data import SensorSeries
from gnnlab.experiments.forecast_readings import RunReadings
from gnnlab.experiments.forecast_review import looked_at, mean
from gnnlab.experiments.forecast_runs import ForecastRun
from gnnlab.training.forecasters import Tell, untold

LAST = 24  # steps that are changed
APART = 192  # steps from one origin to the next, so that none sees what was changed for another
BEFORE = 720  # steps before the first origin that are at hand
MOST = 40  # stations that are changed one by one


@dataclass(frozen=True, eq=False)
class Listening:
    """How far forecasts move when the readings of one station change.

    Args:
        stations: all names.
        changed: the numbers of those whose readings were changed, one after the other.
        moved: mean absolute change of the medians, in the target's unit, row = station that is
            forecast, column = station that was changed; NaN where nothing was forecast.
        origins: how many forecasts that is the mean of.
        horizons: steps ahead, also.
    """

    stations: Sequence[str]
    changed: Int[np.ndarray, " changed"]
    moved: Float[np.ndarray, "station changed"]
    origins: int
    horizons: Sequence[int]

    @property
    def own(self) -> float:
        """How far a station's forecast moves with its own readings, on average; NaN if unknown."""
        return mean(self.moved[self.changed, np.arange(len(self.changed))])

    @property
    def others(self) -> Float[np.ndarray, "station changed"]:
        """The same without what a station hears of itself: NaN there."""
        found = self.moved.copy()
        found[self.changed, np.arange(len(self.changed))] = np.nan
        return found


def listening(run: ForecastRun, readings: RunReadings, tell: Tell = untold) -> Listening:
    """Replace the last day of one station after the other, and see what moves.

    Each measured reading of a station's last `LAST` steps becomes the station's median of that
    variable over the validation part; what was not observed stays so. Of more than `MOST` stations
    as many are changed, evenly spread over their order.

    Args:
        run: what forecasts.
        readings: of its fit.
        tell: is told how far the work is.
    """
    judged = readings.judged
    first = max(judged.start - BEFORE, 0)
    series = readings.series.between(first, judged.stop)
    origins = np.arange(len(series.times) - 2, judged.start - first - 1, -APART)[::-1]
    horizons = looked_at(run.horizon)
    places = np.array(horizons) - 1
    before = run.forecaster.forecast(series, origins)[:, places]
    usual = _medians(series.between(judged.start - first, len(series.times)))
    channels = np.array(
        [
            number
            for number, each in enumerate(series.variables)
            if each.source == "measured" and each.kind != "future"
        ]
    )
    count = len(series.stations)
    changed = np.unique(np.linspace(0, count - 1, min(count, MOST)).round().astype(np.int64))
    steps = np.concatenate([np.arange(max(each - LAST + 1, 0), each + 1) for each in origins])
    moved = np.zeros((count, len(changed)))
    for number, station in enumerate(changed):
        values = series.values.copy()
        there = np.ix_(steps, np.array([station]), channels)
        values[there] = np.where(np.isnan(values[there]), np.nan, usual[station, channels])
        after = run.forecaster.forecast(replace(series, values=values), origins)[:, places]
        moved[:, number] = [mean(each) for each in np.moveaxis(np.abs(after - before), 2, 0)]
        tell((number + 1) / len(changed))
    names = [*map(str, series.stations.index)]
    return Listening(names, changed, moved, len(origins), horizons)


def _medians(series: SensorSeries) -> Float[np.ndarray, "station variable"]:
    """Of each station and variable; NaN where nothing was observed."""
    found = np.full(series.values.shape[1:], np.nan, np.float32)
    seen = series.observed.any(axis=0)
    found[seen] = np.nanmedian(series.values[:, seen], axis=0)
    return found
