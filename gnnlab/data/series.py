"""Readings of a network of sensors, labelled: what a forecaster starts from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Bool, Float

from gnnlab.data.calendar import CALENDAR, calendar, local_times
from gnnlab.data.forecast_runs import ForecastRuns
from gnnlab.data.issue import Issue
from gnnlab.data.labelled import labelled
from gnnlab.data.variables import Variable, check_variables
from gnnlab.errors import DataError
from gnnlab.graphs.labels import closest, hint

if TYPE_CHECKING:
    import pandas
    import xarray


@dataclass(frozen=True, eq=False, repr=False)
class SensorSeries:
    """Values and mask [time, station, variable] on a regular time axis, with their labels.

    All channels lie in one array, so that windows are index arithmetic on it; ``dataset`` shows the
    same memory as an xarray data set.

    Args:
        values: [time, station, variable], float32; NaN where nothing was observed.
        variables: one a channel, with unit and kind.
        times: UTC, datetime64, regular, [time].
        stations: a pandas table indexed by name, one row a station, with columns ``longitude`` and
            ``latitude`` (degrees, WGS 84; NaN if unknown), perhaps ``type`` (urban, traffic ...)
            and features: what is static.
        time_zone: of the clock that people there live by.
        forecasts: runs issued by others, over the same stations.
        perfect_weather: whether measured variables of kind ``"future"`` are allowed; every table
            then says "perfect weather".
        issues: what was found wrong when the readings were read.
        name: what to call it in messages and tables.

    Raises:
        DataError: shapes that do not go together, values that are not float32, a station that
            comes twice, a time axis that is not regular, no target, or a
            measured variable of kind ``"future"`` without ``perfect_weather``.
    """

    values: Float[np.ndarray, "time station variable"]
    variables: Sequence[Variable]
    times: np.ndarray
    stations: pandas.DataFrame
    time_zone: str = "UTC"
    forecasts: Sequence[ForecastRuns] = ()
    perfect_weather: bool = False
    issues: Sequence[Issue] = ()
    name: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "times", np.asarray(self.times, "datetime64[s]"))
        shape = (len(self.times), len(self.stations), len(self.variables))
        if self.values.shape != shape:
            raise DataError(
                f"values must be [time, station, variable] = {list(shape)}, "
                f"got {list(self.values.shape)}"
            )
        if self.values.dtype != np.float32:
            raise DataError(f"values must be float32, got {self.values.dtype}")
        names = self.stations.index
        if names.has_duplicates:
            raise DataError(
                f"stations must have different names, got {names[names.duplicated()][0]!r} twice"
            )
        if missing := {"longitude", "latitude"} - set(self.stations.columns):
            raise DataError(
                f"the station table must have longitude and latitude, got no {min(missing)}"
            )
        check_variables(self.variables, self.perfect_weather)
        if not self.names("target"):
            raise DataError("a series must have at least 1 target, got none")
        steps = np.unique(np.diff(self.times))
        if len(steps) != 1 or steps[0] <= np.timedelta64(0, "s"):
            raise DataError(
                f"times must ascend in equal steps, at least 2 of them, got {len(self.times)} "
                f"times with {len(steps)} different steps"
            )
        for runs in self.forecasts:
            if runs.values.shape[2] != len(self.stations):
                raise DataError(
                    f"forecasts must be of all {len(self.stations)} stations, "
                    f"got {runs.values.shape[2]}"
                )

    def __repr__(self) -> str:
        return (
            f"{type(self).__name__}(name={self.name!r}, times={len(self.times)}, "
            f"stations={len(self.stations)}, variables={len(self.variables)}, "
            f"targets={self.names('target')})"
        )

    @cached_property
    def observed(self) -> Bool[np.ndarray, "time station variable"]:
        """Where there is a value."""
        return ~np.isnan(self.values)

    @property
    def step(self) -> np.timedelta64:
        """The time from one reading to the next, timedelta64[s]."""
        return self.times[1] - self.times[0]

    @cached_property
    def local_times(self) -> np.ndarray:
        """The times as the clock there shows them, datetime64 without zone, [time]."""
        return local_times(self.times, self.time_zone)

    def names(self, kind: str) -> list[str]:
        """The variables of a kind: ``"target"``, ``"past"`` or ``"future"``."""
        return [variable.name for variable in self.variables if variable.kind == kind]

    def index(self, variable: str) -> int:
        """The channel of a variable.

        Raises:
            DataError: no variable has this name; the message offers the closest.
        """
        names = [each.name for each in self.variables]
        if variable not in names:
            raise DataError(
                f"a variable must be one of {', '.join(names)}, got {variable!r}"
                f"{hint(closest(variable, names))}"
            )
        return names.index(variable)

    def of(self, variable: str) -> Float[np.ndarray, "time station"]:
        """The values of one variable, NaN where nothing was observed; a view."""
        return self.values[:, :, self.index(variable)]

    def station_numbers(self, names: Sequence[str]) -> list[int]:
        """Where stations of these names stand, in the order of ``names``.

        Raises:
            DataError: a name that no station has; the message offers the closest.
        """
        known = list(self.stations.index)
        for name in names:
            if name not in known:
                raise DataError(
                    f"a station must be one of the {len(known)} of the series, got {name!r}"
                    f"{hint(closest(name, known))}"
                )
        return [known.index(name) for name in names]

    def at_stations(self, names: Sequence[str]) -> SensorSeries:
        """The same series at some stations, in the order of ``names``.

        Raises:
            DataError: a name that no station has.
        """
        numbers = self.station_numbers(names)
        return replace(
            self,
            values=self.values[:, numbers],
            stations=self.stations.iloc[numbers],
            forecasts=tuple(runs.stations(numbers) for runs in self.forecasts),
        )

    def between(self, start: int, stop: int) -> SensorSeries:
        """The same series at steps ``start`` to ``stop - 1``; a view."""
        return replace(self, values=self.values[start:stop], times=self.times[start:stop])

    def with_kinds(
        self,
        target: Sequence[str] = (),
        future: Sequence[str] = (),
        perfect_weather: bool = False,
    ) -> SensorSeries:
        """The same series with other targets, and with variables that are taken as known ahead.

        Args:
            target: the variables to forecast; those that were targets until now become ``"past"``.
                Without any, the targets stay.
            future: the variables taken as known ahead.
            perfect_weather: whether these may be measured; a series that allows it still does.

        Raises:
            DataError: a name that no variable has, a target that is known ahead, or a measured
                variable of kind ``"future"`` without ``perfect_weather``.
        """
        before = self.names("target")
        targets = list(target) or before
        for name in (*targets, *future):
            self.index(name)
        if both := [name for name in future if name in targets]:
            raise DataError(f"what is known ahead must not be a target, got {both[0]} as both")
        kinds = (
            {each.name: each.kind for each in self.variables}
            | dict.fromkeys(before, "past")
            | dict.fromkeys(targets, "target")
            | dict.fromkeys(future, "future")
        )
        return replace(
            self,
            variables=[replace(each, kind=kinds[each.name]) for each in self.variables],
            perfect_weather=self.perfect_weather or perfect_weather,
        )

    def with_calendar(self) -> SensorSeries:
        """The same series with the local hour, weekday and day of year as ``"future"`` channels.

        A series that has them is returned as it is.
        """
        if set(CALENDAR) <= set(self.variables):
            return self
        waves = calendar(self.times, self.time_zone)[:, None]
        everywhere = np.broadcast_to(waves, (*self.values.shape[:2], len(CALENDAR)))
        return replace(
            self,
            values=np.concatenate([self.values, everywhere], axis=2),
            variables=(*self.variables, *CALENDAR),
        )

    @cached_property
    def dataset(self) -> xarray.Dataset:
        """The same as a labelled xarray data set: :func:`~gnnlab.data.labelled.labelled`."""
        return labelled(self)
