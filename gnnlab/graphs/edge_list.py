"""Edge lists as text: csv, tsv or blanks between the columns."""

import csv
import io
import re
from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator
from itertools import chain
from operator import add
from typing import TypeAlias

import numpy as np
from jaxtyping import Int, UInt8

from gnnlab.errors import GraphError
from gnnlab.graphs.compressed import simplified
from gnnlab.graphs.graph import Graph
from gnnlab.graphs.labels import NumberLabels

KERNELS_FROM = 1 << 20  # bytes; below, Python is done before compiled kernels are loaded

_Row: TypeAlias = tuple[int, list[str], str]  # number of the line, columns, text
_Columns: TypeAlias = tuple[int, int, int | None]  # where source, target and weight stand

_SOURCES = {"source", "src", "from", "fromnodeid", "node1"}
_TARGETS = {"target", "dst", "to", "tonodeid", "node2"}
_WEIGHTS = {"weight", "value"}
_NO_NODE = re.compile(r"-\d+|\d{19,}|", re.ASCII)  # the last one is a name of no letters
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)


def read_edge_list(
    content: bytes | UInt8[np.ndarray, " byte"], name: str, *, directed: bool = False
) -> Graph:
    """The graph of an edge list: a line an edge, source, target and perhaps a weight.

    The first line says what separates the columns: tabs, else commas, else blanks. Lines from ``#``
    on and empty ones are passed over. The first line may name the columns: it does if it holds
    source and target (or from and to ...), or no number where every other line has node numbers or
    a weight. Whole numbers are node numbers if all are and they are 0 to n - 1, else, like other
    names, labels.

    Args:
        content: the bytes of the text.
        name: what to call the graph, also in messages.
        directed: whether edges carry information one way only.

    Returns:
        A graph with each edge once (:func:`gnnlab.graphs.compressed.simplified`).

    Raises:
        GraphError: no edge, or a line that is none; the message has its number and text.

    >>> graph = read_edge_list(b"from,to\\nAnn,Bob\\nBob,Ann\\n", "friends")
    >>> graph.labels, graph.num_edges, graph.duplicates
    (('Ann', 'Bob'), 1, 1)
    """
    raw = np.frombuffer(content, dtype=np.uint8) if isinstance(content, bytes) else content
    if raw[:3].tobytes() == BOM_UTF8:
        raw = raw[3:]
    edges = _pairs_of_numbers(raw, name) if len(raw) >= KERNELS_FROM else None
    if edges is None:
        return simplified(_of_rows(raw.tobytes(), name, directed))
    return simplified(_of_numbers(edges, name, directed))


def _pairs_of_numbers(raw: np.ndarray, name: str) -> Int[np.ndarray, "2 edge"] | None:
    """The edges of a text that is numbers in two columns, perhaps below a header."""
    start, end = _first_line(raw)
    line = raw[start:end].tobytes().decode(errors="replace")
    separator = _separator(line)
    row = _fields(line, separator)
    if len(row) != 2:
        return None
    columns = _columns(row) or (0, 1, None)
    begin = start if any(map(_NUMBER.fullmatch, row)) else end

    from gnnlab.graphs.edge_list_kernels import parse_pairs

    edges, malformed = parse_pairs(raw[begin:], ord(separator))
    if malformed >= 0:
        place = begin + malformed
        line = raw[place : _line_end(raw, place)].tobytes().split(b"\r")[0].decode(errors="replace")
        if not _is_edge(_fields(line, separator), 2, columns):
            raise _malformed(name, int((raw[:place] == ord("\n")).sum()) + 1, line, 2)
        return None
    if edges.size == 0:
        return None
    return edges if columns[0] == 0 else edges[::-1]


def _of_numbers(edges: Int[np.ndarray, "2 edge"], name: str, directed: bool) -> Graph:
    highest = int(edges.max())
    if highest < 4 * edges.size + 1000:
        present = np.zeros(highest + 1, dtype=bool)
        for ends in edges:
            present[ends] = True
        if present.all():
            return Graph(edges, highest + 1, directed=directed, name=name)
    numbers, place = np.unique(edges, return_inverse=True)
    edges = place.reshape(edges.shape)  # flat in numpy 1
    labels = NumberLabels(numbers.astype(np.int64))
    return Graph(edges, len(numbers), labels=labels, directed=directed, name=name)


