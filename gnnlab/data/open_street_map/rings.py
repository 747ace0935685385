"""How much of each layer lies in rings around places (imported late: it loads pyproj, shapely)."""

import numpy as np
import pyproj
import shapely
from jaxtyping import Float
from numpy import ndarray

from gnnlab.data.open_street_map.discs import areas_within, lengths_within
from gnnlab.data.open_street_map.layers import LAYERS, Layer


def boxes_around(places: Float[ndarray, "place 2"], radius: float) -> Float[ndarray, "place 4"]:
    """West, south, east and north of the circle around each place, in degrees.

    Args:
        places: longitude and latitude.
        radius: in metres.

    A degree of latitude at the equator has 110,574 m:

    >>> boxes_around(np.array([[10.0, 0.0]]), 1105.74).round(3).tolist()
    [[9.99, -0.01, 10.01, 0.01]]
    """
    boxes = np.empty((len(places), 4))
    for side, azimuth in enumerate((270, 180, 90, 0)):
        directions, distances = np.full(len(places), azimuth), np.full(len(places), radius)
        ends = pyproj.Geod(ellps="WGS84").fwd(*places.T, directions, distances)
        boxes[:, side] = ends[side % 2]
    boxes[:, 0] -= 360 * (boxes[:, 0] > places[:, 0])  # over the date line, west stays in the west
    boxes[:, 2] += 360 * (boxes[:, 2] < places[:, 0])
    return boxes


def rings_around(
    places: Float[ndarray, "place 2"],
    boxes: Float[ndarray, "place 4"],
    radii: Float[ndarray, " ring"],
    objects: dict[Layer, ndarray],
) -> Float[ndarray, "place layer ring"]:
    """Areas (m²), lengths (m) and counts of each of ``LAYERS`` in rings around each place.

    Args:
        places: longitude and latitude.
        boxes: what :func:`boxes_around` gives for the largest radius.
        radii: outer radius of each ring in metres, increasing.
        objects: of the layers that have any, as ``map_objects.read_objects`` gives them.
    """
    trees = {layer: shapely.STRtree(found) for layer, found in objects.items()}
    within = np.zeros((len(places), len(LAYERS), len(radii)))
    for place, (longitude, latitude) in enumerate(places):
        plane = pyproj.Proj(proj="aeqd", lon_0=longitude, lat_0=latitude, datum="WGS84")
        box = shapely.box(*boxes[place])
        for number, layer in enumerate(LAYERS):
            if layer in objects:
                near = objects[layer][trees[layer].query(box)]
                within[place, number] = _within(layer, near, plane, radii)
    return np.diff(within, axis=2, prepend=0)


def _within(layer: Layer, objects: ndarray, plane: pyproj.Proj, radii: ndarray) -> ndarray:
    """What each disc has of a layer's objects."""
    if layer.measure == "count":
        distances = np.hypot(*plane(*shapely.get_coordinates(objects).T))
        return np.searchsorted(np.sort(distances), radii, side="left")
    if layer.measure == "length":
        return lengths_within(*_edges(objects, plane), radii)
    starts, ends = _edges(shapely.get_rings(objects), plane)
    return areas_within(ends, starts, radii)  # polygons lie to the right of their edges


def _edges(lines: ndarray, plane: pyproj.Proj) -> tuple[ndarray, ndarray]:
    """Where each edge of some lines starts and ends, in metres."""
    degrees, line = shapely.get_coordinates(lines, return_index=True)
    points = np.column_stack(plane(*degrees.T))
    edge = (line[1:] == line[:-1]) & (points[1:] != points[:-1]).any(axis=1)
    return points[:-1][edge], points[1:][edge]
