"""A series as a data set of xarray."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import xarray

    from gnnlab.data.series import SensorSeries


def labelled(series: SensorSeries) -> xarray.Dataset:
    """The series as a labelled data set over the same memory.

    Variables have dims (time, station) and attributes ``unit`` and ``kind``; beside each is its
    mask, ``<name> observed``; the columns of the station table have dim (station) and kind
    ``"static"``. Forecasts are data sets of their own, ``series.forecasts[i].dataset``.
    """
    import xarray

    over = ("time", "station")
    values = {
        each.name: (over, series.values[..., channel], {"unit": each.unit, "kind": each.kind})
        for channel, each in enumerate(series.variables)
    }
    masks = {
        f"{each.name} observed": (over, series.observed[..., channel], {"kind": "mask"})
        for channel, each in enumerate(series.variables)
    }
    static = {
        column: ("station", series.stations[column].to_numpy(), {"kind": "static"})
        for column in series.stations
    }
    return xarray.Dataset(
        {**values, **masks},
        coords={
            "time": series.times.astype("datetime64[ns]"),
            "station": series.stations.index.to_numpy(),
            **static,
        },
        attrs={"name": series.name, "time_zone": series.time_zone, "step": str(series.step)},
    )
