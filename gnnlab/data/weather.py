"""Weather of other stations, brought to the sensors by place and time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from jaxtyping import Float, Int

from gnnlab.data.issue import Issue
from gnnlab.data.series import SensorSeries
from gnnlab.errors import DataError
from gnnlab.graphs.similarity.distance import great_circle

_LISTED = 20  # sensors named in one issue


def with_weather(series: SensorSeries, weather: SensorSeries) -> SensorSeries:
    """The series with the measured variables of the nearest weather station as ``"past"`` channels.

    At each time a sensor has what its weather station measured last, at that time or before it but
    less than one step of the weather ago: never what was measured later. What is not observed there
    is not observed here; no further station is asked. Variables that the weather has as
    ``"future"`` stay so (the series then has perfect weather, too). Its calendar and forecasts are
    left out, what the sensors measure themselves, and the note of its own guessed target. New
    issues say which weather station serves which sensor, how far away it is, and at which times
    there is no weather.

    Args:
        series: of the sensors.
        weather: over its own stations and times, perhaps with another step.

    Raises:
        DataError: no variable that the series has not, no sensor or no weather station with
            coordinates, or no time in common.
    """
    own = {each.name for each in series.variables}
    measured = [n for n, each in enumerate(weather.variables) if each.source == "measured"]
    channels = [n for n in measured if weather.variables[n].name not in own]
    variables = [weather.variables[n] for n in channels]
    both = [weather.variables[n].name for n in measured if weather.variables[n].name in own]
    if not channels:
        raise DataError(
            f"weather must bring a variable that the readings have not, got {', '.join(both)}"
        )
    sensors, nearest, kilometres = _nearest(series, weather)
    times, last, at_times = _last_measured(series, weather)
    before = len(series.variables)
    values = np.full((*series.values.shape[:2], before + len(channels)), np.nan, np.float32)
    values[..., :before] = series.values
    for number, channel in enumerate(channels, before):  # one at a time needs little memory
        found = weather.values[last[:, None], nearest, channel]
        values[times[:, None], sensors, number] = found
    return replace(
        series,
        values=values,
        variables=(
            *series.variables,
            *(each if each.kind == "future" else replace(each, kind="past") for each in variables),
        ),
        perfect_weather=series.perfect_weather or weather.perfect_weather,
        issues=(
            *series.issues,
            *(each for each in weather.issues if each.kind != "guessed target"),
            *_served(series, weather, sensors, nearest, kilometres),
            *at_times,
            *_other_amounts(series, weather),
            *_measured_twice(both),
        ),
    )


def _nearest(
    series: SensorSeries, weather: SensorSeries
) -> tuple[Int[np.ndarray, " sensor"], Int[np.ndarray, " sensor"], Float[np.ndarray, " sensor"]]:
    """Sensors whose place is known, the weather station nearest to each, and how far it is, km."""
    places = []
    for what, each in (("sensor", series), ("weather station", weather)):
        degrees = each.stations[["longitude", "latitude"]].to_numpy(float)
        known = np.flatnonzero(~np.isnan(degrees).any(axis=1))
        if not len(known):
            raise DataError(
                f"at least 1 {what} must have coordinates for its weather to be found, got none of "
                f"{len(degrees)}"
            )
        places.append((known, degrees[known]))
    (sensors, here), (stations, there) = places
    longitude, latitude = np.concatenate([here, there]).T
    distance = great_circle(longitude, latitude)[: len(here), len(here) :]
    nearest = distance.argmin(axis=1)
    return sensors, stations[nearest], distance.min(axis=1)


def _last_measured(
    series: SensorSeries, weather: SensorSeries
) -> tuple[Int[np.ndarray, " time"], Int[np.ndarray, " time"], list[Issue]]:
    """Steps of the series that have weather, the step of the weather for each, and what to say."""
    last = np.searchsorted(weather.times, series.times, side="right") - 1
    age = series.times - weather.times[last]
    has_weather = (last >= 0) & (age < weather.step)
    if not has_weather.any():
        spans = [f"{each.times[0]} to {each.times[-1]}" for each in (series, weather)]
        raise DataError(
            f"weather must be of the times of the readings, {spans[0]} (UTC), got {spans[1]}"
        )
    issues = []
    times = np.flatnonzero(has_weather)
    older = times[age[times] > np.timedelta64(0, "s")]
    if len(older):
        rule = f"the last measured before counts, up to {age[older].max().item()} old"
        issues.append(
            Issue("weather of other times", len(older), rule, str(series.times[older[0]]))
        )
    without = np.flatnonzero(~has_weather)
    if len(without):
        first = str(series.times[without[0]])
        issues.append(Issue("times without weather", len(without), "taken as unobserved", first))
    return times, last[times], issues


def _served(
    series: SensorSeries,
    weather: SensorSeries,
    sensors: Int[np.ndarray, " sensor"],
    nearest: Int[np.ndarray, " sensor"],
    kilometres: Float[np.ndarray, " sensor"],
) -> list[Issue]:
    """Which weather station serves which sensor, and which serve none or have none."""
    names, stations = series.stations.index, weather.stations.index
    issues = []
    for station in np.unique(nearest):
        served = np.flatnonzero(nearest == station)
        said = [f"{names[sensors[n]]} {kilometres[n]:.1f} km" for n in served[:_LISTED]]
        if len(served) > _LISTED:
            said.append(f"{len(served) - _LISTED} more up to {kilometres[served].max():.1f} km")
        issues.append(
            Issue(
                "weather of the nearest station",
                len(served),
                f"{stations[station]} serves {', '.join(said)}",
                str(names[sensors[served[0]]]),
            )
        )
    without = np.setdiff1d(np.arange(len(names)), sensors)
    if len(without):
        rule = "no coordinates: weather taken as unobserved"
        issues.append(Issue("sensors without weather", len(without), rule, str(names[without[0]])))
    unused = np.setdiff1d(np.arange(len(stations)), nearest)
    if len(unused):
        rule = "nearest to no sensor, or without coordinates: left out"
        issues.append(
            Issue("weather stations not used", len(unused), rule, str(stations[unused[0]]))
        )
    return issues


def _other_amounts(series: SensorSeries, weather: SensorSeries) -> list[Issue]:
    """What to say of rain, a sum over a step, where the steps differ."""
    if weather.step == series.step or "rain" not in [each.name for each in weather.variables]:
        return []
    rule = (
        f"sums over {weather.step.item()} are kept as they are, a step here is {series.step.item()}"
    )
    return [Issue("rain of another step", 1, rule, str(weather.times[0]))]


def _measured_twice(both: Sequence[str]) -> list[Issue]:
    """What to say of variables that sensors and weather stations measure."""
    if not both:
        return []
    rule = f"what the sensors measured counts: {', '.join(both)}"
    return [Issue("variables in both", len(both), rule, both[0])]
