"""Wind -> directed graph of stations that send each other their air."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float

from gnnlab.graphs.graph import Graph
from gnnlab.graphs.similarity.distance import great_circle
from gnnlab.graphs.similarity.sparsify import sparsify

LEAST_KM = 1.0  # nearer stations count as this far apart, lest one pair outweighs all others
ASIDE = np.pi / 2 - 1e-9  # between wind and way, from which on nothing gets there but rounding


def advection(
    longitude: Float[np.ndarray, " station"],
    latitude: Float[np.ndarray, " station"],
    u: Float[np.ndarray, "time station"],
    v: Float[np.ndarray, "time station"],
) -> Float[np.ndarray, "target source"]:
    """The mean of max(0, |wind| cos(angle) / distance): how fast air of the source gets there.

    That is the advection coefficient of PM2.5-GNN (Wang et al. 2020), angle between the wind at
    the source and the way to the target, in m/s per km, averaged over the steps at which the
    wind at the source was observed. 0 between stations at one place, from and to an unknown place,
    and where there was no wind.

    Args:
        longitude: degrees east.
        latitude: degrees north.
        u: where the air goes, eastward, in m/s; NaN where not observed.
        v: northward.
    """
    distance = great_circle(longitude, latitude)
    east, north = directions(longitude, latitude)
    result = np.zeros_like(distance)
    for source in range(len(distance)):
        observed = ~np.isnan(u[:, source] + v[:, source])
        if observed.any():
            ways = east[source], north[source]
            there = u[observed, source].astype(float), v[observed, source].astype(float)
            result[:, source] = _along(*there, *ways) / observed.sum()
    return np.nan_to_num(result / np.maximum(distance, LEAST_KM))


def _along(
    u: Float[np.ndarray, " time"],
    v: Float[np.ndarray, " time"],
    east: Float[np.ndarray, " way"],
    north: Float[np.ndarray, " way"],
) -> Float[np.ndarray, " way"]:
    """The sum over time of max(0, u east + v north), for each way.

    Winds that get along a way are neighbours in the order of their direction, so the sum of each
    component over them is a difference of two running sums.
    """
    direction = np.arctan2(v, u)
    order = np.argsort(direction)
    around = np.concatenate([direction[order], direction[order] + 2 * np.pi])
    first = np.mod(np.arctan2(north, east) - ASIDE + np.pi, 2 * np.pi) - np.pi
    low, high = np.searchsorted(around, first), np.searchsorted(around, first + 2 * ASIDE)
    sums = [np.concatenate([[0.0], np.cumsum(np.tile(each[order], 2))]) for each in (u, v)]
    along = (sums[0][high] - sums[0][low]) * east + (sums[1][high] - sums[1][low]) * north
    return np.maximum(along, 0.0)


def directions(
    longitude: Float[np.ndarray, " station"], latitude: Float[np.ndarray, " station"]
) -> tuple[Float[np.ndarray, "source target"], Float[np.ndarray, "source target"]]:
    """The eastward and northward part of the unit vector along the great circle at its start.

    Both are 0 between stations at one place.

    >>> east, north = directions(np.array([0.0, 90.0]), np.array([0.0, 0.0]))
    >>> east.round(6).tolist(), north.round(6).tolist()
    ([[0.0, 1.0], [-1.0, 0.0]], [[0.0, 0.0], [0.0, 0.0]])
    """
    x, y = np.deg2rad(longitude), np.deg2rad(latitude)
    across = x - x[:, None]
    east = np.sin(across) * np.cos(y)
    north = np.cos(y[:, None]) * np.sin(y) - np.sin(y[:, None]) * np.cos(y) * np.cos(across)
    length = np.hypot(east, north)
    length[length < 1e-12] = np.inf  # less than a hundredth of a millimetre
    return east / length, north / length


def wind_graph(
    longitude: Float[np.ndarray, " station"],
    latitude: Float[np.ndarray, " station"],
    u: Float[np.ndarray, "time station"],
    v: Float[np.ndarray, "time station"],
    labels: Sequence[str] | None = None,
    *,
    threshold: float | None = None,
    neighbors: int | None = None,
) -> Graph:
    """Directed: stations joined to those that their wind blows to, by :func:`advection`.

    Weights are shares of the greatest: how often the wind blows there, how fast and how far.

    Args:
        longitude: degrees east; a station whose place is unknown (NaN) has no edges.
        latitude: degrees north.
        u: of the training part: where the air goes, eastward, in m/s; NaN where not observed.
        v: northward.
        labels: one name a station.
        threshold: see :func:`sparsify`.
        neighbors: see :func:`sparsify`.

    Raises:
        ValueError: see :func:`sparsify`.

    >>> west_wind = np.full((24, 2), 3.0), np.zeros((24, 2))
    >>> wind_graph(np.array([10.0, 10.1]), np.array([50.0, 50.0]), *west_wind).edges
    array([[0],
           [1]])
    """
    found = advection(longitude, latitude, u, v)
    found /= found.max(initial=0.0) or 1.0
    return sparsify(
        found, labels, threshold=threshold, neighbors=neighbors, directed=True, name="wind"
    )
