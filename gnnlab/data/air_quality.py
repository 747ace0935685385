"""Beijing's twelve stations (Zhang et al. 2017), read from the files of the UCI repository."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas

from gnnlab.data.catalog import Card
from gnnlab.data.series import SensorSeries
from gnnlab.data.variables import Variable
from gnnlab.data.wind import compass_degrees, wind_components

WIND = ("wind u", "wind v")  # of a speed and a compass point; else a variable is a column
TIME_ZONE = "Asia/Shanghai"


def read_beijing(card: Card, paths: Mapping[str, Path]) -> SensorSeries:
    """The variables of the card, in its order, and the calendar as ``"future"``."""
    stations = pandas.read_csv(card.path / "stations.csv", index_col="station")
    channels = []
    for name in stations.index:
        table = pandas.read_csv(next(path for file, path in paths.items() if f"_{name}_" in file))
        blown = wind_components(
            table["WSPM"].to_numpy(float), compass_degrees(table["wd"].tolist())
        )
        wind = dict(zip(WIND, blown, strict=True))
        channels.append(
            np.column_stack(
                [
                    wind[row["name"]] if row["name"] in wind else table[row["column"]]
                    for row in card.variables
                ]
            )
        )
    hours = pandas.to_datetime(table[["year", "month", "day", "hour"]])
    return SensorSeries(
        values=np.stack(channels, axis=1).astype(np.float32),
        variables=[Variable(row["name"], row["unit"], row["kind"]) for row in card.variables],
        times=hours.dt.tz_localize(TIME_ZONE).dt.tz_convert("UTC").dt.tz_localize(None).to_numpy(),
        stations=stations,
        time_zone=TIME_ZONE,
        name=card.name,
    ).with_calendar()
