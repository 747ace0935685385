"""The first question to any readings: what is there, what is missing, what looks wrong?"""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, timezone
from typing import Any

import numpy as np
from jaxtyping import Bool, Float

from gnnlab.data import SensorSeries, Variable
from gnnlab.experiments.suspicious import suspicious


def inspected(series: SensorSeries) -> dict[str, Any]:
    """What a series holds: span, step, what is missing where and when, its issues.

    Shares are of the values that a target could have at its stations and steps. The longest gap of
    a station is the most steps in a row without one of the targets. Times are on the local clock,
    with their offset from UTC.
    """
    targets = series.names("target")
    missing = ~series.observed[:, :, [series.index(name) for name in targets]]
    by_station = missing.mean(axis=(0, 2))
    return {
        "series": series.name,
        "targets": targets,
        "perfect_weather": series.perfect_weather,
        "start": _local(series, 0),
        "end": _local(series, -1),
        "time_zone": series.time_zone,
        "step": in_words(series.step),
        "steps": len(series.times),
        "missing_share": float(missing.mean()),
        "stations": [
            {
                "name": str(name),
                "missing_share": float(by_station[number]),
                "longest_gap": length,
                "longest_gap_lasts": in_words(length * series.step),
                "longest_gap_start": _local(series, start) if length else None,
            }
            for number, name in enumerate(series.stations.index)
            for length, start in [longest_gap(missing[:, number])]
        ],
        "variables": [
            _variable(variable, series.values[:, :, channel])
            for channel, variable in enumerate(series.variables)
            if variable.source == "measured"
        ],
        "months": _by_month(series, missing.mean(axis=(1, 2))),
        "issues": [asdict(issue) for issue in (*series.issues, *suspicious(series))],
    }


def longest_gap(missing: Bool[np.ndarray, "time target"]) -> tuple[int, int]:
    """The most steps in a row without one of the targets, and the first of them.

    >>> longest_gap(np.array([[0, 1, 1, 0, 0], [0, 0, 1, 1, 1]], bool).T)
    (3, 2)
    """
    steps = np.arange(len(missing))[:, None]
    observed = np.maximum.accumulate(np.where(missing, -1, steps), axis=0)  # the last until then
    lengths = (steps - observed).max(axis=1)
    end = int(lengths.argmax())
    return int(lengths[end]), end - int(lengths[end]) + 1


def in_words(span: np.timedelta64) -> str:
    """A span of time in days, hours, minutes and seconds; empty if it is 0.

    >>> in_words(np.timedelta64(76, "h")), in_words(np.timedelta64(60, "s"))
    ('3 days 4 hours', '1 minute')
    """
    seconds = int(span / np.timedelta64(1, "s"))
    said = []
    for unit, size in (("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1)):
        number, seconds = divmod(seconds, size)
        if number:
            said.append(f"{number} {unit}{'' if number == 1 else 's'}")
    return " ".join(said)


def _local(series: SensorSeries, step: int) -> str:
    """A time of the series as the clock there shows it, with the offset from UTC."""
    offset = timezone((series.local_times[step] - series.times[step]).item())
    return series.times[step].item().replace(tzinfo=UTC).astimezone(offset).isoformat()


def _variable(variable: Variable, values: Float[np.ndarray, "time station"]) -> dict[str, Any]:
    observed = values[~np.isnan(values)]
    some = observed.size > 0
    return {
        "name": variable.name,
        "unit": variable.unit,
        "kind": variable.kind,
        "missing_share": 1 - observed.size / values.size,
        "mean": float(observed.mean(dtype=np.float64)) if some else None,
        "lowest": float(observed.min()) if some else None,
        "highest": float(observed.max()) if some else None,
    }


def _by_month(
    series: SensorSeries, missing: Float[np.ndarray, " time"]
) -> list[dict[str, str | float]]:
    """The share that is missing in each month of the local clock."""
    months, place = np.unique(series.local_times.astype("datetime64[M]"), return_inverse=True)
    shares = np.bincount(place, missing) / np.bincount(place)
    return [
        {"month": str(month), "missing_share": float(share)}
        for month, share in zip(months, shares, strict=True)
    ]
