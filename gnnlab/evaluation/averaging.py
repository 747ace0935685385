"""Averages over hours, local days and years, and how much must be observed for one to count."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float

from gnnlab.data.calendar import clock
from gnnlab.errors import DataError

if TYPE_CHECKING:
    import pandas

    from gnnlab.data.series import SensorSeries

HOURLY = ("hour", "highest hour", "highest 8 hours")
AVERAGES = (*HOURLY, "day", "year")
WITH_LEAST = ("day", "highest 8 hours")


@dataclass(frozen=True)
class EightHourMeans:
    """Which means over eight hours are a local day's, and how many of them it must have.

    Args:
        dated_by: ``"first hour"`` or ``"last hour"``: the one that must lie in the day.
        first: the earliest hour of day that this may be.
        last: the latest.
        least: how many of the means must be there.
    """

    dated_by: str
    first: int
    last: int
    least: int


@dataclass(frozen=True)
class Completeness:
    """How much must be observed for an average to count.

    Args:
        hour: the share of an hour's readings.
        day: hours of a day.
        eight_hours: hours of the eight.
        windows: means over eight hours of a day.
        year: complete days of a year.
        ozone_windows: those of ozone, where they are others.
        above_anyway: pollutants of which a day's mean, or its highest over eight hours, counts with
            less if it is above the limit all the same: see :func:`least_averages`.
    """

    hour: float
    day: float
    eight_hours: int
    windows: EightHourMeans
    year: int
    ozone_windows: EightHourMeans | None = None
    above_anyway: Sequence[str] = ()


def averages(
    series: SensorSeries, variable: str, average: str, completeness: Completeness
) -> pandas.DataFrame:
    """One average a period (row) and station (column), float64; NaN where too little was observed.

    A reading is taken to be of the time from its stamp to the next. Rows are named by the local
    time at which the period starts, in order; an hour that the clock shows twice has two rows. A
    year's mean is over its complete days.

    Args:
        series: with a step of whole hours that make up a day, or of a part of an hour.
        variable: such as ``"PM2.5"``.
        average: one of `AVERAGES`.
        completeness: what each average needs.

    Raises:
        DataError: another average, no such variable, or a step that does not fit the average.
    """
    if average not in AVERAGES:
        raise DataError(f"an average must be one of {', '.join(AVERAGES)}, got {average!r}")
    values, hours = _hourly(series, variable, average, completeness)
    if average == "hour":
        return values
    days = values.groupby(values.index.normalize())
    enough = days.count() * hours >= completeness.day
    if average == "highest hour":
        return days.max().where(enough)
    if average == "highest 8 hours":
        ozone = completeness.ozone_windows if variable == "O3" else None
        windows = ozone or completeness.windows
        return _highest_8_hours(values, completeness.eight_hours, windows).reindex(enough.index)
    means = days.mean().where(enough)
    return means if average == "day" else _years(means, completeness.year)


def least_averages(
    series: SensorSeries, variable: str, average: str, completeness: Completeness
) -> pandas.DataFrame:
    """What the :func:`averages` of a day are at the least, however few hours were observed.

    A day's mean is that of all its hours (23 or 25 where the clock changes), those that were not
    observed taken as 0; its highest mean over eight hours is that of those that are there.

    Args:
        series: see :func:`averages`.
        variable: such as ``"PM2.5"``.
        average: one of `WITH_LEAST`: an hour has no least, and a year's mean is of complete days.
        completeness: what each hour and each mean over eight of them needs.

    Raises:
        DataError: another average; or see :func:`averages`.
    """
    if average not in WITH_LEAST:
        raise DataError(f"an average must be one of {', '.join(WITH_LEAST)}, got {average!r}")
    if average == "day":
        values, hours = _hourly(series, variable, average, completeness)
        observed = values.groupby(values.index.normalize()).sum(min_count=1) * hours
        return observed.div(_lengths(observed.index, series.time_zone), axis=0)
    ozone, windows = completeness.ozone_windows, replace(completeness.windows, least=1)
    few = replace(completeness, windows=windows, ozone_windows=ozone and replace(ozone, least=1))
    return averages(series, variable, average, few)


def _lengths(days: pandas.DatetimeIndex, time_zone: str) -> Float[np.ndarray, " day"]:
    """Hours of local days, from midnight to midnight."""
    import pandas

    first = np.ones(len(days), dtype=bool)  # of a midnight that the clock shows twice
    starts, ends = (
        midnight.tz_localize(clock(time_zone), ambiguous=first, nonexistent="shift_forward")
        for midnight in (days, days + pandas.Timedelta(days=1))
    )
    return ((ends - starts) / pandas.Timedelta(hours=1)).to_numpy()


def _hourly(
    series: SensorSeries, variable: str, average: str, completeness: Completeness
) -> tuple[pandas.DataFrame, float]:
    """Means over the clock's hours, or the readings where they are rarer, and hours of each.

    Raises:
        DataError: no such variable, or a step that does not fit the average.
    """
    import pandas

    seconds = int(series.step / np.timedelta64(1, "s"))
    step = seconds / 3600
    if step > 1 and average in HOURLY:
        raise DataError(f"{average} needs a reading an hour, got one every {step:g} hours")
    if 3600 % seconds and (seconds % 3600 or 86400 % seconds):
        raise DataError(
            "the step must be a part of an hour or whole hours that make up a day, "
            f"got {step:g} hours"
        )
    values = pandas.DataFrame(
        series.of(variable).astype(np.float64),
        index=pandas.DatetimeIndex(series.local_times, name="start"),
        columns=series.stations.index,
    )
    if step <= 1:
        values = _hours(values, series, completeness.hour / step)
    return values, max(step, 1.0)


def _hours(values: pandas.DataFrame, series: SensorSeries, least: float) -> pandas.DataFrame:
    """Means over the clock's hours of which at least ``least`` readings are there."""
    hour = series.local_times.astype("datetime64[h]")
    offset = series.local_times - series.times
    # When summer time ends the clock shows an hour twice: the change of offset parts the two.
    starts = np.r_[True, (hour[1:] != hour[:-1]) | (offset[1:] != offset[:-1])]
    hours = values.groupby(np.cumsum(starts))
    means = hours.mean().where(hours.count() >= least)
    return means.set_axis(values.index[starts].floor("h"))


def _highest_8_hours(
    hours: pandas.DataFrame, least: int, windows: EightHourMeans
) -> pandas.DataFrame:
    """The highest mean over eight hours of a day, of which ``least`` are there."""
    means = hours.rolling(8, min_periods=least).mean()
    if windows.dated_by == "first hour":
        means = means.shift(-7)
    of_day = means.index.hour
    means = means[(of_day >= windows.first) & (of_day <= windows.last)]
    days = means.groupby(means.index.normalize())
    return days.max().where(days.count() >= windows.least)


def _years(days: pandas.DataFrame, least: int) -> pandas.DataFrame:
    import pandas

    years = days.groupby(days.index.year)
    means = years.mean().where(years.count() >= least)
    starts = pandas.to_datetime([f"{year}-01-01" for year in means.index]).as_unit("s")
    return means.set_axis(starts.rename("start"))
