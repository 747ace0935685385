"""Areas, lengths and counts that one can check with a pencil."""

import logging
import sys
from math import cos, pi, radians
from pathlib import Path

import numpy as np
import osmium
import pyproj
import pytest
import shapely
from hand_drawn_map import EAST, Drawing
from pandas import DataFrame, testing

from gnnlab.data.open_street_map import site_features
from gnnlab.data.open_street_map.layers import LAYERS
from gnnlab.data.open_street_map.objects import read_objects
from gnnlab.data.open_street_map.rings import boxes_around, rings_around
from gnnlab.errors import DataError

ORIGIN = DataFrame({"longitude": [0.0], "latitude": [0.0]}, index=["origin"])
NEAR, FAR = "0-100 m", "100-400 m"
RADII = (100, 400)


def measured(drawing: Drawing, folder: Path) -> dict[str, float]:
    """What is not zero around the origin."""
    features = site_features(drawing.save(folder), ORIGIN, RADII).loc["origin"]
    return features[features != 0].to_dict()


def test_a_park_of_100_by_100_metres_has_10_000_square_metres(tmp_path: Path) -> None:
    drawing = Drawing()
    drawing.rectangle(150, -50, 250, 50, leisure="park")  # its farthest corner: √(250² + 50²) = 255
    assert measured(drawing, tmp_path) == {f"park area {FAR} [m2]": pytest.approx(10_000, rel=1e-3)}


def test_a_forest_west_of_the_station_fills_half_of_each_ring(tmp_path: Path) -> None:
    drawing = Drawing()
    drawing.rectangle(-1000, -1000, 0, 1000, natural="wood")
    assert measured(drawing, tmp_path) == {
        f"forest area {NEAR} [m2]": pytest.approx(pi * 100**2 / 2, rel=1e-3),  # 15,708
        f"forest area {FAR} [m2]": pytest.approx(pi * (400**2 - 100**2) / 2, rel=1e-3),  # 235,619
    }


def test_the_hole_of_a_multipolygon_is_no_part_of_it(tmp_path: Path) -> None:
    drawing = Drawing()
    outer = drawing.rectangle(-500, -500, 500, 500)
    inner = drawing.rectangle(-60, -40, 40, 60)
    drawing.multipolygon({outer: "outer", inner: "inner"}, natural="water")
    assert measured(drawing, tmp_path) == {
        # the disc of 31,416 less the hole of 100 × 100
        f"water area {NEAR} [m2]": pytest.approx(pi * 100**2 - 10_000, rel=1e-3),
        f"water area {FAR} [m2]": pytest.approx(pi * (400**2 - 100**2), rel=1e-3),
    }


def test_areas_that_overlap_are_counted_once_in_a_layer_and_once_in_another(tmp_path: Path) -> None:
    drawing = Drawing()
    drawing.rectangle(150, 0, 250, 100, leisure="park")
    drawing.rectangle(200, 0, 300, 100, leisure="garden", landuse="grass")
    assert measured(drawing, tmp_path) == {
        f"park area {FAR} [m2]": pytest.approx(150 * 100, rel=1e-3),
        f"grass area {FAR} [m2]": pytest.approx(100 * 100, rel=1e-3),
    }


def test_roads_have_the_length_of_their_part_in_each_ring(tmp_path: Path) -> None:
    drawing = Drawing()
    drawing.line((-1000, 0), (1000, 0), highway="primary")  # 2 × 100 in the disc, 2 × 300 around it
    drawing.line((0, 250), (0, 350), highway="secondary")
    drawing.line((-60, -1000), (-60, 0), (-60, 1000), highway="motorway")  # a chord: 2 √(r² - 60²)
    near, both = 2 * (100**2 - 60**2) ** 0.5, 2 * (400**2 - 60**2) ** 0.5  # 160 and 791
    assert measured(drawing, tmp_path) == {
        f"main road length {NEAR} [m]": pytest.approx(200, rel=1e-3),
        f"main road length {FAR} [m]": pytest.approx(600 + 100, rel=1e-3),
        f"motorway length {NEAR} [m]": pytest.approx(near, rel=1e-3),
        f"motorway length {FAR} [m]": pytest.approx(both - near, rel=1e-3),
    }


