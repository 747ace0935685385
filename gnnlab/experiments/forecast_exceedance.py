"""Whether a run's forecasts tell the days on which a standard's daily mean is exceeded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas
from jaxtyping import Float

from gnnlab.data import SensorSeries
from gnnlab.data.calendar import local_times
from gnnlab.evaluation.metrics import EventCounts, scored
from gnnlab.evaluation.standards import TOLERANCE, Limit, concentrations, standard
from gnnlab.experiments.forecast_alerts import DAY, check_alert
from gnnlab.experiments.forecast_readings import RunReadings
from gnnlab.experiments.forecast_review import Evenings


@dataclass(frozen=True, eq=False)
class DailyMeans:
    """What was observed, held against a standard.

    Args:
        standard: its name.
        limit: on the mean of a local day.
        days: local, datetime64[D], in a row.
        means: NaN where too little of the day was observed.
    """

    standard: str
    limit: Limit
    days: np.ndarray
    means: Float[np.ndarray, "day station"]


@dataclass(frozen=True, eq=False)
class Exceedance:
    """How often days above a limit were forecast and came, by the day before or earlier ones.

    Args:
        observed: the days.
        counts: by model, one for each number of days ahead: 1 is the day after the evening.
    """

    observed: DailyMeans
    counts: Mapping[str, Sequence[EventCounts]]


def daily_means(readings: RunReadings, name: str) -> DailyMeans:
    """The daily means of the first target over the validation part.

    Args:
        readings: of a fit.
        name: of a standard of :func:`gnnlab.evaluation.standards.standards`.

    Raises:
        DataError: no such standard, none of that variable's daily mean, another unit, or a step
            that days cannot be made of.
    """
    limit = check_alert(name, readings.series)
    judged = readings.series.between(readings.judged.start, readings.judged.stop)
    table = concentrations(judged, limit.pollutant, "day", standard(name).completeness)
    first, last = (table.index[end].to_datetime64().astype("datetime64[D]") for end in (0, -1))
    days = np.arange(first, last + DAY)
    means = table.reindex(pandas.DatetimeIndex(days)).to_numpy()
    return DailyMeans(name, limit, days, means)


def exceedance(observed: DailyMeans, readings: RunReadings, issued: Evenings) -> Exceedance:
    """Hold forecasts that were issued in the evening against what came.

    A day's forecast is the mean of its steps' medians: so is its median where the steps of a day
    are high or low together. Days that are not forecast to their end are not judged, and all models
    are judged on the same.

    Args:
        observed: days.
        readings: that were forecast.
        issued: forecasts in the evening.
    """
    horizon = next(iter(issued.medians.values())).shape[1]
    whole_days = max(horizon * readings.series.step // DAY, 0)
    counts: dict[str, list[EventCounts]] = {name: [] for name in issued.medians}
    for ahead in range(1, whole_days + 1):
        steps, rows = _steps_of_day(readings.series, issued, ahead, observed.days)
        known = rows >= 0
        truth = np.where(known[:, None], observed.means[rows], np.nan)
        found = {
            name: _means(medians, steps).astype(np.float64)
            for name, medians in issued.medians.items()
        }
        judged = scored(~np.isnan(truth), *found.values())
        for name, means in found.items():
            count = EventCounts(observed.limit.canonical * (1 + TOLERANCE))
            count.add(means, truth, judged)
            counts[name].append(count)
    return Exceedance(observed, counts)


def _steps_of_day(
    series: SensorSeries, issued: Evenings, ahead: int, days: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Which steps ahead lie on the day, [evening, ahead], and the number of that day, -1 if none.

    The number is -1 as well where the day is not forecast to its end.
    """
    horizon = next(iter(issued.medians.values())).shape[1]
    origins = issued.origins[:, None]
    after = series.times[0] + (origins + np.arange(1, horizon + 2)) * series.step
    local = local_times(after.ravel(), series.time_zone).astype("datetime64[D]")
    local = local.reshape(after.shape)
    day = local[:, 0] + (ahead - 1) * DAY
    steps = local[:, :-1] == day[:, None]
    whole = local[:, -1] > day
    number = (day - days[0]) // DAY
    return steps, np.where(whole & (number >= 0) & (number < len(days)), number, -1)


def _means(
    medians: Float[np.ndarray, "day ahead station"], steps: np.ndarray
) -> Float[np.ndarray, "day station"]:
    """Over the steps of each evening; NaN where one has no forecast, or there is none."""
    count = steps.sum(axis=1)
    total = np.where(steps[..., None], medians, 0).sum(axis=1, dtype=np.float64)
    return np.where(count[:, None] > 0, total / np.maximum(count, 1)[:, None], np.nan)
