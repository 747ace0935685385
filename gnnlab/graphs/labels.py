"""Names of nodes, and the nearest to one that is none."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from typing import Any

import numpy as np

_MOST_DIGITS = 18  # below 2**63


class NumberLabels(Sequence[str]):
    """Ascending numbers as names, made into strings where they are asked for.

    Args:
        numbers: ascending and distinct, [node].

    >>> labels = NumberLabels(np.array([7, 8, 900]))
    >>> labels[2], labels.index("8"), labels.closest("100")
    ('900', 1, ['8', '900'])
    """

    def __init__(self, numbers: np.ndarray | range):
        self.numbers = numbers

    def __len__(self) -> int:
        return len(self.numbers)

    def __getitem__(self, place: Any) -> Any:
        found = self.numbers[place]
        return NumberLabels(found) if isinstance(place, slice) else str(found)

    def index(self, value: Any, start: int = 0, stop: int | None = None) -> int:
        """Where the number ``value`` stands, from ``start`` on and before ``stop``.

        Raises:
            ValueError: it does not stand there.
        """
        if _is_number(value):
            place = bisect_left(self.numbers, int(value))
            among = range(len(self))[start:stop]
            if place in among and self[place] == value:
                return place
        raise ValueError(f"{value!r} is not among the labels")

    def closest(self, value: str) -> list[str]:
        """The numbers next to ``value``, at most one on each side; none if it is no number."""
        digits = value.removeprefix("-")
        if not (digits.isascii() and digits.isdecimal()):
            return []
        place = 0 if digits != value else len(self)
        if _is_number(value):
            place = bisect_left(self.numbers, int(value))
        return list(self[max(place - 1, 0) : place + 1])


def _is_number(value: Any) -> bool:
    return (
        isinstance(value, str)
        and value.isascii()
        and value.isdecimal()
        and len(value) <= _MOST_DIGITS
    )


def closest(name: str, known: Iterable[str]) -> list[str]:
    """Up to three of the ``known`` names that resemble ``name``, upper and lower case alike.

    >>> closest("Karat", ["cora", "karate"])
    ['karate']
    """
    by_lower: dict[str, str] = {}
    for each in known:
        by_lower.setdefault(each.lower(), each)
    return [by_lower[lower] for lower in get_close_matches(name.lower(), by_lower)]


def hint(names: Iterable[str]) -> str:
    """The end of a message: what may have been meant.

    >>> hint(["karate"])
    ' (closest: karate)'
    >>> hint([])
    ''
    """
    listed = ", ".join(names)
    return f" (closest: {listed})" if listed else ""
