"""What stands where nothing was observed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from gnnlab.errors import DataError


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


@dataclass(frozen=True, eq=False)
class GapFiller:
    """Fills the inputs of a window: what it observed last, else what is usual at that hour.

    Args:
        usual: the mean of the training part by local hour of day, station and variable,
            [hour, station, variable].
    """

    usual: Float[np.ndarray, "24 station variable"]

    @classmethod
    def fit(
        cls, values: Float[np.ndarray, "time station variable"], hours: Int[np.ndarray, " time"]
    ) -> GapFiller:
        """Learn what is usual from the training part alone.

        Where an hour was never observed at a station, the station's mean over all hours is taken;
        where the station never was, the mean over all stations.

        Args:
            values: of the training part, NaN where nothing was observed.
            hours: the local hour of day, 0 to 23, [time].

        Raises:
            DataError: a variable that was never observed.
        """
        hourly = np.stack([_mean(values[hours == hour]) for hour in range(24)])
        by_station = _mean(values)
        overall = _mean(values.reshape(-1, values.shape[2]))
        if np.isnan(overall).any():
            raise DataError(
                "every variable must be observed in the training part, got nothing of number "
                f"{int(np.flatnonzero(np.isnan(overall))[0])}"
            )
        station = np.where(np.isnan(by_station), overall, by_station)
        return cls(np.where(np.isnan(hourly), station, hourly).astype(values.dtype))

    def fill(
        self,
        inputs: Float[np.ndarray, "batch time station variable"],
        hours: Int[np.ndarray, "batch time"],
    ) -> None:
        """Fill ``inputs`` in place; nothing but the window itself and the training part is used."""
        for step in range(inputs.shape[1]):
            now = inputs[:, step]
            missing = np.isnan(now)
            if step and missing.any():
                np.copyto(now, inputs[:, step - 1], where=missing)
        np.copyto(inputs, self.usual[hours], where=np.isnan(inputs))


def _mean(values: Float[np.ndarray, time * shape]) -> Float[np.ndarray, "*shape"]:
    """Over what was observed, in float64; NaN where nothing was."""
    observed = ~np.isnan(values)
    count = observed.sum(axis=0)
    total = values.sum(axis=0, dtype=np.float64, where=observed)
    return np.divide(total, count, out=np.full(count.shape, np.nan), where=count > 0)
