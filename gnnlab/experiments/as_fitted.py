"""New readings as a forecaster that was fitted on earlier ones takes them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from gnnlab.data import SensorSeries
from gnnlab.errors import DataError
from gnnlab.experiments.inspection import in_words
from gnnlab.graphs.labels import closest, hint

NAMED = 5  # stations that a message names


def as_fitted(series: SensorSeries, fitted: SensorSeries) -> tuple[SensorSeries, list[str]]:
    """The readings at the stations and of the variables that were fitted on, and what is odd.

    A station without readings counts as silent: it is forecast from what is usual and from the
    others. Stations and variables that were not there are left out. Kinds of variables and the
    clock are those of the fit.

    Args:
        series: new readings.
        fitted: some of the readings that were fitted on.

    Returns:
        The readings, and a sentence for each kind of difference.

    Raises:
        DataError: no station in common, a variable that is missing or in another unit, or another
            step.
    """
    if series.step != fitted.step:
        raise DataError(
            f"readings must have steps of {in_words(fitted.step)}, as the run's, "
            f"got {in_words(series.step)}"
        )
    measured = [each for each in fitted.variables if each.source == "measured"]
    units = {each.name: each.unit for each in series.variables}
    for each in measured:
        if each.name not in units:
            raise DataError(
                f"readings must be of all of the run's variables, "
                f"{', '.join(each.name for each in measured)}, got no {each.name}"
                f"{hint(closest(each.name, units))}"
            )
        if units[each.name] != each.unit:
            raise DataError(
                f"{each.name} must be in {each.unit}, as the run's, got {units[each.name]}"
            )
    ours, theirs = ([*map(str, each.stations.index)] for each in (fitted, series))
    new = [name for name in theirs if name not in set(ours)]
    gone = [name for name in ours if name not in set(theirs)]
    if len(gone) == len(ours):
        raise DataError(
            f"readings must be of a station of the run, {_some(ours)}, got {_some(theirs)}"
        )
    values = np.full((len(series.times), len(ours), len(measured)), np.nan, np.float32)
    here = [number for number, name in enumerate(ours) if name in set(theirs)]
    there = [theirs.index(ours[number]) for number in here]
    channels = [series.index(each.name) for each in measured]
    values[:, here] = series.values[:, there][..., channels]
    notes = []
    if gone:
        notes.append(f"no readings of {_some(gone)}: forecast as silent")
    if new:
        notes.append(f"not a station of the run, left out: {_some(new)}")
    return (
        replace(
            series,
            values=values,
            variables=measured,
            stations=fitted.stations,
            time_zone=fitted.time_zone,
            perfect_weather=fitted.perfect_weather,
            forecasts=(),
        ),
        notes,
    )


def _some(names: Sequence[str]) -> str:
    """The first few names, and how many more there are."""
    more = len(names) - NAMED
    return ", ".join(names[:NAMED]) + (f" and {more} more" if more > 0 else "")
