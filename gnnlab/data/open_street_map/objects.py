"""What a file of OpenStreetMap holds of each layer (imported late: it loads osmium and shapely)."""

import logging
from collections import defaultdict
from pathlib import Path

import numpy as np
import osmium
import shapely
from jaxtyping import Float
from numpy import ndarray

from gnnlab.data.open_street_map.layers import KEYS, Layer, Measure, layers_of
from gnnlab.errors import DataError

_log = logging.getLogger(__name__)

# Which of osmium's nodes, ways, relations and areas (made of closed ways and relations) have what.
_KINDS: dict[Measure, str] = {"area": "ar", "length": "w", "count": "nar"}


def extent_of(path: Path) -> tuple[float, float, float, float]:
    """West, south, east and north of a map in degrees: as its header says, else of its nodes.

    Raises:
        DataError: the file is no map, or an empty one.
    """
    try:
        box = osmium.FileProcessor(path).header.box()
        if box.valid():
            return box.bottom_left.lon, box.bottom_left.lat, box.top_right.lon, box.top_right.lat
        nodes = osmium.FileProcessor(path, osmium.osm.NODE)
        places = np.fromiter(
            ((node.lon, node.lat) for node in nodes if node.location.valid()),
            dtype=np.dtype((float, 2)),
        )
    except RuntimeError as error:
        raise _no_map(path, error) from error
    if len(places) == 0:
        raise DataError(f"{path} must hold nodes, got an empty map")
    (west, south), (east, north) = places.min(axis=0).tolist(), places.max(axis=0).tolist()
    return west, south, east, north


def read_objects(path: Path, boxes: Float[ndarray, "box 4"]) -> dict[Layer, ndarray]:
    """Polygons, lines or points of each layer that has any, in degrees.

    The polygons of a layer are united, so that none overlaps another, and lie to the right of
    their edges. An area in a layer of things to count is one point inside of it. Objects that the
    file has only in part, or whose outlines cross themselves, are left out with a warning.

    Args:
        path: a file that osmium reads.
        boxes: west, south, east and north; objects that touch none of these are left out.

    Raises:
        DataError: the file is no map.
    """
    try:
        found = _touching(path, shapely.union_all(shapely.box(*boxes.T)))
    except RuntimeError as error:
        raise _no_map(path, error) from error
    for layer, objects in found.items():
        if layer.measure == "area":
            found[layer] = shapely.normalize(shapely.get_parts(shapely.union_all(objects)))
        elif layer.measure == "count":
            found[layer] = shapely.point_on_surface(objects)
    return found


def _touching(path: Path, reach: shapely.Geometry) -> dict[Layer, ndarray]:
    """The objects of each layer that touch a region."""
    shapely.prepare(reach)
    kept = osmium.filter.KeyFilter(*KEYS)
    found: dict[Layer, list[shapely.Geometry]] = defaultdict(list)
    broken: set[str] = set()
    assembled: set[str] = set()
    for thing in osmium.FileProcessor(path).with_areas(kept).with_filter(kept):
        layers = [layer for layer in layers_of(thing.tags) if _has(thing, layer.measure)]
        if not layers:
            continue
        if thing.is_relation():
            broken.add(_name(thing))  # until its area turns up, which may be before
            continue
        try:
            geometry = _geometry(thing)
        except (RuntimeError, osmium.InvalidLocationError):
            broken.add(_name(thing))
            continue
        if thing.is_area() and not thing.from_way():
            assembled.add(_name(thing))
        if reach.intersects(geometry):
            for layer in layers:
                found[layer].append(geometry)
    if lost := sorted(broken - assembled):
        names = ", ".join(lost[:5]) + (" ..." if len(lost) > 5 else "")
        reason = "the map has them only in part, or they cross themselves"
        _log.warning("%s: %d objects are left out (%s): %s", path, len(lost), reason, names)
    return {layer: np.array(objects) for layer, objects in found.items()}


def _has(thing: osmium.osm.OSMObject, measure: Measure) -> bool:
    if thing.type_str() not in _KINDS[measure]:
        return False
    if thing.is_relation():
        return thing.tags.get("type") in ("multipolygon", "boundary")
    return not (thing.is_way() and thing.tags.get("area") == "yes")


def _geometry(thing: osmium.osm.OSMObject) -> shapely.Geometry:
    factory = osmium.geom.WKBFactory()
    if thing.is_node():
        return shapely.from_wkb(factory.create_point(thing))
    if thing.is_way():
        return shapely.from_wkb(factory.create_linestring(thing))
    return shapely.from_wkb(factory.create_multipolygon(thing))


def _name(thing: osmium.osm.OSMObject) -> str:
    if thing.is_area():
        return f"{'way' if thing.from_way() else 'relation'} {thing.orig_id()}"
    return f"{'relation' if thing.is_relation() else 'way'} {thing.id}"


def _no_map(path: Path, error: RuntimeError) -> DataError:
    return DataError(f"{path} must be a map of OpenStreetMap (.osm or .pbf), got: {error}")
