"""Land use around stations: areas, lengths and counts in rings, from a local OpenStreetMap file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from gnnlab.data.open_street_map.layers import LAYERS
from gnnlab.errors import DataError

if TYPE_CHECKING:
    from pandas import DataFrame

RADII = tuple(range(100, 3001, 100))


def site_features(
    osm: str | Path, stations: DataFrame, radii: Sequence[float] = RADII
) -> DataFrame:
    """What lies around each station: a row a station, a column for each layer and ring.

    Columns are named like ``park area 100-200 m [m2]``, ``motorway length 0-100 m [m]`` and
    ``school count 0-100 m``; ``LAYERS`` in ``gnnlab.data.open_street_map.layers`` says which tags a
    layer has. A ring has its inner circle, not its outer one. Areas of one layer that overlap are
    counted once, both carriageways of a road are, and an object of two layers is counted in both. A
    school drawn as an area is one school, at a point inside. What the file has not is not counted:
    the sea, of which OpenStreetMap has the coast only.

    Distances and areas are those of the plane that touches the ellipsoid at the station (azimuthal
    equidistant projection, WGS 84): distances from the station are true, areas 3 km away to 1e-7.
    Results are rounded to 0.01 m and m2, as OpenStreetMap rounds places to 0.01 m.

    After Lin, Mago, Gao, Li, Chiang, Shahabi and Ambite, "Exploiting spatiotemporal patterns for
    accurate air quality forecasting using deep learning" (SIGSPATIAL 2018), who compare stations
    by such features.

    Args:
        osm: a file of OpenStreetMap (``.osm``, ``.pbf``) that covers the largest circle around
            each station, cut with whole ways and multipolygons (``osmium extract -s smart``): those
            that it has only in part are left out, with a warning.
        stations: indexed by name, with the columns ``longitude`` and ``latitude`` in degrees.
        radii: of the circles between rings, in metres, increasing; the first ring is a disc.

    Raises:
        ValueError: radii that are not positive and increasing.
        DataError: no such file, or no map; the map ends too near to a station; a station without
            coordinates; the libraries that read maps are not installed.

    >>> import tempfile
    >>> from pandas import DataFrame
    >>> school = '<node id="1" lat="0" lon="0.001"><tag k="amenity" v="school"/></node>'
    >>> bounds = '<bounds minlat="-1" minlon="-1" maxlat="1" maxlon="1"/>'
    >>> stations = DataFrame({"longitude": [0.0], "latitude": [0.0]}, index=["Null Island"])
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "map.osm")
    ...     _ = path.write_text(f'<osm version="0.6">{bounds}{school}</osm>')
    ...     features = site_features(path, stations, radii=(100, 200))
    >>> features[["school count 0-100 m", "school count 100-200 m"]].to_numpy().tolist()
    [[0.0, 1.0]]
    """
    import pandas

    limits = np.asarray(radii, dtype=float)
    if len(limits) == 0 or not (np.diff(limits, prepend=0) > 0).all() or limits[-1] == np.inf:
        raise ValueError(f"radii must be positive and increasing, got {list(radii)}")
    places = _places(stations)
    if not Path(osm).is_file():
        raise DataError(f"{osm} must be a file of OpenStreetMap, got none")
    try:
        from gnnlab.data.open_street_map.objects import extent_of, read_objects
        from gnnlab.data.open_street_map.rings import boxes_around, rings_around
    except ModuleNotFoundError as error:
        raise DataError(
            f"a map needs the extra: pip install 'gnnlab[osm]', got: {error}"
        ) from error
    boxes = boxes_around(places, limits[-1])
    _check_covered(Path(osm), extent_of(Path(osm)), boxes, stations)
    features = rings_around(places, boxes, limits, read_objects(Path(osm), boxes))
    columns = [
        layer.column(inner, outer)
        for layer in LAYERS
        for inner, outer in zip([0, *limits[:-1]], limits, strict=True)
    ]
    table = features.round(2).reshape(len(stations), len(columns)) + 0.0  # no minus zero
    return pandas.DataFrame(table, index=stations.index, columns=columns)


def _places(stations: DataFrame) -> Float[ndarray, "station 2"]:
    """Longitude and latitude of each station."""
    import pandas

    if missing := [name for name in ("longitude", "latitude") if name not in stations]:
        raise DataError(
            f"stations must have the columns longitude and latitude, got none named {missing}"
        )
    numbers = stations[["longitude", "latitude"]].apply(pandas.to_numeric, errors="coerce")
    places = numbers.to_numpy(dtype=float)
    wrong = np.flatnonzero(~(np.abs(places) <= (180, 90)).all(axis=1))
    if len(wrong):
        raise DataError(
            "each station must have a longitude within -180 to 180 and a latitude within -90 to 90 "
            f"degrees, got others for {_names(stations, wrong)}"
        )
    return places


def _check_covered(
    path: Path,
    extent: tuple[float, float, float, float],
    boxes: Float[ndarray, "station 4"],
    stations: DataFrame,
) -> None:
    """Nothing on the map and nothing known are not the same."""
    past_sides = np.hstack([boxes[:, :2] < extent[:2], boxes[:, 2:] > extent[2:]])
    beyond = np.flatnonzero(past_sides.any(axis=1))
    if len(beyond):
        west, south, east, north = extent
        raise DataError(
            f"{path} must cover the largest circle around each station, got a map of longitudes "
            f"{west:.4f} to {east:.4f} and latitudes {south:.4f} to {north:.4f}, which ends too "
            f"near to {_names(stations, beyond)} or leaves it out"
        )


def _names(stations: DataFrame, chosen: ndarray) -> str:
    names = [str(name) for name in stations.index[chosen]]
    return ", ".join(names[:5]) + (" ..." if len(names) > 5 else "")
