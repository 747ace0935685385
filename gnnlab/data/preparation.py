"""What is learned from the training part before any model: scales, and what fills gaps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from gnnlab.data.filling import usual_by_hour
from gnnlab.data.scaler import Scaler
from gnnlab.data.series import SensorSeries
from gnnlab.data.time_splits import check_part
from gnnlab.errors import DataError


@dataclass(frozen=True, eq=False, repr=False)
class Preparation:
    """How values become what a model eats: gaps filled, scaled; all of it fitted on one part.

    Args:
        scaler: of all variables of the series.
        usual: what stands in a gap before which its window has observed nothing, in the
            variables' own units, by local hour, [hour, station, variable].
        forecast_scalers: one for each of the series' forecasts.
    """

    scaler: Scaler
    usual: Float[np.ndarray, "24 station variable"]
    forecast_scalers: Sequence[Scaler]

    def __repr__(self) -> str:
        _, stations, variables = self.usual.shape
        return (
            f"{type(self).__name__}(stations={stations}, variables={variables}, "
            f"forecasts={len(self.forecast_scalers)})"
        )

    @classmethod
    def fit(
        cls,
        series: SensorSeries,
        train: range,
        *,
        per_station: bool = False,
        robust: bool = False,
        logarithm: Sequence[str] = (),
        held_out: Sequence[str] = (),
    ) -> Preparation:
        """Learn from steps ``train`` of the series; nothing after them is looked at.

        Args:
            series: of all steps.
            train: the training part; see :class:`~gnnlab.data.time_splits.TimeSplit`.
            per_station: see :meth:`Scaler.fit`.
            robust: see :meth:`Scaler.fit`.
            logarithm: names of the variables that go through a logarithm.
            held_out: names of stations that nothing is learned from; see
                :func:`~gnnlab.data.time_splits.hold_out_stations`. They have the common scale, and
                what is usual there is the mean of the others.

        Raises:
            TypeError: a part that is no range.
            DataError: a part that is no run of the series' steps, an unknown variable or station,
                a variable that was never observed in ``train``, or a forecast without a run then.
        """
        check_part(train, len(series.times))
        values = series.values[train.start : train.stop]
        logged = [series.index(name) for name in logarithm]
        unseen = series.station_numbers(held_out)
        if unseen:
            values = values.copy()
            values[:, unseen] = np.nan
        names = [variable.name for variable in series.variables]
        _check_some(values, names, "every variable must be observed")
        forecasts = []
        for runs in series.forecasts:
            out = runs.issued + runs.latency <= series.times[train.stop - 1]
            said = _pooled(runs.values[out])  # a copy
            said[:, unseen] = np.nan
            _check_some(said, runs.names, "every forecast must be out")
            forecasts.append(Scaler.fit(said))
        return cls(
            Scaler.fit(values, per_station=per_station, robust=robust, logarithm=logged),
            usual_by_hour(values, hours_of_day(series.local_times[train.start : train.stop])),
            forecasts,
        )


def hours_of_day(local_times: np.ndarray) -> Int[np.ndarray, " time"]:
    """0 to 23 of each of these times.

    >>> hours_of_day(np.array(["2017-01-01T23:40"], "datetime64[s]"))
    array([23])
    """
    return ((local_times - local_times.astype("datetime64[D]")) // np.timedelta64(1, "h")).astype(
        np.int64
    )


def _check_some(
    values: Float[np.ndarray, "reading station variable"], names: Sequence[str], must: str
) -> None:
    for number, name in enumerate(names):
        if np.isnan(values[..., number]).all():
            raise DataError(f"{must} in the training part, got no {name}")


def _pooled(
    values: Float[np.ndarray, "issued lead station variable"],
) -> Float[np.ndarray, "reading station variable"]:
    """All runs and leads as readings."""
    return values.reshape(-1, *values.shape[2:])
