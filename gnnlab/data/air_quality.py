"""Beijing's twelve stations (Zhang et al. 2017), read from the files of the UCI repository."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas

from gnnlab.data.catalog import Card
from gnnlab.data.series import SensorSeries
from gnnlab.data.variables import Variable
from gnnlab.data.wind import compass_degrees, wind_components

COLUMNS = {
    "PM2.5": Variable("PM2.5", "ug/m3", "target"),
    "PM10": Variable("PM10", "ug/m3", "past"),
    "SO2": Variable("SO2", "ug/m3", "past"),
    "NO2": Variable("NO2", "ug/m3", "past"),
    "CO": Variable("CO", "ug/m3", "past"),
    "O3": Variable("O3", "ug/m3", "past"),
    "TEMP": Variable("temperature", "degC", "past"),
    "PRES": Variable("pressure", "hPa", "past"),
    "DEWP": Variable("dew point", "degC", "past"),
    "RAIN": Variable("rain", "mm", "past"),
}
WIND = (Variable("wind u", "m/s", "past"), Variable("wind v", "m/s", "past"))
TIME_ZONE = "Asia/Shanghai"


def read_beijing(card: Card, paths: Mapping[str, Path]) -> SensorSeries:
    """PM2.5 as target, other pollutants and weather as ``"past"``, the calendar as ``"future"``."""
    stations = pandas.read_csv(card.path / "stations.csv", index_col="station")
    channels = []
    for name in stations.index:
        table = pandas.read_csv(next(path for file, path in paths.items() if f"_{name}_" in file))
        wind = wind_components(table["WSPM"].to_numpy(float), compass_degrees(table["wd"].tolist()))
        channels.append(np.column_stack([table[list(COLUMNS)].to_numpy(float), *wind]))
    hours = pandas.to_datetime(table[["year", "month", "day", "hour"]])
    return SensorSeries(
        values=np.stack(channels, axis=1).astype(np.float32),
        variables=(*COLUMNS.values(), *WIND),
        times=hours.dt.tz_localize(TIME_ZONE).dt.tz_convert("UTC").dt.tz_localize(None).to_numpy(),
        stations=stations,
        time_zone=TIME_ZONE,
        name=card.name,
    ).with_calendar()
