"""A map drawn by hand, on the equator, where a pencil knows the metres of a degree.

One degree eastwards is 6,378,137 m π/180 = 111,319.49 m, one degree northwards (the curvature of a
meridian being 6,335,439.33 m there) 110,574.28 m. A map's seven digits round places to 0.01 m.
"""

from pathlib import Path

EAST, NORTH = 111_319.4908, 110_574.2758


class Drawing:
    """A map drawn with a pencil, in metres east and north of a place."""

    def __init__(self, metres: tuple[float, float] = (EAST, NORTH), latitude: float = 0):
        self.metres = metres
        self.latitude = latitude
        self.nodes: list[str] = []
        self.ways: list[str] = []
        self.relations: list[str] = []

    def node(self, x: float, y: float, **tags: str) -> int:
        number = len(self.nodes) + 1
        place = f'lon="{x / self.metres[0]:.7f}" lat="{self.latitude + y / self.metres[1]:.7f}"'
        self.nodes.append(f'<node id="{number}" {place}>{written(tags)}</node>')
        return number

    def line(self, *corners: tuple[float, float], **tags: str) -> int:
        return self.way([self.node(*corner) for corner in corners], **tags)

    def way(self, nodes: list[int], **tags: str) -> int:
        number = len(self.ways) + 1
        references = "".join(f'<nd ref="{node}"/>' for node in nodes)
        self.ways.append(f'<way id="{number}">{references}{written(tags)}</way>')
        return number

    def rectangle(self, west: float, south: float, east: float, north: float, **tags: str) -> int:
        corners = (west, south), (east, south), (east, north), (west, north)
        nodes = [self.node(*corner) for corner in corners]
        return self.way([*nodes, nodes[0]], **tags)

    def multipolygon(self, members: dict[int, str], **tags: str) -> None:
        number = len(self.relations) + 1
        references = "".join(
            f'<member type="way" ref="{way}" role="{role}"/>' for way, role in members.items()
        )
        written_tags = written({"type": "multipolygon"} | tags)
        self.relations.append(f'<relation id="{number}">{references}{written_tags}</relation>')

    def save(self, folder: Path, bounds: bool = True) -> Path:
        path = folder / "drawn.osm"
        south, north = self.latitude - 0.1, self.latitude + 0.1
        box = f'<bounds minlat="{south}" minlon="-0.1" maxlat="{north}" maxlon="0.1"/>'
        body = "\n".join([box if bounds else "", *self.nodes, *self.ways, *self.relations])
        path.write_text(f'<?xml version="1.0" encoding="UTF-8"?>\n<osm version="0.6">{body}</osm>')
        return path


def written(tags: dict[str, str]) -> str:
    return "".join(f'<tag k="{key}" v="{value}"/>' for key, value in tags.items())
