"""Windows at any origin of a series, the first and the last step included."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Int

from gnnlab.data import Preparation, SensorSeries
from gnnlab.data.calendar import CALENDAR, calendar
from gnnlab.training.forecasters.forecaster import Origins

if TYPE_CHECKING:
    from gnnlab.data import Batch, Windows


class AskedWindows:
    """A window for each of some origins, in their order.

    Steps before the first and after the last of the series count as not observed, so that every
    step may be an origin; what is known ahead of them is known there, too.

    Args:
        series: of all steps.
        origins: steps of it, at least one.
        preparation: fitted on a series of :func:`reaching`.
        input_steps: how many steps are read.
        horizon: how many steps are asked for.

    Raises:
        ValueError: see :class:`~gnnlab.data.Windows`; so of DataError.
    """

    def __init__(
        self,
        series: SensorSeries,
        origins: Origins,
        preparation: Preparation,
        input_steps: int,
        horizon: int,
    ):
        from gnnlab.data import Windows

        first, last = int(origins.min()), int(origins.max())
        wide = reaching(series, first - input_steps + 1, last + 1 + horizon)
        steps = range(len(wide.times))
        self._windows: Windows = Windows(
            wide, steps, preparation, input_steps=input_steps, horizon=horizon
        )
        self._numbers = origins - first

    def __len__(self) -> int:
        return len(self._numbers)

    def __getitem__(self, numbers: Int[np.ndarray, " batch"] | Sequence[int]) -> Batch:
        return self._windows[self._numbers[numbers].tolist()]


def reaching(series: SensorSeries, start: int, stop: int) -> SensorSeries:
    """Steps ``start`` to ``stop - 1`` of a series that may begin later and end before.

    What was measured is NaN where the series has no step; then comes the calendar, everywhere.

    Args:
        series: with or without a calendar.
        start: a step, negative before the series begins.
        stop: at least ``start + 2``.
    """
    measured = [number for number, each in enumerate(series.variables) if each.source == "measured"]
    times = series.times[0] + np.arange(start, stop) * series.step
    shape = (len(times), len(series.stations), len(measured) + len(CALENDAR))
    values = np.full(shape, np.nan, np.float32)
    first, end = max(start, 0), min(stop, len(series.times))
    for place, number in enumerate(measured):
        values[first - start : end - start, :, place] = series.values[first:end, :, number]
    values[..., len(measured) :] = calendar(times, series.time_zone)[:, None]
    variables = [*(series.variables[number] for number in measured), *CALENDAR]
    return replace(series, values=values, variables=variables, times=times)
