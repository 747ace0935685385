"""The air-quality index of a standard."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float

from gnnlab.errors import DataError
from gnnlab.evaluation.standards import (
    BreakPoints,
    Index,
    concentrations,
    in_canonical,
    standard,
    standards,
)

if TYPE_CHECKING:
    import pandas

    from gnnlab.data.series import SensorSeries


def air_quality_index(
    series: SensorSeries, name: str, pollutant: str | None = None
) -> pandas.DataFrame:
    """The index of each period (row) at each station (column); NaN where nothing tells it.

    China's and the US's are of local days, from 0 to 500 (the US's goes on beyond); Europe's is of
    hours, from 1 (good) to 6 (extremely poor). Rows are named by the local time at which the period
    starts.

    Args:
        series: concentrations in ug/m3.
        name: of a standard with an index: ``"eu-2024"``, ``"china-2012"`` or ``"us-2024"``.
        pollutant: whose index; without it the highest over all pollutants of the series that the
            index knows, of those that enough was observed of.

    Raises:
        DataError: a standard that has no index, a pollutant that it does not know, or none of those
            that it knows in the series.

    >>> import pandas
    >>> from gnnlab.data import SensorSeries, Variable
    >>> place = pandas.DataFrame({"longitude": [116.4], "latitude": [39.9]}, index=["Beijing"])
    >>> hours = np.arange("2024-01-01", "2024-01-02", dtype="datetime64[h]")
    >>> values = np.full((24, 1, 1), 95, np.float32)
    >>> series = SensorSeries(values, [Variable("PM2.5", "ug/m3", "target")], hours, place)
    >>> air_quality_index(series, "china-2012")["Beijing"].tolist()
    [125.0]
    """
    rules = standard(name)
    index = rules.index
    if index is None:
        known = [each.name for each in standards().values() if each.index]
        raise DataError(f"{name} has no index: those that have are {', '.join(known)}")
    pollutants = list(dict.fromkeys(each.pollutant for each in index.break_points))
    measured = [variable.name for variable in series.variables]
    if pollutant is not None and pollutant not in pollutants:
        raise DataError(f"the index of {name} is of {', '.join(pollutants)}, got {pollutant!r}")
    taken = [
        each
        for each in index.break_points
        if (each.pollutant in measured if pollutant is None else each.pollutant == pollutant)
    ]
    if not taken:
        raise DataError(
            f"the index of {name} needs one of {', '.join(pollutants)}, "
            f"got a series of {', '.join(measured)}"
        )
    frames = [
        concentrations(series, each.pollutant, each.average, rules.completeness) for each in taken
    ]
    highest = np.fmax.reduce(
        [
            sub_index(frame.to_numpy() / in_canonical(each.pollutant, 1, each.unit), each, index)
            for frame, each in zip(frames, taken, strict=True)
        ]
    )
    whole = frames[0].copy()
    whole[:] = highest
    return whole


def sub_index(
    values: Float[np.ndarray, "*shape"], points: BreakPoints, index: Index
) -> Float[np.ndarray, "*shape"]:
    """The index of concentrations of one pollutant, in the unit of its break points.

    Below the first break point there is none (NaN), unless that is 0: readings below 0 are taken as
    0.

    >>> points = BreakPoints("PM2.5", "day", "ug/m3", (0, 9.0, 9.1, 35.4), (0, 50, 51, 100), 1)
    >>> index = Index("", "", "linear", (points,), rounded="to the nearest")
    >>> sub_index(np.array([4.5, 9.09, 9.1, 99.0]), points, index).tolist()
    [25.0, 50.0, 51.0, 100.0]
    """
    corners, heights = np.array(points.concentrations, float), np.array(points.values, float)
    taken = np.maximum(values, 0)
    if points.decimals is not None:
        # readings are float32: 9.1 may have become 9.0999999
        scale = 10.0**points.decimals
        taken = np.floor(np.round(taken * scale, 3)) / scale
    if index.kind == "bands":
        found = heights[np.maximum(np.searchsorted(corners, taken) - 1, 0)]
    else:
        found = np.interp(taken, corners, heights)
        if index.beyond == "the last slope" and heights[-1] == 500:
            slope = (heights[-1] - heights[-2]) / (corners[-1] - corners[-2])
            found = np.where(taken > corners[-1], 500 + slope * (taken - corners[-1]), found)
    if index.rounded == "up":
        found = np.ceil(np.round(found, 3))
    elif index.rounded == "to the nearest":
        found = np.floor(found + 0.5)
    return np.where(np.isnan(taken) | (taken < corners[0]), np.nan, found)
