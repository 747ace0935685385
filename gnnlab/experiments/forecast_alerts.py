"""How likely a standard's daily mean will be exceeded, day by day."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas
from jaxtyping import Float, Int

from gnnlab.data import SensorSeries
from gnnlab.evaluation.standards import TOLERANCE, Limit, concentrations, standard
from gnnlab.experiments.forecast_ahead import Forecast
from gnnlab.training.forecasters import LEVELS

DAY = np.timedelta64(1, "D")


@dataclass(frozen=True, eq=False)
class Alert:
    """The chance that each day's mean is above a limit.

    Args:
        standard: its name.
        limit: that is meant.
        days: local, datetime64[D], [day].
        chance: between the first and the last of the forecast's levels, which stand for all that
            is beyond them: 0.05 for at most, 0.95 for at least that; NaN where too little of
            the day is observed or forecast, [day, station].
        observed: how many of the day's steps were observed already, [day, station].
    """

    standard: str
    limit: Limit
    days: np.ndarray
    chance: Float[np.ndarray, "day station"]
    observed: Int[np.ndarray, "day station"]


def check_alert(name: str, series: SensorSeries) -> Limit:
    """The limit of a standard on the daily mean of a series' first target.

    Raises:
        DataError: no such standard, or none of that.
    """
    return standard(name).limit(series.names("target")[0], "day")


def daily_alert(forecast: Forecast, name: str) -> Alert:
    """The chance that a standard's daily mean is exceeded, on each local day forecast to its end.

    Of the first day, the steps that were observed count as known. The hours of a day are taken to
    be high or low together: a day's mean at a level is the mean of its hours at that level. That
    makes it as uncertain as it can be; errors of neighbouring hours do go together, but not fully.
    How many hours a mean needs is the standard's to say.

    Args:
        forecast: in steps that make up days.
        name: of a standard of :func:`gnnlab.evaluation.standards.standards`.

    Raises:
        DataError: see :func:`check_alert`; another unit; or a step that days cannot be made of.
    """
    limit = check_alert(name, forecast.series)
    completeness = standard(name).completeness
    known = _today(forecast)
    days = _days(forecast)
    means = np.stack(
        [
            concentrations(_joined(forecast, known, level), limit.pollutant, "day", completeness)
            .reindex(pandas.DatetimeIndex(days))
            .to_numpy()
            for level in range(len(LEVELS))
        ],
        axis=-1,
    )
    day_of = known.local_times.astype("datetime64[D]")
    seen = ~np.isnan(known.of(limit.pollutant))
    observed = (
        np.stack([seen[day_of == day].sum(axis=0) for day in days])
        if len(days)
        else (np.zeros((0, len(known.stations)), np.int64))
    )
    return Alert(name, limit, days, _chance(means, limit.canonical * (1 + TOLERANCE)), observed)


def _today(forecast: Forecast) -> SensorSeries:
    """The readings of the local day that the first forecast step lies in; at least two steps."""
    series = forecast.series
    today = forecast.local_times[0].astype("datetime64[D]")
    first = int(np.count_nonzero(series.local_times.astype("datetime64[D]") < today))
    return series.between(min(first, len(series.times) - 2), len(series.times))


def _days(forecast: Forecast) -> np.ndarray:
    """The local days from that of the first forecast step on whose last step is forecast."""
    series, local = forecast.series, forecast.local_times
    after = local[-1] + series.step  # where the last step ends
    first, end = local[0].astype("datetime64[D]"), after.astype("datetime64[D]")
    return np.arange(first, end, DAY)


def _joined(forecast: Forecast, known: SensorSeries, level: int) -> SensorSeries:
    """What was observed today, and then the forecast at one level."""
    target = known.variables[known.index(forecast.target)]
    values = np.concatenate([known.of(target.name), forecast.quantiles[..., level]])
    return replace(
        known,
        values=values[..., None].astype(np.float32),
        variables=[target],
        times=np.concatenate([known.times, forecast.times]),
        forecasts=(),
    )


def _chance(
    means: Float[np.ndarray, "day station level"], limit: float
) -> Float[np.ndarray, "day station"]:
    """1 minus the level at which the mean is the limit, linear between levels.

    >>> means = np.linspace(1, 19, 19)[None, None]
    >>> _chance(means, 5.0).item(), _chance(means, 0.0).item(), _chance(means, 20.0).item()
    (0.75, 0.95, 0.05)
    """
    chance = np.full(means.shape[:2], np.nan)
    for place in np.ndindex(*chance.shape):
        if not np.isnan(means[place]).any():
            # Of levels with the same mean the last: only what is above the limit counts.
            values, last = np.unique(means[place][::-1], return_index=True)
            levels = np.array(LEVELS)[::-1][last]
            level = np.interp(limit, values, levels, left=LEVELS[0])
            chance[place] = round(1 - float(level), 6)
    return chance