def test_a_ring_road_is_a_line_and_a_square_to_walk_on_is_none(tmp_path: Path) -> None:
    drawing = Drawing()
    drawing.rectangle(-150, -150, 150, 150, highway="residential")
    drawing.rectangle(-20, -20, 20, 20, highway="pedestrian", area="yes")
    assert measured(drawing, tmp_path) == {
        f"minor road length {FAR} [m]": pytest.approx(4 * 300, rel=1e-3)
    }


def test_a_school_is_one_whether_drawn_as_a_point_a_building_or_two_buildings(
    tmp_path: Path,
) -> None:
    drawing = Drawing()
    drawing.node(0, 50, amenity="school")
    drawing.node(0, 500, amenity="school")
    drawing.rectangle(200, 0, 230, 20, amenity="school", building="yes")
    first, second = (drawing.rectangle(x, 100, x + 20, 120) for x in (200, 230))
    drawing.multipolygon({first: "outer", second: "outer"}, amenity="kindergarten")
    assert measured(drawing, tmp_path) == {
        f"school count {NEAR}": 1,
        f"school count {FAR}": 2,
        f"building area {FAR} [m2]": pytest.approx(30 * 20, rel=1e-3),
    }


def test_each_station_has_its_own_surroundings(tmp_path: Path) -> None:
    drawing = Drawing()
    drawing.rectangle(150, -50, 250, 50, leisure="park")
    drawing.node(3000, 10, shop="bakery")
    places = {"longitude": [3000 / EAST, 0.0], "latitude": ["0", "0"]}
    features = site_features(drawing.save(tmp_path), DataFrame(places, index=["B", "A"]), RADII)
    assert features.index.tolist() == ["B", "A"]
    assert features[f"shop count {NEAR}"].tolist() == [1, 0]
    assert features[f"park area {FAR} [m2]"].tolist() == [0, pytest.approx(10_000, rel=1e-3)]


def test_metres_are_metres_away_from_the_equator_too(tmp_path: Path) -> None:
    latitude = 60
    φ = radians(latitude)  # metres of a degree as series, to be found in any book on geodesy
    east = 111_412.84 * cos(φ) - 93.5 * cos(3 * φ) + 0.118 * cos(5 * φ)
    north = 111_132.954 - 559.822 * cos(2 * φ) + 1.175 * cos(4 * φ)
    drawing = Drawing((east, north), latitude)
    drawing.rectangle(-150, -100, 150, 100, leisure="park")
    stations = ORIGIN.assign(latitude=float(latitude))
    features = site_features(drawing.save(tmp_path), stations, (50, 100, 200))
    found = features.filter(like="park area").loc["origin"].tolist()
    areas = [pi * 50**2, pi * 100**2, 300 * 200]
    assert np.cumsum(found).tolist() == pytest.approx(areas, rel=1e-3)


def test_rings_add_up_to_the_disc_and_the_default_reaches_3_kilometres(tmp_path: Path) -> None:
    drawing = Drawing()
    drawing.rectangle(-1234, 17, 3456, 789, landuse="industrial")
    drawing.rectangle(150, -50, 250, 50, leisure="park")
    drawing.line((-5000, 100), (5000, -2000), railway="rail")
    for x in range(0, 3000, 70):
        drawing.node(x, 0, highway="traffic_signals")
    path = drawing.save(tmp_path)
    rings = site_features(path, ORIGIN)
    disc = site_features(path, ORIGIN, (3000,))
    assert rings.shape == (1, 30 * len(LAYERS))
    assert rings.columns.is_unique
    assert not np.signbit(rings.to_numpy()).any()  # not even -0.0
    for layer in LAYERS:
        total = rings[[layer.column(r - 100, r) for r in range(100, 3001, 100)]].sum(axis=1)
        assert total.tolist() == pytest.approx(disc[layer.column(0, 3000)].tolist(), abs=0.5)


