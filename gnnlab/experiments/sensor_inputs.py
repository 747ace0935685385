"""Series -> what graphs of its stations are made from: places, wind, surroundings, weeks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Bool, Float, Int

from gnnlab.data import SensorSeries
from gnnlab.errors import DataError

if TYPE_CHECKING:
    import pandas

PLACE = ["longitude", "latitude"]
WIND = ("wind u", "wind v")
LEAST_SHARED = 0.5  # of the stations share their word with another, else it only names them


@dataclass(frozen=True, eq=False)
class Surroundings:
    """What lies around stations.

    Args:
        features: a row a station; all NaN where nothing is known.
        source: ``"map"`` or ``"station table"``.
        left_out: columns of the table whose words differ for nearly every station.
    """

    features: pandas.DataFrame
    source: str
    left_out: Sequence[str] = ()


def surroundings(series: SensorSeries, osm: str | Path | None = None) -> Surroundings:
    """What lies around the stations: from a map, else from their table.

    Of the table all columns but coordinates, and but words that most stations share with no other,
    such as addresses; coordinates too where it has nothing but the type. On a map there is nothing
    around a station without coordinates.

    Raises:
        DataError: with a map, fewer than two stations whose place is known; see
            :func:`gnnlab.data.site_features`.
    """
    table = series.stations
    if osm is not None:
        from gnnlab.data import site_features

        _check_places(series)
        features = site_features(osm, table.dropna(subset=PLACE))
        return Surroundings(features.reindex(table.index), "map")
    left_out = [str(name) for name in table.columns if _only_names(table[name])]
    features = table.drop(columns=left_out)
    if set(features.columns) - {*PLACE, "type"}:
        features = features.drop(columns=PLACE)
    return Surroundings(features, "station table", left_out)


def _only_names(column: pandas.Series) -> bool:
    """Whether a column is of words that most stations share with no other."""
    if column.dtype.kind in "iufb":
        return False
    words = column.dropna().astype(str)
    return bool(words[words != ""].duplicated(keep=False).mean() < LEAST_SHARED)


def coordinates(
    series: SensorSeries,
) -> tuple[Float[np.ndarray, " station"], Float[np.ndarray, " station"]]:
    """Longitude and latitude of all stations, NaN where they are unknown.

    Raises:
        DataError: fewer than two stations whose place is known.
    """
    _check_places(series)
    table = series.stations[PLACE].astype(float)
    return table["longitude"].to_numpy(), table["latitude"].to_numpy()


def _check_places(series: SensorSeries) -> None:
    count = int(placed(series).sum())
    if count < 2:
        raise DataError(
            f"at least 2 stations must have coordinates, got {count} of {len(series.stations)}: "
            "the station table says where they are"
        )


def placed(series: SensorSeries) -> Bool[np.ndarray, " station"]:
    """Whether each station has coordinates."""
    return series.stations[PLACE].notna().all(axis=1).to_numpy(dtype=bool)


def unplaced(series: SensorSeries) -> list[str]:
    """The stations without coordinates."""
    return [str(name) for name in series.stations.index[~placed(series)]]


def has_wind(series: SensorSeries) -> bool:
    """Whether the wind was observed, at any station and step."""
    if not set(WIND) <= {each.name for each in series.variables}:
        return False
    u, v = (series.of(name) for name in WIND)
    return bool(np.isfinite(u + v).any())


def wind_of(
    series: SensorSeries,
) -> tuple[Float[np.ndarray, "time station"], Float[np.ndarray, "time station"]]:
    """Eastward and northward wind.

    Raises:
        DataError: the wind was not measured, or never in this series.
    """
    names = [each.name for each in series.variables]
    if not set(WIND) <= set(names):
        raise DataError(f"a graph of the wind needs {' and '.join(WIND)}, got {', '.join(names)}")
    if not has_wind(series):
        raise DataError("the wind must be observed in the training part, got none")
    return series.of(WIND[0]), series.of(WIND[1])


def additive(series: SensorSeries) -> Float[np.ndarray, "time station"]:
    """The first target on a scale on which stations differ by addition: log(1 + x) of ug/m3."""
    target = series.variables[series.index(series.names("target")[0])]
    readings = series.of(target.name).astype(np.float64)
    return np.log1p(np.maximum(readings, 0)) if target.unit == "ug/m3" else readings


def step_of_week(series: SensorSeries) -> Int[np.ndarray, " time"]:
    """How many steps of the series lie between Monday 0:00 on the local clock and each step."""
    seconds = series.local_times.astype("datetime64[s]").astype(int)
    since_monday = (seconds + 3 * 86_400) % (7 * 86_400)  # the epoch was a Thursday
    return since_monday // int(series.step / np.timedelta64(1, "s"))


def month(series: SensorSeries) -> Int[np.ndarray, " time"]:
    """The month of each step on the local clock, from 0 on."""
    return series.local_times.astype("datetime64[M]").astype(int) % 12
