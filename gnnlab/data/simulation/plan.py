"""The plan of the city: degrees to kilometres, and what lies between the middles of squares."""

import numpy as np
from jaxtyping import Float, Int
from numpy import ndarray

from gnnlab.data.simulation.parameters import CELL, CELLS, LATITUDE, LONGITUDE

SIZE = CELLS * CELL  # km, along each side
_KM_A_DEGREE = 111.195
_KM_EAST = _KM_A_DEGREE * np.cos(np.deg2rad(LATITUDE + SIZE / 2 / _KM_A_DEGREE))


def to_plan(
    longitude: Float[ndarray, " place"], latitude: Float[ndarray, " place"]
) -> Float[ndarray, "place 2"]:
    """Kilometres east and north of the south-western corner.

    Raises:
        ValueError: a place outside of the city.

    >>> to_plan(np.array([12.0]), np.array([51.1])).round(2).tolist()
    [[0.0, 11.12]]
    """
    places = np.stack(
        [(longitude - LONGITUDE) * _KM_EAST, (latitude - LATITUDE) * _KM_A_DEGREE], axis=1
    )
    inside = ((places >= 0) & (places <= SIZE)).all(axis=1)  # NaN is outside
    if not inside.all():
        east, north = to_degrees(np.array([[SIZE, SIZE]]))
        outside = np.flatnonzero(~inside)[0]
        raise ValueError(
            f"places must lie in the city, longitude {LONGITUDE:g} to {east[0]:.3f} and latitude "
            f"{LATITUDE:g} to {north[0]:.3f}, got {longitude[outside]:.3f}, {latitude[outside]:.3f}"
        )
    return places


def to_degrees(
    places: Float[ndarray, "place 2"],
) -> tuple[Float[ndarray, " place"], Float[ndarray, " place"]]:
    """Longitude and latitude of places on the plan; the inverse of :func:`to_plan`."""
    return LONGITUDE + places[:, 0] / _KM_EAST, LATITUDE + places[:, 1] / _KM_A_DEGREE


def bilinear(
    places: Float[ndarray, "place 2"], squares: int
) -> tuple[Int[ndarray, "place 4"], Float[ndarray, "place 4"]]:
    """The four squares around each place and their weights, which sum to 1.

    Args:
        places: on the plan, km.
        squares: along each side of the city; their numbers run east, then north.

    >>> numbers, weights = bilinear(np.array([[0.6, 1.2]]), 30)  # between the first two rows
    >>> numbers[0, [0, 2]].tolist(), weights[0].round(3).tolist()
    ([0, 30], [0.5, 0.0, 0.5, 0.0])
    """
    position = np.clip(places / (SIZE / squares) - 0.5, 0, squares - 1)
    low = np.minimum(position.astype(int), squares - 2)
    east, north = (position - low).T
    first = low[:, 1] * squares + low[:, 0]
    numbers = np.stack([first, first + 1, first + squares, first + squares + 1], axis=1)
    weights = np.stack(
        [(1 - east) * (1 - north), east * (1 - north), (1 - east) * north, east * north], axis=1
    )
    return numbers, weights
