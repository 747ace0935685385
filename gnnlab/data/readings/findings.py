"""What is found wrong or guessed while files are read, counted by kind and rule."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

import numpy as np

from gnnlab.data.issue import Issue


@runtime_checkable
class Placed(Protocol):
    """Rows that know where they stand in a file."""

    def place(self, row: int) -> str:
        """Where a row stands, such as ``"readings.csv, line 12"``."""


class Findings:
    """Issues in the order in which they were met first; the same kind and rule add up.

    >>> findings = Findings()
    >>> findings.add("unsorted rows", "sorted by time", "a.csv, line 3", 2)
    >>> findings.add("unsorted rows", "sorted by time", "b.csv, line 7")
    >>> findings.issues
    (Issue(kind='unsorted rows', count=3, rule='sorted by time', first='a.csv, line 3'),)
    """

    def __init__(self) -> None:
        self._found: dict[tuple[str, str], Issue] = {}

    def add(self, kind: str, rule: str, first: str, count: int = 1) -> None:
        """Note one trouble, met ``count`` times, ``first`` there."""
        known = self._found.get((kind, rule), Issue(kind, 0, rule, first))
        self._found[kind, rule] = Issue(kind, known.count + count, rule, known.first)

    def rows(self, kind: str, rule: str, rows: Placed, where: np.ndarray, what: str = "") -> None:
        """Note the rows ``where`` there is trouble, if any.

        Args:
            kind: of the trouble.
            rule: what is done about it.
            rows: that can tell where they stand.
            where: a boolean for each row.
            what: stands in the row, such as the name of a column; told with the first.
        """
        if count := int(np.count_nonzero(where)):
            first = rows.place(int(np.argmax(where)))
            self.add(kind, rule, f"{first} ({what})" if what else first, count)

    @property
    def issues(self) -> tuple[Issue, ...]:
        """What was found."""
        return tuple(self._found.values())
