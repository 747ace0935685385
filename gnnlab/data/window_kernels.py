"""Cutting windows out of a series, compiled: a reading is copied, filled and scaled in one pass."""

import math
from typing import no_type_check

import numba
import numpy as np


@numba.njit(nogil=True, cache=True)
@no_type_check  # compiled: what checks types of arguments would be compiled too
def read_back(
    values: np.ndarray,
    origins: np.ndarray,
    usual: np.ndarray,
    hours: np.ndarray,
    center: np.ndarray,
    scale: np.ndarray,
    logarithm: np.ndarray,
    inputs: np.ndarray,
    observed: np.ndarray,
) -> None:
    """Write the steps up to each origin, filled and scaled, and where they were observed.

    A gap holds what its window observed last, and before that what is usual at its hour.

    Args:
        values: [time, station, variable]; NaN where nothing was observed.
        origins: [batch].
        usual: scaled, [hour, station, variable].
        hours: the local hour of day, [time].
        center: as in :class:`~gnnlab.data.scaler.Scaler`, [station, variable].
        scale: the same.
        logarithm: the same, [variable].
        inputs: written, [batch, time, station, variable].
        observed: written, [batch, time, station, variable].
    """
    batch, steps, stations, variables = inputs.shape
    for window in range(batch):
        first = origins[window] - steps + 1
        seen = np.zeros((stations, variables), dtype=np.bool_)
        for step in range(steps):
            time = first + step
            for station in range(stations):
                for variable in range(variables):
                    value = values[time, station, variable]
                    here = not math.isnan(value)
                    observed[window, step, station, variable] = here
                    if here:
                        seen[station, variable] = True
                        if logarithm[variable]:
                            value = math.copysign(math.log1p(abs(value)), value)
                        value = (value - center[station, variable]) / scale[station, variable]
                    elif seen[station, variable]:
                        value = inputs[window, step - 1, station, variable]
                    else:
                        value = usual[hours[time], station, variable]
                    inputs[window, step, station, variable] = value


@numba.njit(nogil=True, cache=True)
@no_type_check
def read_ahead(
    values: np.ndarray,
    origins: np.ndarray,
    variables: np.ndarray,
    out: np.ndarray,
    observed: np.ndarray,
) -> None:
    """Write some variables at the steps after each origin, 0 where they were not observed.

    Args:
        values: [time, station, variable]; NaN where nothing was observed.
        origins: [batch].
        variables: numbers of those wanted, [wanted].
        out: written, [batch, time, station, wanted].
        observed: written, [batch, time, station, wanted].
    """
    batch, steps, stations, wanted = out.shape
    for window in range(batch):
        for step in range(steps):
            time = origins[window] + 1 + step
            for station in range(stations):
                for number in range(wanted):
                    value = values[time, station, variables[number]]
                    here = not math.isnan(value)
                    observed[window, step, station, number] = here
                    out[window, step, station, number] = value if here else 0
