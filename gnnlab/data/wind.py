"""Wind as components: where the air goes, from where it is said to come."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float

COMPASS = [
    "N",
    "NNE",
    "NE",
    "ENE",
    "E",
    "ESE",
    "SE",
    "SSE",
    "S",
    "SSW",
    "SW",
    "WSW",
    "W",
    "WNW",
    "NW",
    "NNW",
]  # clockwise, 22.5 degrees apart


def compass_degrees(points: Sequence[str | float]) -> Float[np.ndarray, " n"]:
    """Degrees clockwise from north of compass points such as ``"NNW"``; NaN for anything else.

    >>> compass_degrees(["N", "ese", "W", "calm", float("nan")])
    array([  0. , 112.5, 270. ,   nan,   nan])
    """
    degrees = {point: 22.5 * number for number, point in enumerate(COMPASS)}
    return np.array([degrees.get(str(point).strip().upper(), np.nan) for point in points])


def wind_components(
    speed: Float[np.ndarray, "*shape"], direction: Float[np.ndarray, "*shape"]
) -> tuple[Float[np.ndarray, "*shape"], Float[np.ndarray, "*shape"]]:
    """The wind's eastward (u) and northward (v) component, in the unit of ``speed``.

    Args:
        speed: of the wind, m/s.
        direction: that the wind blows *from*, degrees clockwise from north; of no account, and
            perhaps NaN, where the speed is 0.

    >>> u, v = wind_components(np.array([2.0, 0.0]), np.array([270.0, np.nan]))  # from the west
    >>> u.round(6).tolist(), v.round(6).tolist()
    ([2.0, 0.0], [0.0, 0.0])
    """
    angle = np.deg2rad(np.where(speed == 0, 0, direction))
    return -speed * np.sin(angle) + 0.0, -speed * np.cos(angle) + 0.0
