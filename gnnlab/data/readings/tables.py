"""Tables of words: CSV with any separator and encoding, and Parquet."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from gnnlab.data.issue import Issue
from gnnlab.data.readings.texts import decoded, file_bytes
from gnnlab.errors import DataError

SEPARATORS = "\t;|,"
_SAMPLE = 50  # lines that the separator is found by


@dataclass(frozen=True, eq=False)
class Column:
    """Each different word of a column once, and which of them stands in each row.

    What a word means is worked out once, however many rows hold it.

    Args:
        words: text; numbers or times where the file has types, [word].
        codes: numbers of words, -1 where there is nothing, [row].
    """

    words: np.ndarray
    codes: np.ndarray

    def spread(self, meanings: np.ndarray, nothing: object) -> np.ndarray:
        """What each row means, given what each word means."""
        return np.append(meanings, np.array([nothing], meanings.dtype))[self.codes]


@dataclass(frozen=True, eq=False)
class Table:
    """A file's columns, with what it takes to tell where a row stands in it.

    Args:
        path: of the file.
        columns: by name.
        text: of the file from the first row on; empty if it has no lines (Parquet).
        lines_before: how many lines stand before that.
        separator: between columns.
        issues: what was found when it was opened.
    """

    path: Path
    columns: Mapping[str, Column]
    text: str = ""
    lines_before: int = 0
    separator: str = ""
    issues: Sequence[Issue] = ()

    @property
    def num_rows(self) -> int:
        """How many rows there are."""
        return len(next(iter(self.columns.values())).codes)

    @property
    def decimal_comma(self) -> bool:
        """Whether a comma in a number is its decimal point: where it does not separate columns."""
        return self.separator != ","

    def place(self, row: int) -> str:
        """Where a row stands, such as ``"readings.csv, line 12"``."""
        if not self.text:
            return f"{self.path.name}, row {row + 1}"
        return f"{self.path.name}, line {self._lines[row]}"

    @cached_property
    def _lines(self) -> Sequence[int]:
        first = self.lines_before + 1
        if self.text.count("\n") + (not self.text.endswith("\n")) == self.num_rows:
            return range(first, first + self.num_rows)  # a row a line
        reader = csv.reader(io.StringIO(self.text, newline=""), delimiter=self.separator)
        lines, start = [], first
        for row in reader:
            if row:
                lines.append(start)
            start = self.lines_before + reader.line_num + 1
        return lines


def open_table(path: str | Path) -> Table:
    """The columns of a CSV (perhaps packed by gzip, any separator and encoding) or Parquet file.

    Lines before the header are left out and said: the header is the first line with as many fields
    as most lines have.

    Raises:
        DataError: a file that is missing, cannot be read, holds no table or no row, has columns
            of the same name, or (with its line) a row with another number of fields.
    """
    path = Path(path)
    content = file_bytes(path)
    table = _parquet(path) if content.startswith(b"PAR1") else _csv(content, path)
    if not table.num_rows:
        raise DataError(f"{path} must hold rows, got a header only")
    return table


def _parquet(path: Path) -> Table:
    from pyarrow import ArrowException, parquet

    try:
        found = parquet.read_table(path)
        _check_names(found.column_names, path)
        return Table(path, {name: _column(found[name]) for name in found.column_names})
    except (ArrowException, OSError) as error:
        raise DataError(
            f"{path} must be a whole Parquet file of numbers, words and times, got: {error}"
        ) from error


def _csv(content: bytes, path: Path) -> Table:
    import pyarrow
    from pyarrow.csv import ConvertOptions, ParseOptions, ReadOptions, read_csv

    text, encoding = decoded(content, path)
    issues = []
    if encoding in ("cp1252", "latin-1"):
        issues.append(Issue("guessed encoding", 1, f"read as {encoding}", path.name))
    separator, names, before, start = _header(text, path)
    if before > 1:
        issues.append(
            Issue("lines before the header", before - 1, "left out", f"{path.name}, line 1")
        )
    _check_names(names, path)
    rows = text[start:]
    words = pyarrow.dictionary(pyarrow.int32(), pyarrow.string())
    if not rows or rows.isspace():
        raise DataError(f"{path} must hold rows, got a header only")
    try:
        found = read_csv(
            pyarrow.py_buffer(rows.encode()),
            ReadOptions(column_names=names),
            ParseOptions(delimiter=separator, newlines_in_values='"' in rows),
            ConvertOptions(column_types=dict.fromkeys(names, words)),
        )
    except pyarrow.ArrowInvalid as error:
        raise DataError(_ragged(rows, separator, len(names), before, path) or str(error)) from error
    columns = {name: _column(found[name]) for name in names}
    return Table(path, columns, rows, before, separator, tuple(issues))


def _header(text: str, path: Path) -> tuple[str, list[str], int, int]:
    """The separator, the names, the number of lines up to the header, and where it ends."""
    head = text[: 1 << 20].splitlines(keepends=True)[:_SAMPLE]
    fit = {}
    for separator in SEPARATORS:
        widths = [len(row) for row in csv.reader(head, delimiter=separator) if row]
        width, lines = Counter(widths).most_common(1)[0]
        if width > 1:
            fit[separator] = (lines / len(widths), width)
    if not fit:
        raise DataError(
            f"{path} must be a table with at least 2 columns (separated by comma, semicolon, tab "
            f"or |), got {head[0].strip()[:60]!r}"
        )
    separator = max(fit, key=lambda each: fit[each][0])
    reader = csv.reader(head, delimiter=separator)
    names = next(row for row in reader if len(row) == fit[separator][1])
    before = reader.line_num
    names = [name.strip() or f"column {number}" for number, name in enumerate(names, 1)]
    return separator, names, before, sum(len(line) for line in head[:before])


def _check_names(names: Sequence[str], path: Path) -> None:
    if twice := [name for name, count in Counter(names).items() if count > 1]:
        raise DataError(f"columns of {path} must have different names, got {twice[0]!r} twice")


def _ragged(rows: str, separator: str, width: int, before: int, path: Path) -> str:
    """What to say of the first row that has not ``width`` fields; empty if all have."""
    reader = csv.reader(io.StringIO(rows, newline=""), delimiter=separator)
    start = before + 1
    for row in reader:
        if row and len(row) != width:
            return f"{path}, line {start}: must have {width} fields, got {len(row)}"
        start = before + reader.line_num + 1
    return ""


def _column(found: Any) -> Column:
    """Words and codes of pyarrow's chunked array."""
    import pyarrow
    from pyarrow import types

    kind = found.type
    if types.is_integer(kind) or types.is_floating(kind) or types.is_boolean(kind):
        words = found.to_numpy()
        return Column(words, np.arange(len(words)))
    if types.is_dictionary(kind):
        whole = found.cast(pyarrow.dictionary(pyarrow.int32(), kind.value_type))
    else:
        whole = found.dictionary_encode()
    whole = pyarrow.chunked_array(whole.unify_dictionaries().chunks, whole.type).combine_chunks()
    words = whole.dictionary.to_pylist()
    if types.is_timestamp(whole.type.value_type):
        zone = "Z" if whole.type.value_type.tz else ""
        times = whole.dictionary.to_numpy(zero_copy_only=False).astype("datetime64[s]")
        words = [f"{time}{zone}" for time in times]
    return Column(
        np.array([str(word) for word in words], dtype=object),
        whole.indices.fill_null(-1).to_numpy(),
    )
