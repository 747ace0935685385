"""What a station and its surroundings went through up to a step, as one row of numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from gnnlab.data.calendar import calendar
from gnnlab.data.series import SensorSeries
from gnnlab.errors import DataError

CARRIED = 6  # steps for which the last observation stands in for a missing one
OWN_LAGS = (0, 1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 18, 21, 23, 24, 36, 47, 48, 71)
MEANS = (6, 24, 72)
DIFFERENCES = (1, 3, 24)
REGION_LAGS = (0, 1, 3, 6, 12, 23, 47)
WEATHER = ("temperature", "pressure", "dew point", "humidity", "wind speed")
WEATHER_LAGS = (3, 6, 12, 24)
WIND = ("wind u", "wind v")
WIND_LAGS = (0, 6, 12)
MOST_AROUND = 16  # stations that are seen one by one
MEMORY = CARRIED + max(*OWN_LAGS, *REGION_LAGS, *(each - 1 for each in MEANS))  # steps looked back

Column = Float[np.ndarray, "time station"]


@dataclass(frozen=True, eq=False)
class FeatureTable:
    """Rows for any step and station of one series; each is made of that step and earlier ones.

    A step before the series begins counts as its first.

    Args:
        own: of the row's station, each with how many steps ago.
        region: of all stations together, the same.
        around: of the stations around one by one, now.
        neighbors: which stations those are for each station.
    """

    own: Sequence[tuple[Column, int]]
    region: Sequence[tuple[Float[np.ndarray, " time"], int]]
    around: Sequence[Column]
    neighbors: Int[np.ndarray, "station neighbor"]

    def at(self, steps: Int[np.ndarray, " step"]) -> Float[np.ndarray, "row feature"]:
        """The rows of all stations at some steps, a step after the other."""
        count = len(self.neighbors)
        return self.rows(np.repeat(steps, count), np.tile(np.arange(count), len(steps)))

    def rows(
        self, steps: Int[np.ndarray, " row"], stations: Int[np.ndarray, " row"]
    ) -> Float[np.ndarray, "row feature"]:
        """The features, float32, of pairs of a step and a station.

        The first is the target's value, or what stands in for it; the last the station's number.
        """
        parts = [values[np.maximum(steps - lag, 0), stations] for values, lag in self.own]
        parts += [values[np.maximum(steps - lag, 0)] for values, lag in self.region]
        near = self.neighbors[stations].T
        for values in self.around:
            parts += list(values[steps, near])
        return np.stack([*parts, stations], axis=1, dtype=np.float32, casting="same_kind")


@dataclass(frozen=True, eq=False)
class ForecastFeatures:
    """What makes a `FeatureTable` of a series, fitted on the training part alone.

    A missing value is the last one observed, up to `CARRIED` steps ago, else the mean of the
    training part. Features are the first target at `OWN_LAGS`, its means, extremes and changes; the
    mean over all stations at `REGION_LAGS`, their spread and extremes; the stations around one by
    one: all of them, or the `MOST_AROUND` whose changes went most with the station's own; every
    other measured variable, at the station and as the mean over all, the weather also some
    steps ago; the wind's components; and the calendar.

    Args:
        stations: their names.
        variables: all that is measured, the first target first.
        usual: the mean of each variable.
        neighbors: the stations around each.
    """

    stations: Sequence[str]
    variables: Sequence[str]
    usual: Float[np.ndarray, "variable station"]
    neighbors: Int[np.ndarray, "station neighbor"]

    @classmethod
    def fit(cls, past: SensorSeries) -> ForecastFeatures:
        """Learn from a series that is the training part."""
        target = past.names("target")[0]
        measured = [each.name for each in past.variables if each.source == "measured"]
        variables = sorted(measured, key=lambda name: name != target)
        usual = np.stack([_usual(past.of(name)) for name in variables])
        changes = np.diff(_filled(past.of(target), usual[0]), axis=0)
        return cls([*map(str, past.stations.index)], variables, usual, _neighbors(changes))

    def at(
        self, series: SensorSeries, origins: Int[np.ndarray, " origin"]
    ) -> Float[np.ndarray, "row feature"]:
        """The rows of all stations at some steps of a series; only the steps that count are read.

        Raises:
            DataError: see :meth:`table`.
        """
        start = max(int(origins.min()) - MEMORY, 0)
        stop = max(int(origins.max()), 1) + 1  # a series has at least 2 steps
        return self.table(series.between(start, stop)).at(origins - start)

    def table(self, series: SensorSeries) -> FeatureTable:
        """The features at the steps of a series, which may be another one of the same stations.

        Raises:
            DataError: other stations, or a variable that is missing.
        """
        if self.stations != [*map(str, series.stations.index)]:
            raise DataError(
                f"forecasts must be of the {len(self.stations)} stations that the model was fitted "
                f"on, in their order, got {', '.join(map(str, series.stations.index))}"
            )
        filled = {
            name: _filled(series.of(name), usual)
            for name, usual in zip(self.variables, self.usual, strict=True)
        }
        target = filled.pop(self.variables[0])
        wind = [filled.pop(name) for name in WIND if name in filled]
        if len(wind) == len(WIND) and "wind speed" not in filled:
            filled["wind speed"] = np.hypot(*wind)
        weather = [filled[name] for name in WEATHER if name in filled]
        region = {id(x): x.mean(axis=1) for x in (target, *filled.values(), *wind)}
        changes = {k: target - _ago(target, k) for k in DIFFERENCES}
        own = [
            *((target, lag) for lag in OWN_LAGS),
            *((x, 0) for x in _rolled(target)),
            *((x, 0) for x in changes.values()),
            *((x, 0) for x in filled.values()),
            *((x, lag) for x in weather for lag in WEATHER_LAGS),
            *((x, 0) for x in wind),
        ]
        regional = [
            *((region[id(target)], lag) for lag in REGION_LAGS),
            *((x, 0) for x in (target.std(axis=1), target.max(axis=1), target.min(axis=1))),
            *((region[id(x)], 0) for x in filled.values()),
            *((region[id(x)], 6) for x in weather),
            *((region[id(x)], lag) for x in wind for lag in WIND_LAGS),
            *((wave, 0) for wave in calendar(series.times, series.time_zone).T),
        ]
        return FeatureTable(own, regional, [target, changes[1]], self.neighbors)


def recently_observed(values: Column, steps: int = CARRIED) -> Column:
    """Values where a gap holds what was observed last, but no longer than some steps.

    >>> recently_observed(np.array([[1.0], [np.nan], [np.nan]]), steps=1).ravel()
    array([ 1.,  1., nan])
    """
    import pandas

    return pandas.DataFrame(values).ffill(limit=steps).to_numpy()


def _filled(values: Column, usual: Float[np.ndarray, " station"]) -> Column:
    recent = recently_observed(values)
    return np.where(np.isnan(recent), usual, recent).astype(np.float32)


def _usual(values: Column) -> Float[np.ndarray, " station"]:
    """Each station's mean, where it has none that of all, and 0 where nothing was observed."""
    recent = recently_observed(values).astype(np.float64)
    seen = ~np.isnan(recent)
    total, count = np.where(seen, recent, 0).sum(axis=0), seen.sum(axis=0)
    of_all = total.sum() / max(count.sum(), 1)
    return np.where(count > 0, total / np.maximum(count, 1), of_all)


def _neighbors(changes: Column) -> Int[np.ndarray, "station neighbor"]:
    """All stations in their order, or those whose changes correlate most, the strongest first."""
    count = changes.shape[1]
    if count <= MOST_AROUND:
        return np.tile(np.arange(count), (count, 1))
    centered = changes - changes.mean(axis=0)
    length = np.sqrt(np.square(centered).sum(axis=0))
    unit = centered / np.where(length > 0, length, 1)
    return np.argsort(-(unit.T @ unit), axis=1, kind="stable")[:, :MOST_AROUND]


def _ago(values: Column, lag: int) -> Column:
    return values[np.maximum(np.arange(len(values)) - lag, 0)]


def _rolled(values: Column) -> list[Column]:
    """Means over `MEANS`, then maximum and minimum over a day, of the steps up to each."""
    import pandas

    frame = pandas.DataFrame(values)
    day = frame.rolling(24, min_periods=1)
    means = [frame.rolling(steps, min_periods=1).mean() for steps in MEANS]
    return [each.to_numpy(np.float32) for each in (*means, day.max(), day.min())]
