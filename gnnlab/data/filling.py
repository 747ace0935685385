"""What stands where nothing was observed."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float, Int


def carried_forward(
    values: Float[np.ndarray, time * shape],
) -> Float[np.ndarray, time * shape]:
    """Values where each gap holds what was observed last; NaN before the first observation.

    >>> carried_forward(np.array([np.nan, 2.0, np.nan, 3.0]))
    array([nan,  2.,  2.,  3.])
    """
    steps = np.arange(len(values)).reshape(-1, *[1] * (values.ndim - 1))
    latest = np.maximum.accumulate(np.where(np.isnan(values), 0, steps), axis=0)
    return np.take_along_axis(values, latest, axis=0)


def usual_by_hour(
    values: Float[np.ndarray, "time station variable"], hours: Int[np.ndarray, " time"]
) -> Float[np.ndarray, "24 station variable"]:
    """The mean at each local hour of day; where there is none, the station's, else that of all.

    Args:
        values: of the training part; NaN where nothing was observed.
        hours: 0 to 23, [time].

    >>> values = np.array([[[1.0], [5.0]], [[2.0], [np.nan]], [[3.0], [np.nan]]])
    >>> usual_by_hour(values, np.array([0, 1, 0]))[:3, :, 0]
    array([[2., 5.],
           [2., 5.],
           [2., 5.]])
    """
    total = np.zeros((24, *values.shape[1:]))
    count = np.zeros(total.shape, dtype=np.int64)
    for now, hour in zip(values, hours, strict=True):
        seen = ~np.isnan(now)
        np.add(total[hour], now, out=total[hour], where=seen)
        count[hour] += seen
    usual = _mean(total, count)
    for axes in (0, (0, 1)):
        wider = _mean(total.sum(axes, keepdims=True), count.sum(axes, keepdims=True))
        usual = np.where(np.isnan(usual), wider, usual)
    return usual.astype(values.dtype)


def _mean(total: Float[np.ndarray, ...], count: Int[np.ndarray, ...]) -> Float[np.ndarray, ...]:
    """NaN where nothing was counted."""
    return np.divide(total, count, out=np.full(total.shape, np.nan), where=count > 0)
