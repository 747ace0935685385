"""Tables of words: CSV with any separator and encoding, and Parquet."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from gnnlab.data.issue import Issue
from gnnlab.data.readings.csv_form import csv_header, csv_rows
from gnnlab.data.readings.texts import decoded, file_bytes
from gnnlab.errors import DataError


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

    def text(self, row: int) -> str:
        """What stands in a row; empty where nothing does."""
        code = self.codes[row]
        return "" if code < 0 else plain_text(self.words[code])


def plain_text(word: object) -> str:
    """A word as text; a whole number without a point, so that 2021030405.0 is a time."""
    return str(word).strip().removesuffix(".0")


def joined_column(columns: Sequence[Column], mark: str, width: int = 0) -> Column:
    """One column of the words of several; empty where one of them is.

    Args:
        columns: of the same rows.
        mark: between the words.
        width: of each word, with zeros before it.
    """
    codes = np.zeros(len(columns[0].codes), np.int64)
    for column in columns:
        codes = codes * (len(column.words) + 1) + column.codes + 1
    _, rows, place = np.unique(codes, return_index=True, return_inverse=True)
    found = [[column.text(row) for column in columns] for row in rows.tolist()]
    words = [mark.join(word.zfill(width) for word in each) if all(each) else "" for each in found]
    return Column(np.array(words, dtype=object), place)


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
        lines = io.StringIO(self.text, newline="")
        rows = csv_rows(lines, self.separator, self.path, self.lines_before)
        return [line for line, _ in rows]


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
    header = csv_header(text, path)
    if before := header.line - 1:
        issues.append(Issue("lines before the header", before, "left out", f"{path.name}, line 1"))
    _check_names(header.names, path)
    rows = text[header.end :]
    words = pyarrow.dictionary(pyarrow.int32(), pyarrow.string())
    if not rows or rows.isspace():
        raise DataError(f"{path} must hold rows, got a header only")
    try:
        found = read_csv(
            pyarrow.py_buffer(rows.encode()),
            # Arrow's threads now and then abort a program that ends soon after: status 134.
            ReadOptions(column_names=header.names, use_threads=False),
            ParseOptions(delimiter=header.separator, newlines_in_values='"' in rows),
            ConvertOptions(column_types=dict.fromkeys(header.names, words)),
        )
    except pyarrow.ArrowInvalid as error:
        for line, row in csv_rows(
            io.StringIO(rows, newline=""), header.separator, path, header.line
        ):
            if len(row) != len(header.names):
                raise DataError(
                    f"{path}, line {line}: must have {len(header.names)} fields, got {len(row)}"
                ) from error
        raise DataError(f"{path} must be a CSV, got: {error}") from error
    columns = {name: _column(found[name]) for name in header.names}
    table = Table(path, columns, rows, header.line, header.separator, tuple(issues))
    if '"' in rows:
        _check_quotes(table)
    return table


def _check_quotes(table: Table) -> None:
    """Refuse a quote that was never closed, or lines further down: it has swallowed rows."""
    for name, column in table.columns.items():
        for code, word in enumerate(column.words):
            if word.count("\n") > 1:
                row = int(np.argmax(column.codes == code))
                raise DataError(
                    f"{table.place(row)}: a quote must be closed in its line, got {name} of "
                    f"{word.count(chr(10)) + 1} lines"
                )


def _check_names(names: Sequence[str], path: Path) -> None:
    if twice := [name for name, count in Counter(names).items() if count > 1]:
        raise DataError(f"columns of {path} must have different names, got {twice[0]!r} twice")


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
