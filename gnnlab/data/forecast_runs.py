"""Forecasts that somebody else issued: runs, of which only those already published are seen."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Bool, Float

from gnnlab.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import xarray


@dataclass(frozen=True, eq=False, repr=False)
class ForecastRuns:
    """Runs of one forecasting system, such as a weather service or CAMS.

    Args:
        names: one name a variable, such as ``"temperature forecast"``.
        units: one unit a variable.
        values: [issued, lead, station, variable]; NaN is not forecast.
        issued: when each run was started, UTC, ascending, [issued].
        leads: how far ahead of ``issued`` each value is valid, timedeltas, ascending, [lead].
        latency: how long after ``issued`` a run can be had.

    Raises:
        DataError: shapes that do not go together, times that do not ascend, or a latency that is
            negative or no timedelta64.
    """

    names: Sequence[str]
    units: Sequence[str]
    values: Float[np.ndarray, "issued lead station variable"]
    issued: np.ndarray
    leads: np.ndarray
    latency: np.timedelta64 = field(default_factory=lambda: np.timedelta64(0, "s"))

    def __post_init__(self) -> None:
        object.__setattr__(self, "issued", np.asarray(self.issued, "datetime64[s]"))
        object.__setattr__(self, "leads", np.asarray(self.leads, "timedelta64[s]"))
        runs, leads, _, variables = self.values.shape
        wanted = (len(self.issued), len(self.leads), len(self.names), len(self.units))
        if wanted != (runs, leads, variables, variables):
            raise DataError(
                "forecasts must have one value an issue time, lead, station and variable, got "
                f"{self.values.shape} for {wanted[0]} issue times, {wanted[1]} leads and "
                f"{wanted[2]} names"
            )
        for what, times in (("issue times", self.issued), ("leads", self.leads)):
            if not len(times):
                raise DataError(f"forecasts must have at least 1 of their {what}, got none")
            if (np.diff(times) <= np.timedelta64(0, "s")).any():
                raise DataError(f"{what} of forecasts must ascend")
        check_latency(self.latency)

    def __repr__(self) -> str:
        return (
            f"{type(self).__name__}(names={list(self.names)}, issued={len(self.issued)}, "
            f"leads={len(self.leads)}, stations={self.values.shape[2]}, latency={self.latency})"
        )

    def known_at(
        self, origins: np.ndarray, valid: np.ndarray
    ) -> tuple[
        Float[np.ndarray, "batch time station variable"],
        Bool[np.ndarray, "batch time station variable"],
    ]:
        """What the newest run that is out at each origin says of each time, and where it does.

        A run is out when its issue time + latency <= origin; later runs are never looked at.

        Args:
            origins: datetime64, [batch].
            valid: times that are asked for, datetime64, [batch, time].

        Returns:
            Values, NaN where the run says nothing, and the mask of what it says.
        """
        run = np.searchsorted(self.issued + self.latency, origins, side="right") - 1
        ahead = valid - self.issued[run][:, None]
        lead = np.minimum(np.searchsorted(self.leads, ahead), len(self.leads) - 1)
        said = (self.leads[lead] == ahead) & (run >= 0)[:, None]
        values = np.where(said[..., None, None], self.values[run[:, None], lead], np.nan)
        return values, ~np.isnan(values)

    def stations(self, numbers: Sequence[int]) -> ForecastRuns:
        """The same runs of some stations, by their numbers."""
        return ForecastRuns(
            self.names,
            self.units,
            self.values[:, :, numbers],
            self.issued,
            self.leads,
            self.latency,
        )

    @property
    def dataset(self) -> xarray.Dataset:
        """The same as a labelled xarray data set with dims (issued, lead, station)."""
        import xarray

        return xarray.Dataset(
            {
                name: (
                    ("issued", "lead", "station"),
                    self.values[..., number],
                    {"unit": unit, "kind": "forecast"},
                )
                for number, (name, unit) in enumerate(zip(self.names, self.units, strict=True))
            },
            coords={"issued": self.issued, "lead": self.leads},
            attrs={"latency": str(self.latency)},
        )


def check_latency(latency: object) -> None:
    """See that runs are not out before they were started.

    Raises:
        DataError: what is no timedelta64, such as a number of hours, or is negative.
    """
    if not isinstance(latency, np.timedelta64) or np.isnat(latency):
        raise DataError(
            "the latency of forecasts must be a timedelta64, such as np.timedelta64(5, 'h'), "
            f"got {latency!r}"
        )
    if latency < np.timedelta64(0, "s"):
        raise DataError(f"the latency of forecasts must be >= 0, got {latency}")