def test_a_ring_has_its_inner_circle_and_a_place_drawn_twice_adds_no_length() -> None:
    shop = next(layer for layer in LAYERS if layer.name == "shop")
    rail = next(layer for layer in LAYERS if layer.name == "railway")
    east, _ = pyproj.Proj(proj="aeqd", lon_0=0, lat_0=0, datum="WGS84")(0.001, 0)
    place, radii = np.array([[0.0, 0.0]]), np.array([east, 2 * east])
    objects = {
        shop: np.array([shapely.Point(0.001, 0)]),
        rail: np.array([shapely.LineString([(0, 0), (0, 0), (0.001, 0)])]),
    }
    found = rings_around(place, boxes_around(place, 2 * east), radii, objects)[0]
    assert found[LAYERS.index(shop)].tolist() == [0, 1]
    assert found[LAYERS.index(rail)].tolist() == pytest.approx([east, 0])


def test_objects_out_of_reach_are_not_kept(tmp_path: Path) -> None:
    drawing = Drawing()
    for x in (0, 1000, 2000):
        drawing.node(x, 0, shop="bakery")
    boxes = boxes_around(np.array([[0.0, 0.0], [2000 / EAST, 0.0]]), 500)
    (shops,) = read_objects(drawing.save(tmp_path), boxes).values()
    assert shapely.get_coordinates(shops)[:, 0].tolist() == pytest.approx([0, 2000 / EAST])


def test_pbf_holds_what_xml_holds(tmp_path: Path) -> None:
    drawing = Drawing()
    drawing.node(0, 50, amenity="school")
    drawing.line((-1000, 0), (1000, 0), highway="primary")
    way = drawing.rectangle(-50, -500, 50, 500)
    drawing.multipolygon({way: "outer"}, natural="water")
    path = drawing.save(tmp_path)
    header = osmium.FileProcessor(path).header
    with osmium.SimpleWriter(tmp_path / "drawn.osm.pbf", header=header) as writer:
        for thing in osmium.FileProcessor(path):
            writer.add(thing)
    found = site_features(str(tmp_path / "drawn.osm.pbf"), ORIGIN, RADII)
    assert (found.loc["origin"] != 0).sum() == 5
    testing.assert_frame_equal(found, site_features(path, ORIGIN, RADII))


