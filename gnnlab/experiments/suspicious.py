"""Readings that look wrong but may be right: counted, never changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from jaxtyping import Bool, Float

from gnnlab.data import Issue, SensorSeries

_STEPS = 10  # mean steps by which a spike stands out
_SHARE = 0.5  # of the larger value, by which it stands out as well
_UNLIKE = 5  # times the median of the others
# No more of the first is possible than of the second, but for what instruments scatter.
_WITHIN = (
    ("PM2.5", "PM10", 5.0),
    ("NO", "NOx", 5.0),
    ("NO2", "NOx", 5.0),
    ("dew point", "temperature", 1.0),
)
_PLACES = 10  # of each station, that are told


@dataclass(frozen=True)
class Suspicion(Issue):
    """One kind of readings that look wrong.

    Args:
        by_station: of each station that has some: their ``"count"``, and the ``"first"`` places
            where they are, such as ``"2024-03-01 03:00 (PM2.5: 980)"``, on the local clock.
    """

    by_station: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


def suspicious(series: SensorSeries) -> list[Suspicion]:
    """What looks wrong with a series' readings: spikes, stations unlike the others, the impossible.

    Spikes and stations are looked for among concentrations and targets.
    """
    issues: list[Suspicion] = []
    for variable in series.variables:
        if variable.source != "measured":
            continue
        if variable.unit == "ug/m3" or variable.kind == "target":
            values = series.of(variable.name)
            rule = (
                f"kept: {variable.name} is {_STEPS} mean steps and half of the larger value away "
                f"from both neighbours in time, and {_STEPS} mean steps from other stations"
            )
            issues += _found(series, "suspicious spikes", rule, variable.name, spikes(values))
            issues += _unlike(series, variable.name)
    names = {each.name for each in series.variables}
    for part, whole, scatter in _WITHIN:
        if {part, whole} <= names:
            unit = series.variables[series.index(part)].unit
            rule = f"kept: {part} is above {whole} by more than {scatter:g} {unit}"
            above = series.of(part) > series.of(whole) + scatter
            issues += _found(series, "impossible pairs", rule, part, above)
    return issues


def spikes(values: Float[np.ndarray, "time station"]) -> Bool[np.ndarray, "time station"]:
    """Where one value stands out from those just before and after it, and from other stations.

    It is above both or below both by more than 10 times the station's mean step and half of the
    larger value; and as far from the median of the other stations at that time, if any has a value:
    what all of them see is no error.

    >>> values = np.array([*[5.0, 6.0] * 50, 90.0, *[6.0, 5.0] * 50])
    >>> np.flatnonzero(spikes(values[:, None])).tolist()
    [100]
    """
    found = np.zeros(values.shape, bool)
    before, here, after = values[:-2], values[1:-1], values[2:]
    higher, lower = np.maximum(before, after), np.minimum(before, after)  # NaN if either is
    out = np.maximum(here - higher, lower - here)
    step = np.abs(np.diff(values, axis=0))
    known = ~np.isnan(step)
    mean = np.where(known, step, 0).sum(axis=0) / np.maximum(known.sum(axis=0), 1)
    found[1:-1] = (out > _STEPS * mean) & (out > _SHARE * np.maximum(np.abs(here), np.abs(higher)))
    for time, station in np.argwhere(found):
        others = np.delete(values[time], station)
        others = others[~np.isnan(others)]
        if len(others):
            away = abs(values[time, station] - np.median(others))
            found[time, station] = away > _STEPS * mean[station]
    return found


def _unlike(series: SensorSeries, variable: str) -> list[Suspicion]:
    """The stations whose median is some times that of the others, or as small a part of it."""
    values = series.of(variable)
    medians = {
        number: float(np.median(known))
        for number in range(values.shape[1])
        if len(known := values[~np.isnan(values[:, number]), number])
    }
    strange = {}
    for number, median in medians.items():
        others = [each for other, each in medians.items() if other != number]
        usual = float(np.median(others)) if others else median
        if not usual / _UNLIKE <= median <= usual * _UNLIKE:
            name = str(series.stations.index[number])
            strange[name] = f"{variable}: {median:g}, others {usual:g}"
    if not strange:
        return []
    first, told = next(iter(strange.items()))
    rule = f"kept: their median of {variable} is more than {_UNLIKE} times that of others, or less"
    return [
        Suspicion(
            "stations unlike the others",
            len(strange),
            f"{rule} than a {_UNLIKE}th",
            f"{first} ({told})",
            {name: {"count": 1, "first": [told]} for name, told in strange.items()},
        )
    ]


def _found(
    series: SensorSeries,
    kind: str,
    rule: str,
    variable: str,
    where: Bool[np.ndarray, "time station"],
) -> list[Suspicion]:
    """The issue of all places ``where`` a variable looks wrong, or nothing."""
    if not where.any():
        return []
    values = series.of(variable)

    def told(time: int, station: int) -> str:
        clock = np.datetime_as_string(series.local_times[time], unit="m").replace("T", " ")
        return f"{clock} ({variable}: {values[time, station]:g})"

    by_station = {}
    for station in np.flatnonzero(where.any(axis=0)).tolist():
        times = np.flatnonzero(where[:, station]).tolist()
        places = [told(time, station) for time in times[:_PLACES]]
        name = str(series.stations.index[station])
        by_station[name] = {"count": len(times), "first": places}
    time, station = divmod(int(np.argmax(where)), where.shape[1])
    first = f"{series.stations.index[station]}, {told(time, station)}"
    return [Suspicion(kind, int(np.count_nonzero(where)), rule, first, by_station)]
