"""Edge lists as text: csv, tsv or blanks between the columns."""

import csv
import re
from collections.abc import Iterator

import numpy as np

from gnnlab.errors import GraphError
from gnnlab.graphs.compressed import simplified
from gnnlab.graphs.graph import Graph, NumberLabels

_SOURCES = {"source", "src", "from", "fromnodeid", "node1"}
_TARGETS = {"target", "dst", "to", "tonodeid", "node2"}
_WEIGHTS = {"weight", "value"}


def read_edge_list(content: bytes | np.ndarray, name: str, *, directed: bool = False) -> Graph:
    """The graph of an edge list: a line an edge, source, target and perhaps a weight.

    Commas, tabs or blanks separate the columns. Lines from ``#`` on and empty ones are passed over.
    A first line that names the columns (source and target, from and to ...) is understood. Whole
    numbers are node numbers if they are 0 to n - 1, else, like other names, labels.

    Args:
        content: the bytes of the text.
        name: what to call the graph, also in messages.
        directed: whether edges carry information one way only.

    Returns:
        A graph with each edge once; with weights, parallel edges stay and add up in A.

    Raises:
        GraphError: no edge, or a line that is none; the message has its number and text.
    """
    raw = np.frombuffer(content, dtype=np.uint8) if isinstance(content, bytes) else content
    first = _first_line(raw)
    if re.fullmatch(rb"\s*\d+(\s+|\s*,\s*)\d+\s*", first):
        from gnnlab.graphs.edge_list_kernels import parse_pairs

        edges, malformed = parse_pairs(raw)
        if malformed >= 0:
            number = int((raw[:malformed] == ord("\n")).sum()) + 1
            raise _malformed(name, number, _line_at(raw, malformed), 2)
        return simplified(_of_numbers(edges, name, directed))
    graph = _of_names(raw.tobytes(), name, directed)
    return simplified(graph) if graph.weight is None else graph


def _of_numbers(edges: np.ndarray, name: str, directed: bool) -> Graph:
    if edges.size == 0:
        raise GraphError(f"{name} must hold at least one edge, got none")
    highest = int(edges.max())
    if highest < 4 * edges.size + 1000:
        present = np.zeros(highest + 1, dtype=bool)
        for ends in edges:
            present[ends] = True
        if present.all():
            return Graph(edges, highest + 1, directed=directed, name=name)
    numbers, edges = np.unique(edges, return_inverse=True)
    return Graph(edges, len(numbers), labels=NumberLabels(numbers), directed=directed, name=name)


def _of_names(content: bytes, name: str, directed: bool) -> Graph:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise GraphError(f"{name} must be text in UTF-8, got {error}") from error
    rows = _rows(text)
    number, row, line = next(rows, (0, [], ""))
    columns = _columns(row)
    ends: list[str] = []
    weights: list[float] = []
    if columns is None:
        columns = (0, 1, 2 if len(row) == 3 else None)
        rows = _again(number, row, line, rows)
    source, target, weight = columns
    width = len(row)
    for number, row, line in rows:
        if len(row) != width or width < 2:
            raise _malformed(name, number, line, max(width, 2))
        ends += [row[source], row[target]]
        if weight is not None:
            try:
                weights.append(float(row[weight]))
            except ValueError as error:
                raise _malformed(name, number, line, width) from error
    if all(end.isascii() and end.isdecimal() and len(end) < 19 for end in ends):
        graph = _of_numbers(np.array(ends, dtype=np.int64).reshape(-1, 2).T, name, directed)
    else:
        pairs = zip(ends[::2], ends[1::2], strict=True)
        graph = Graph.from_edges(pairs, directed=directed, name=name)
    return graph.with_weight(np.array(weights)) if weights else graph


def _rows(text: str) -> Iterator[tuple[int, list[str], str]]:
    """Number, columns and text of each line that says something."""
    for number, line in enumerate(text.splitlines(), start=1):
        stripped = line.strip()
        if not stripped or stripped.startswith("#"):
            continue
        if "," in stripped:
            row = [field.strip() for field in next(csv.reader([stripped]))]
        elif "\t" in stripped:
            row = [field.strip() for field in stripped.split("\t")]
        else:
            row = stripped.split()
        yield number, row, line


def _again(
    number: int, row: list[str], line: str, rows: Iterator[tuple[int, list[str], str]]
) -> Iterator[tuple[int, list[str], str]]:
    """The rows with a first one put back."""
    if row:
        yield number, row, line
    yield from rows


def _columns(row: list[str]) -> tuple[int, int, int | None] | None:
    """Where source, target and weight stand, if the row is a header."""
    names = [field.lower() for field in row]
    found = [
        next((place for place, name in enumerate(names) if name in known), None)
        for known in (_SOURCES, _TARGETS, _WEIGHTS)
    ]
    source, target, weight = found
    return None if source is None or target is None else (source, target, weight)


def _first_line(raw: np.ndarray) -> bytes:
    """The first line that is neither empty nor a comment."""
    start = 0
    while start < len(raw):
        line = _line_at(raw, start).encode()
        if line.strip() and not line.lstrip().startswith(b"#"):
            return line
        ends = np.flatnonzero(raw[start : start + 65_536] == ord("\n"))
        start += int(ends[0]) + 1 if len(ends) else 65_536
    return b""


def _line_at(raw: np.ndarray, start: int) -> str:
    return raw[start : start + 1000].tobytes().split(b"\n")[0].decode(errors="replace").rstrip("\r")


def _malformed(name: str, number: int, line: str, columns: int) -> GraphError:
    shown = line if len(line) <= 60 else line[:57] + "..."
    return GraphError(
        f"{name}, line {number}: an edge must be {columns} columns, "
        f"node numbers from 0 to 10^18 or names, got {shown!r}"
    )