def _of_rows(content: bytes, name: str, directed: bool) -> Graph:
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        raise GraphError(f"{name} must be text in UTF-8, got {error}") from error
    rows = _rows(text)
    first = next(rows, None)
    if first is None:
        raise GraphError(f"{name} must hold at least one edge, got none")
    head = first[1]
    width = max(len(head), 2)
    columns = _columns(head)
    source, target, weight = columns or (0, 1, 2 if width == 3 else None)

    def parsed(rows: Iterable[_Row]) -> tuple[list[str], list[float]]:
        ends: list[str] = []
        weights: list[float] = []
        for number, row, line in rows:
            if not _is_edge(row, width, (source, target, weight)):
                raise _malformed(name, number, line, width)
            ends += [row[source], row[target]]
            if weight is not None:
                weights.append(float(row[weight]))
        return ends, weights

    if any(map(_NUMBER.fullmatch, head)):
        ends, weights = parsed(chain([first], rows))
    else:
        ends, weights = parsed(rows)
        is_header = columns or (ends and (weights or _are_numbers(ends)))
        if not is_header:
            ends, weights = map(add, parsed([first]), (ends, weights))
    if not ends:
        raise GraphError(f"{name} must hold at least one edge, got none")
    if _are_numbers(ends):
        graph = _of_numbers(np.array(ends, dtype=np.int64).reshape(-1, 2).T, name, directed)
    else:
        pairs = zip(ends[::2], ends[1::2], strict=True)
        graph = Graph.from_edges(pairs, directed=directed, name=name)
    return graph.with_weight(np.array(weights)) if weights else graph


def _are_numbers(ends: list[str]) -> bool:
    return all(end.isascii() and end.isdecimal() for end in ends)


def _rows(text: str) -> Iterator[_Row]:
    """Number, columns and text of each line that says something."""
    separator = ""
    for number, line in enumerate(io.StringIO(text, newline=None), start=1):
        if line.strip() and not line.lstrip().startswith("#"):
            separator = separator or _separator(line)
            yield number, _fields(line, separator), line.rstrip("\n")


def _separator(line: str) -> str:
    stripped = line.strip()
    return next((each for each in "\t," if each in stripped), " ")


def _fields(line: str, separator: str) -> list[str]:
    """The columns of a line; none where quotes are too long to be read."""
    if separator == " ":
        return line.split()
    if separator == "\t":
        return [field.strip() for field in line.strip().split("\t")]
    try:
        return [field.strip() for field in next(csv.reader([line.strip()]), [])]
    except csv.Error:
        return []


def _columns(row: list[str]) -> _Columns | None:
    """Where source, target and weight stand, if the row is a header."""
    names = [field.lower() for field in row]
    source, target, weight = (
        next((place for place, name in enumerate(names) if name in known), None)
        for known in (_SOURCES, _TARGETS, _WEIGHTS)
    )
    return None if source is None or target is None else (source, target, weight)


def _is_edge(row: list[str], width: int, columns: _Columns) -> bool:
    source, target, weight = columns
    return (
        len(row) == width
        and not any(map(_NO_NODE.fullmatch, (row[source], row[target])))
        and (weight is None or _NUMBER.fullmatch(row[weight]) is not None)
    )


def _first_line(raw: np.ndarray) -> tuple[int, int]:
    """Where the first line that is neither empty nor a comment begins and ends."""
    start = 0
    while start < len(raw):
        end = _line_end(raw, start)
        line = raw[start:end].tobytes().strip()
        if line and not line.startswith(b"#"):
            return start, end
        start = end + 1
    return start, start


def _line_end(raw: np.ndarray, start: int) -> int:
    for low in range(start, len(raw), 65_536):
        ends = np.flatnonzero(raw[low : low + 65_536] == ord("\n"))
        if len(ends):
            return low + int(ends[0])
    return len(raw)


def _malformed(name: str, number: int, line: str, columns: int) -> GraphError:
    line = line.rstrip("\r")
    shown = line if len(line) <= 60 else line[:57] + "..."
    return GraphError(
        f"{name}, line {number}: an edge must be {columns} columns, "
        f"node numbers from 0 to 10^18 or names, got {shown!r}"
    )
