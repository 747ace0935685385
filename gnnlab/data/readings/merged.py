"""The readings of many files together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int, Int64

from gnnlab.data.readings.guessed_units import check_guesses
from gnnlab.data.readings.rows import Rows
from gnnlab.errors import DataError


@dataclass(frozen=True, eq=False)
class Readings:
    """The rows of all files one after another.

    Args:
        files: what was read of each.
        stations: names, sorted.
        units: by variable, in the order in which files hold them.
        seconds: since 1970, UTC.
        who: the number of the station.
        values: NaN where there is none.
    """

    files: Sequence[Rows]
    stations: list[str]
    units: dict[str, str]
    seconds: Int64[np.ndarray, " row"]
    who: Int[np.ndarray, " row"]
    values: Float[np.ndarray, "row variable"]

    def place(self, row: int) -> str:
        """Where a row stands, such as ``"readings.csv, line 12"``."""
        for each in self.files:
            if row < len(each.row):
                return each.table.place(int(each.row[row]))
            row -= len(each.row)
        raise IndexError(row)


def joined(files: Sequence[Rows]) -> Readings:
    """The rows of all files one after another.

    Raises:
        DataError: a variable that gnnlab does not know, in different units, or a guessed unit that
            cannot be.
    """
    check_guesses(files)
    stations = sorted({name for each in files for name in each.stations})
    units: dict[str, str] = {}
    for each in files:
        for name, unit in each.units.items():
            if units.setdefault(name, unit) != unit:
                raise DataError(
                    f"{name} must have one unit in all files, got {units[name]} and, in "
                    f"{each.table.path}, {unit}"
                )
    values = np.full((sum(len(each.row) for each in files), len(units)), np.nan, np.float32)
    start = 0
    for each in files:
        for column, name in enumerate(units):
            if name in each.values:
                values[start : start + len(each.row), column] = each.values[name]
        start += len(each.row)
    number_of = {name: number for number, name in enumerate(stations)}
    who = [np.array([number_of[name] for name in each.stations], int)[each.who] for each in files]
    return Readings(
        files,
        stations,
        units,
        np.concatenate([each.seconds for each in files]),
        np.concatenate(who),
        values,
    )