def test_objects_in_part_or_crossed_are_left_out_and_named(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    drawing = Drawing()
    whole = drawing.rectangle(150, 0, 250, 100)
    a, b, c, d = (drawing.node(*place) for place in ((0, 0), (100, 0), (0, 100), (100, 100)))
    drawing.way([a, b, c, d, a], leisure="park")  # way 2: a bow tie
    drawing.way([a, b, 999], highway="primary")  # way 3: the extract has no node 999
    drawing.multipolygon({whole: "outer"}, leisure="park")
    drawing.multipolygon({whole: "outer", 888: "outer"}, leisure="park")
    with caplog.at_level(logging.WARNING):
        found = measured(drawing, tmp_path)
    assert found == {f"park area {FAR} [m2]": pytest.approx(10_000, rel=1e-3)}
    assert "3 objects are left out" in caplog.text
    assert "relation 2, way 2, way 3" in caplog.text


def test_a_station_near_the_edge_of_the_map_or_beyond_has_no_zeros(tmp_path: Path) -> None:
    drawing = Drawing()
    drawing.node(0, 0, amenity="school")
    path = drawing.save(tmp_path)  # its header says 0.1 degrees, 11 km, each way
    places = {"longitude": [0.0, 0.0, 0.099, 5.0], "latitude": [0.0, -0.099, 0.0, 0.0]}
    stations = DataFrame(places, index=["inside", "south", "east", "beyond"])
    with pytest.raises(DataError, match=r"ends too near to south, east, beyond or leaves it out"):
        site_features(path, stations, RADII)
    site_features(path, stations[:1], RADII)
    for latitude, longitude in ((0.099, 0.0), (0.0, -0.099)):
        place = ORIGIN.assign(latitude=latitude, longitude=longitude)
        with pytest.raises(DataError, match=r"longitudes -0\.1000 to 0\.1000 and latitudes"):
            site_features(path, place, RADII)


@pytest.mark.parametrize("longitude", [179.999, -179.999])
def test_a_circle_over_the_date_line_ends_beyond_any_map(tmp_path: Path, longitude: float) -> None:
    path = tmp_path / "world.osm"
    bounds = '<bounds minlat="-90" minlon="-180" maxlat="90" maxlon="180"/>'
    path.write_text(f'<osm version="0.6">{bounds}</osm>')
    with pytest.raises(DataError, match="ends too near to origin"):
        site_features(path, ORIGIN.assign(longitude=longitude), (200,))


def test_a_map_without_a_header_reaches_as_far_as_its_nodes(tmp_path: Path) -> None:
    drawing = Drawing()
    drawing.line((-200, -200), (200, 200), highway="primary")
    path = drawing.save(tmp_path, bounds=False)
    assert site_features(path, ORIGIN, (199,)).filter(like="main road").iloc[0, 0] > 0
    with pytest.raises(DataError, match="ends too near to origin"):
        site_features(path, ORIGIN, (201,))
    with pytest.raises(DataError, match="must hold nodes, got an empty map"):
        site_features(Drawing().save(tmp_path, bounds=False), ORIGIN)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("map.osm", "longitude,latitude\n1,2\n"),
        ("map.osm", '<osm version="0.6"><bounds minlat="-1" minlon="-1" maxlat="1" maxlon="1"/>'),
        ("map.pbf", "not a map"),
        ("map.csv", "longitude,latitude\n1,2\n"),
    ],
)
def test_what_is_no_map_is_said_so(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text)
    with pytest.raises(DataError, match=rf"{name} must be a map of OpenStreetMap \(.osm or .pbf\)"):
        site_features(tmp_path / name, ORIGIN)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"town\.pbf must be a file of OpenStreetMap, got none"):
        site_features(tmp_path / "town.pbf", ORIGIN)


def test_without_the_extra_the_error_says_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = Drawing().save(tmp_path)
    monkeypatch.setitem(sys.modules, "osmium", None)
    monkeypatch.delitem(sys.modules, "gnnlab.data.open_street_map.objects", raising=False)
    with pytest.raises(DataError, match=r"extra: pip install 'gnnlab\[osm\]', got: .*osm"):
        site_features(path, ORIGIN)


def test_stations_without_coordinates_are_named(tmp_path: Path) -> None:
    path = Drawing().save(tmp_path)
    with pytest.raises(DataError, match=r"columns longitude and latitude, got none named \['lat"):
        site_features(path, ORIGIN[["longitude"]])
    places = {"longitude": [0.0, np.nan, 0.0, 0.0], "latitude": ["0", "0", "north", "91"]}
    stations = DataFrame(places, index=["good", "nowhere", "text", "pole"])
    with pytest.raises(DataError, match="degrees, got others for nowhere, text, pole"):
        site_features(path, stations)


@pytest.mark.parametrize("radii", [(), (0, 100), (100, 100), (200, 100), (100, np.nan), (np.inf,)])
def test_radii_must_be_positive_and_increasing(tmp_path: Path, radii: tuple) -> None:
    with pytest.raises(ValueError, match="radii must be positive and increasing, got"):
        site_features(Drawing().save(tmp_path), ORIGIN, radii)
