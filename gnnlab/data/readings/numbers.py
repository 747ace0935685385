"""What the words of a column say as numbers."""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np
from jaxtyping import Float

from gnnlab.data.readings.findings import Findings
from gnnlab.data.readings.tables import Table
from gnnlab.errors import DataError

# Words that say in words that there is no value.
MISSING = {"", "na", "n/a", "#n/a", "nan", "null", "none", "nil", "missing", "-", "--", ".", "?"}
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?|[+-]?inf(inity)?", re.IGNORECASE)


def is_missing(word: object) -> bool:
    """Whether a word says that there is no value."""
    return str(word).strip().lower() in MISSING


def number(word: str, decimal_comma: bool) -> float:
    """The number that a word says, NaN if it says none.

    >>> number(" 1,5", True), number("1,5", False), number("<5", False)
    (1.5, nan, nan)
    """
    word = word.strip()
    if decimal_comma and word.count(",") == 1 and "." not in word:
        word = word.replace(",", ".")
    return float(word) if _NUMBER.fullmatch(word) else np.nan


def numbers(
    table: Table,
    name: str,
    findings: Findings,
    read: Callable[[str, bool], float] = number,
) -> Float[np.ndarray, " row"]:
    """The numbers in a column, NaN where there is none; text and infinite numbers are noted.

    Args:
        table: with that column.
        name: of the column.
        findings: where to note what is no number.
        read: what a word says, given whether a comma is a decimal point.

    Raises:
        DataError: more than half of what is there are no numbers.
    """
    column = table.columns[name]
    if column.words.dtype.kind in "biuf":
        values = column.spread(column.words.astype(float), np.nan)
    else:
        known = [read(str(word), table.decimal_comma) for word in column.words]
        values = column.spread(np.array(known, float), np.nan)
        _note_text(table, name, values, findings)
    infinite = np.abs(values) > np.finfo(np.float32).max
    findings.rows("infinite numbers", "taken as unobserved", table, infinite, name)
    return np.where(infinite, np.nan, values)


def _note_text(table: Table, name: str, values: np.ndarray, findings: Findings) -> None:
    column = table.columns[name]
    there = column.spread(np.array([not is_missing(word) for word in column.words], bool), False)
    text = there & np.isnan(values)
    if not text.any():
        return
    row = int(np.argmax(text))
    word = str(column.words[column.codes[row]])
    if 2 * np.count_nonzero(text) > np.count_nonzero(there):
        raise DataError(f"{table.place(row)}: {name} must be a number, got {word!r}")
    findings.rows(
        "text in a number column", "taken as unobserved", table, text, f"{name}: {word!r}"
    )
