"""What models are shown of the weather ahead: nothing, what others had issued, or what came."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from gnnlab.data import SensorSeries
from gnnlab.errors import DataError
from gnnlab.graphs.labels import closest, hint

AHEAD = {  # kinds, and how tables call them
    "none": "no weather ahead",
    "issued": "issued weather",
    "perfect": "perfect weather",
}
FORECAST = " forecast"  # what others say of a variable is called by its name and this


def with_weather_ahead(
    series: SensorSeries, kinds: Sequence[str]
) -> dict[str | None, SensorSeries]:
    """The series as each kind shows it.

    ``"none"`` is without what others forecast, ``"issued"`` with it. ``"perfect"`` is without it,
    too; instead the measured variables that it is about are declared known ahead. So no forecast is
    better, but what others forecast and nobody measures, such as a mixing height, is missing.

    Args:
        series: with forecasts of others, if a kind is asked for that needs them.
        kinds: of `AHEAD`. Without any: ``"issued"`` where there are forecasts of others, and else
            ``None``, the series as it is.

    Raises:
        ValueError: another kind.
        DataError: nothing that others forecast, or nothing of it measured; or measured variables
            that are already known ahead.

    >>> from gnnlab.data import load_series
    >>> city = load_series("simulated-city", stations=2)
    >>> with_weather_ahead(city, ["perfect"])["perfect"].names("future")[:4]
    ['temperature', 'wind u', 'wind v', 'rain']
    """
    for kind in kinds:
        if kind not in AHEAD:
            raise ValueError(
                f"weather ahead must be one of {', '.join(AHEAD)}, got {kind!r}"
                f"{hint(closest(kind, AHEAD))}"
            )
    if not kinds:
        return {"issued" if series.forecasts else None: series}
    if known := known_ahead(series):
        raise DataError(
            f"weather ahead must not be known already, got {', '.join(known)} declared known ahead"
        )
    return {kind: _shown(series, kind) for kind in kinds}


def known_ahead(series: SensorSeries) -> list[str]:
    """Measured variables that are declared as known ahead."""
    return [
        each.name
        for each in series.variables
        if each.kind == "future" and each.source == "measured"
    ]


def _shown(series: SensorSeries, kind: str) -> SensorSeries:
    alone = replace(series, forecasts=())
    if kind == "none":
        return alone
    issued = [name for runs in series.forecasts for name in runs.names]
    if not issued:
        raise DataError(
            f"a series must have forecasts that others issued, to show {AHEAD[kind]}, got none"
        )
    if kind == "issued":
        return series
    measured = [name for name in series.names("past") if name + FORECAST in issued]
    if not measured:
        raise DataError(
            f"what others forecast must be measured, too, to show {AHEAD[kind]}, got only "
            f"{', '.join(issued)}"
        )
    return alone.with_kinds(future=measured, perfect_weather=True)
