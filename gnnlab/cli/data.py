"""``gnnlab data``: what data sets there are, whose they are, where they lie."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gnnlab.cli.console import message, print_json, print_table, progress
from gnnlab.cli.verb import Verb
from gnnlab.errors import DataError
from gnnlab.reports.words import counted

if TYPE_CHECKING:
    from gnnlab.data import NodeDataset, SensorSeries


@click.group()
def data() -> None:
    """List, fetch and check data sets."""


@data.command("list", cls=Verb)
def list_(as_json: bool) -> None:
    """List the data sets, and which of them are here."""
    from gnnlab.data import cards

    described = [_describe(card) for card in cards()]
    if as_json:
        print_json({"datasets": described})
        return
    print_table(
        ["name", "state", "size", "what"],
        [[one["name"], one["state"], _size(one["bytes"]), one["title"]] for one in described],
    )


@data.command(cls=Verb)
@click.argument("name")
def show(name: str, as_json: bool) -> None:
    """Print the card of NAME: licence, citation, shape, where it lies, published results."""
    from gnnlab.data import card

    described = _describe(card(name))
    if as_json:
        print_json(described)
        return
    for key in ("name", "title", "state", "refused", "library", "folder", "licence"):
        if described[key]:
            click.echo(f"{key:<10} {described[key]}")
    if described["files"]:
        files = counted(len(described["files"]), "file")
        click.echo(f"{'size':<10} {_size(described['bytes'])} in {files}")
    for source in described["sources"]:
        click.echo(f"{'source':<10} {source}")
    for citation in described["citation"]:
        click.echo(f"{'cite':<10} {citation}")
    for key, value in described["shape"].items():
        click.echo(f"{key.replace('_', ' '):<15} {value:>7,}")
    for rows in (described["variables"], described["stations"]):
        if rows:
            click.echo()
            print_table(list(rows[0]), [[_said(*fact) for fact in row.items()] for row in rows])
    for row in described["published"]:
        facts = ", ".join(
            f"{key.replace('_', ' ')} {_said(key, value)}"
            for key, value in row.items()
            if key not in ("model", "source")
        )
        click.echo(f"{'published':<10} {row['model']}: {facts} ({row['source']})")


@data.command(cls=Verb)
@click.argument("name")
def get(name: str, as_json: bool) -> None:
    """Fetch NAME into the cache, if it is not there, and print its folder."""
    from gnnlab.data import card

    found = card(name)
    paths = fetch_with_progress(found)
    if as_json:
        print_json({"name": name, "files": {file: str(path) for file, path in paths.items()}})
    else:
        for folder in sorted({str(path.parent) for path in paths.values()}):
            click.echo(folder)
    if not paths:
        message(f"{name} needs no files: it comes with {found.library or 'gnnlab'}")


@data.command(cls=Verb)
@click.argument("name")
def verify(name: str, as_json: bool) -> None:
    """Check the files of NAME against their hashes, without fetching any."""
    from gnnlab.data import card, load
    from gnnlab.data import verify as states_of

    found = card(name)
    if found.refused:
        raise DataError(f"{name} cannot be verified: {found.refused}")
    states = states_of(found)
    if found.library:
        load(name)
        states = {f"{name} of {found.library}": "intact"}
    if as_json:
        print_json({"name": name, "files": states, "intact": set(states.values()) <= {"intact"}})
    elif states:
        print_table(["file", "state"], list(states.items()))
    else:
        click.echo(f"{name} has no files: it comes with gnnlab")
    wrong = [file for file, state in states.items() if state != "intact"]
    if wrong:
        raise DataError(
            f"the files of {name} must all be here and intact, got {len(wrong)} that are not "
            f"(gnnlab data get {name} fetches them)"
        )


def fetch_with_progress(card: Any) -> dict[str, Path]:
    """Fetch a data set, with a progress bar."""
    from gnnlab.data import fetch

    with _fetching(card) as count:
        return fetch(card, count)


def load_nodes_with_progress(name: str) -> "NodeDataset":
    """Load a data set of nodes, with a progress bar while it is fetched."""
    from gnnlab.data import card, load_nodes

    with _fetching(card(name)) as count:
        return load_nodes(name, count)


def load_series_with_progress(name: str) -> "SensorSeries":
    """Load a data set of sensors, with a progress bar while it is fetched."""
    from gnnlab.data import card, load_series

    with _fetching(card(name)) as count:
        return load_series(name, count)


@contextmanager
def _fetching(card: Any) -> Iterator[Callable[[int], None]]:
    total = None if card.archive else card.bytes  # a card does not know how large a zip is
    of_total = "" if card.archive else "/{task.total:,.0f}"
    with progress(f"{{task.completed:,.0f}}{of_total} bytes") as bar:
        task = bar.add_task(f"fetching {card.name}", total=total)
        yield lambda count: bar.advance(task, count)


def _describe(card: Any) -> dict[str, Any]:
    from gnnlab.data import cached_path
    from gnnlab.data import verify as states_of

    states = set(states_of(card).values())
    if card.refused:
        state = "refused"
    elif not card.fetched:
        state = "built in"
    else:
        state = next((one for one in ("damaged", "missing") if one in states), "intact")
    on_disk = () if card.library else card.files
    folders = sorted({str(cached_path(card, file).parent) for file in on_disk})
    return {
        "name": card.name,
        "title": card.title,
        "state": state,
        "refused": card.refused or None,
        "library": card.library or None,
        "folder": folders[0] if folders else None,
        "licence": card.licence,
        "citation": list(card.citation),
        "sources": [*card.sources, card.archive] if card.archive else list(card.sources),
        "bytes": card.bytes,
        "files": [file.name for file in card.files],
        "sha256": card.sha256 if card.files else None,
        "shape": dict(card.shape or {}),
        "variables": [dict(row) for row in card.variables],
        "stations": card.stations,
        "published": [dict(row) for row in card.published],
    }


def _said(key: str, value: Any) -> str:
    return f"{100 * value:.4g} %" if key in ("missing", "test_accuracy") else str(value)


def _size(count: int) -> str:
    if count < 1000:
        return f"{count} B" if count else "-"
    return f"{count / 1e6:,.1f} MB" if count >= 1e6 else f"{count / 1e3:,.1f} kB"
