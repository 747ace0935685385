"""The layers of a map: which OpenStreetMap tags belong together, and what is measured of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Measure = Literal["area", "length", "count"]
UNITS: dict[Measure, str] = {"area": " [m2]", "length": " [m]", "count": ""}


@dataclass(frozen=True)
class Layer:
    """Objects of one kind, found by their tags.

    Args:
        name: what the objects are.
        measure: what is summed: areas, lengths, or the number of objects.
        tags: ``key=value value ...``; ``*`` for any value but ``no``.
    """

    name: str
    measure: Measure
    tags: tuple[str, ...]

    def column(self, inner: float, outer: float) -> str:
        """The name of what is measured in one ring, with its unit.

        >>> Layer("park", "area", ("leisure=park",)).column(100, 200)
        'park area 100-200 m [m2]'
        """
        return f"{self.name} {self.measure} {inner:g}-{outer:g} m{UNITS[self.measure]}"


LAYERS = (
    Layer("building", "area", ("building=*",)),
    Layer("residential", "area", ("landuse=residential",)),
    Layer("commercial", "area", ("landuse=commercial retail",)),
    Layer("industrial", "area", ("landuse=industrial quarry port landfill", "man_made=works")),
    Layer("construction", "area", ("landuse=construction brownfield",)),
    Layer("parking", "area", ("amenity=parking",)),
    Layer("park", "area", ("leisure=park garden playground golf_course nature_reserve",)),
    Layer("forest", "area", ("landuse=forest", "natural=wood")),
    Layer(
        "grass",
        "area",
        ("landuse=grass meadow recreation_ground", "natural=grassland heath scrub"),
    ),
    Layer("farmland", "area", ("landuse=farmland farmyard orchard vineyard",)),
    Layer("water", "area", ("natural=water", "landuse=reservoir basin", "waterway=riverbank")),
    Layer("motorway", "length", ("highway=motorway motorway_link trunk trunk_link",)),
    Layer("main road", "length", ("highway=primary primary_link secondary secondary_link",)),
    Layer(
        "minor road",
        "length",
        ("highway=tertiary tertiary_link unclassified residential living_street service",),
    ),
    Layer("path", "length", ("highway=footway cycleway path pedestrian",)),
    Layer("railway", "length", ("railway=rail light_rail tram narrow_gauge",)),
    Layer("waterway", "length", ("waterway=river canal stream",)),
    Layer("traffic signal", "count", ("highway=traffic_signals",)),
    Layer("bus stop", "count", ("highway=bus_stop",)),
    Layer("fuel station", "count", ("amenity=fuel",)),
    Layer("restaurant", "count", ("amenity=restaurant fast_food cafe",)),
    Layer("school", "count", ("amenity=school kindergarten college university",)),
    Layer("hospital", "count", ("amenity=hospital clinic",)),
    Layer("shop", "count", ("shop=*",)),
    Layer("plant", "count", ("man_made=works chimney", "power=plant")),
)


def _by_tag() -> dict[tuple[str, str], list[Layer]]:
    found: dict[tuple[str, str], list[Layer]] = {}
    for layer in LAYERS:
        for tag in layer.tags:
            key, values = tag.split("=")
            for value in values.split():
                found.setdefault((key, value), []).append(layer)
    return found


_BY_TAG = _by_tag()
KEYS = tuple(sorted({key for key, _ in _BY_TAG}))


def layers_of(tags: Iterable[tuple[str, str]]) -> set[Layer]:
    """The layers that an object with these tags belongs to.

    >>> sorted(layer.name for layer in layers_of([("building", "yes"), ("amenity", "school")]))
    ['building', 'school']
    >>> layers_of([("building", "no")])
    set()
    """
    found: set[Layer] = set()
    for key, value in tags:
        found.update(_BY_TAG.get((key, value), ()))
        if value != "no":
            found.update(_BY_TAG.get((key, "*"), ()))
    return found
