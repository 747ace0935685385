"""The cards of ``datasets/``: what each data set is, whose it is, and what its bytes must be."""

import csv
import hashlib
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gnnlab
from gnnlab.errors import DataError
from gnnlab.graphs.labels import closest, hint


@dataclass(frozen=True)
class DataFile:
    """A file of a data set: its name, its size in bytes and its sha256 in hexadecimal."""

    name: str
    bytes: int
    sha256: str


@dataclass(frozen=True)
class Card:
    """What ``datasets/<name>/card.toml`` says.

    ``folder`` is where the files lie in the cache and in a mirror, ``sources`` are the URLs of
    upstream folders, tried in turn, ``archive`` is the URL of a zip that holds all files, perhaps
    in zips inside it. Without either the data come with gnnlab or, named in ``library``, with a
    library that it needs. ``refused`` says why a listed data set cannot be had yet.
    ``variables`` are those of readings of sensors: name, unit, kind, and in files their column.
    """

    name: str
    title: str
    kind: str
    licence: str
    citation: Sequence[str]
    folder: str = ""
    sources: Sequence[str] = ()
    archive: str = ""
    library: str = ""
    refused: str = ""
    classes: Sequence[str] = ()
    shape: Mapping[str, int] | None = None
    published: Sequence[Mapping[str, Any]] = ()
    variables: Sequence[Mapping[str, Any]] = ()
    files: Sequence[DataFile] = ()

    @property
    def path(self) -> Path:
        """The folder of the card itself, with the files that ship beside it."""
        return datasets_folder() / self.name

    @property
    def stations(self) -> list[dict[str, Any]]:
        """Name, place and type of each sensor, from ``stations.csv`` beside the card."""
        path = self.path / "stations.csv"
        if not path.is_file():
            return []
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        return [
            {
                "name": row["station"],
                "longitude": float(row["longitude"]),
                "latitude": float(row["latitude"]),
                "type": row["type"],
            }
            for row in rows
        ]

    @property
    def fetched(self) -> bool:
        """Whether the files come from elsewhere and are kept in the cache."""
        return bool(self.sources or self.archive)

    @property
    def bytes(self) -> int:
        """The size of all files."""
        return sum(file.bytes for file in self.files)

    @property
    def sha256(self) -> str:
        """One hash for the data set: of its sorted lines "hash file", joined by newlines."""
        lines = sorted(f"{file.sha256} {file.name}" for file in self.files)
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def cards() -> list[Card]:
    """All cards, by name.

    >>> [card.name for card in cards()][:3]
    ['beijing-air', 'citeseer', 'cora']
    """
    return [_read(path) for path in sorted(datasets_folder().glob("*/card.toml"))]


def card(name: str) -> Card:
    """The card of the data set ``name``.

    Raises:
        DataError: no card has this name; the message lists those that exist and offers the closest.

    >>> card("cora").shape["nodes"]
    2708
    """
    known = {card.name: card for card in cards()}
    if name not in known:
        raise DataError(
            f"a data set must be one of {', '.join(known)}, got {name!r}"
            f"{hint(closest(name, known))}"
        )
    return known[name]


def datasets_folder() -> Path:
    """The folder of the cards: in a wheel inside the package, in a checkout beside it."""
    package = Path(gnnlab.__file__).parent
    inside = package / "datasets"
    return inside if inside.is_dir() else package.parent / "datasets"


def _read(path: Path) -> Card:
    fields = tomllib.loads(path.read_text(encoding="utf-8"))
    fields["files"] = tuple(DataFile(**file) for file in fields.get("files", ()))
    return Card(**fields)
