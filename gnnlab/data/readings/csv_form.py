"""The form of a CSV: what separates its columns, where its header ends, where its rows stand."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from gnnlab.errors import DataError

_SEPARATORS = "\t;|,"
_SAMPLE = 50  # lines that the separator is found by


@dataclass(frozen=True)
class Header:
    """The first line with as many fields as most lines have.

    Args:
        separator: between columns.
        names: of columns; ``"column 3"`` where there is none.
        line: its number, from 1.
        end: where the next line starts, in characters.
    """

    separator: str
    names: list[str]
    line: int
    end: int


def csv_header(text: str, path: Path) -> Header:
    """The header of a CSV; the separator is the one that most lines agree on.

    Raises:
        DataError: no separator gives two columns.

    >>> csv_header("My network\\nZeit;PM2.5\\n1.1.2021;3,5\\n2.1.2021;4,5\\n", Path("a.csv"))
    Header(separator=';', names=['Zeit', 'PM2.5'], line=2, end=22)
    """
    head = list(islice(io.StringIO(text[: 1 << 20], newline=""), _SAMPLE))
    fits = {}
    for separator in _SEPARATORS:
        widths = Counter(len(row) for _, row in csv_rows(head, separator, path))
        width, lines = widths.most_common(1)[0]
        if width > 1:
            fits[separator] = (lines / widths.total(), width)
    if not fits:
        raise DataError(
            f"{path} must be a table with at least 2 columns (separated by comma, semicolon, tab "
            f"or |), got {text.strip().splitlines()[0][:60]!r}"
        )
    separator = max(fits, key=lambda each: fits[each][0])
    reader = csv.reader(head, delimiter=separator)
    row = next(row for row in reader if len(row) == fits[separator][1])
    names = [name.strip() or f"column {number}" for number, name in enumerate(row, 1)]
    end = sum(len(line) for line in head[: reader.line_num])
    return Header(separator, names, reader.line_num, end)


def csv_rows(
    lines: Iterator[str] | list[str], separator: str, path: Path, before: int = 0
) -> Iterator[tuple[int, list[str]]]:
    """The number of the line at which each row starts, and its fields; blank lines are none.

    Args:
        lines: of the file.
        separator: between columns.
        path: of the file, for messages.
        before: how many lines stand before these.

    Raises:
        DataError: a quote that is not closed for very long.
    """
    reader = csv.reader(lines, delimiter=separator)
    start = before + 1
    try:
        for row in reader:
            if row:
                yield start, row
            start = before + reader.line_num + 1
    except csv.Error as error:
        raise DataError(f"{path}, line {start}: must be a row of a CSV, got: {error}") from error
