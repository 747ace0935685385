"""Options that are lists: lengths, and names out of some."""

from collections.abc import Sequence
from typing import Any

import click


class Lengths(click.ParamType):
    """Whole numbers from ``lowest`` on: ``5,20,40``, or ``5:40:5`` for 5, 10, ..., 40."""

    name = "N,N,...|FIRST:LAST:STEP"

    def __init__(self, lowest: int):
        self.lowest = lowest

    def convert(self, value: Any, param: Any, ctx: Any) -> list[int]:
        """The numbers of the text."""
        if isinstance(value, list):
            return value
        parts = str(value).split(":" if ":" in str(value) else ",")
        if not all(part.strip().isdecimal() for part in parts):
            self.fail(f"lengths must be such as 5,20,40 or 5:40:5, got {value!r}", param, ctx)
        numbers = [int(part) for part in parts]
        if ":" in str(value):
            if len(numbers) != 3 or numbers[2] < 1 or numbers[0] > numbers[1]:
                self.fail(f"a range must be FIRST:LAST:STEP, got {value!r}", param, ctx)
            first, last, step = numbers
            numbers = list(range(first, last + 1, step))
        if min(numbers) < self.lowest:
            self.fail(f"a length must be at least {self.lowest}, got {min(numbers)}", param, ctx)
        return list(dict.fromkeys(numbers))


class Names(click.ParamType):
    """Some of these names, separated by commas."""

    def __init__(self, names: Sequence[str]):
        self.names = names
        self.name = "|".join(names)

    def convert(self, value: Any, param: Any, ctx: Any) -> list[str]:
        """The names in the text, each once."""
        if isinstance(value, list):
            return value
        found = [part.strip() for part in str(value).split(",")]
        for name in found:
            if name not in self.names:
                known = ", ".join(self.names)
                self.fail(f"a name must be one of {known}, got {name!r}", param, ctx)
        return list(dict.fromkeys(found))
