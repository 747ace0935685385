"""Units that nobody says: the usual one, unless a day of values cannot be in it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float

from gnnlab.data.readings.findings import Findings
from gnnlab.data.readings.tables import Table
from gnnlab.data.readings.units import canonical_unit, to_canonical, units_of
from gnnlab.errors import DataError

if TYPE_CHECKING:
    from gnnlab.data.readings.rows import Rows

_ENOUGH = 24  # values: a day of hours
# Medians of what is not 0, in canonical units: below are cleaner air than anywhere on Earth (or a
# drier one), above are weather and smog that no place has half of the time.
_MEDIANS = {
    "CO": (20, 20_000),
    "O3": (0.5, 1000),
    **dict.fromkeys(("PM2.5", "PM10"), (0.3, 5000)),
    **dict.fromkeys(("NO2", "SO2", "NO", "NOx"), (0.1, 5000)),
    "pressure": (400, 1100),
    "temperature": (-70, 45),
    "dew point": (-80, 35),
    "humidity": (2, 105),
}


def usual_unit(variable: str, table: Table, findings: Findings) -> str:
    """The unit that a variable is taken to be in where nobody says it; the guess is noted."""
    unit = canonical_unit(variable)
    findings.add("guessed unit", f"{variable} in {unit}", table.path.name)
    return unit


def check_guesses(files: Sequence[Rows]) -> None:
    """Refuse guessed units that no place on Earth has such values in.

    Half of the time no place has. A file with fewer than 24 values of a variable is judged together
    with the others of that kind, and fewer than 24 in all are not judged.

    Args:
        files: of readings.

    Raises:
        DataError: a variable whose unit must be said; the message names those that would do.
    """
    for variable in dict.fromkeys(name for each in files for name in each.guessed):
        guessed = [
            (each.table, _some(each.values[variable])) for each in files if variable in each.guessed
        ]
        few = [(table, values) for table, values in guessed if len(values) < _ENOUGH]
        for table, values in guessed:
            _check(table, variable, values)
        if few:
            _check(few[0][0], variable, np.concatenate([values for _, values in few]))


def units_that_would_do(
    values: Float[np.ndarray, " row"], variable: str, low: float, high: float
) -> str:
    """The units in which the median lies between bounds, as options, such as ``--unit CO=ppm``.

    >>> units_that_would_do(np.array([0.4]), "CO", 20, 20_000)
    '--unit CO=mg/m3 or --unit CO=ppm'
    """
    medians = {
        unit: np.median(to_canonical(values, variable, unit)[0]) for unit in units_of(variable)
    }
    return _options(variable, [unit for unit in medians if low <= medians[unit] <= high])


def _check(table: Table, variable: str, values: Float[np.ndarray, " row"]) -> None:
    low, high = _MEDIANS.get(variable, (-np.inf, np.inf))
    if len(values) < _ENOUGH or low <= np.median(values) <= high:
        return
    usual = canonical_unit(variable)
    likely = units_that_would_do(values, variable, low, high)
    raise DataError(
        f"{table.path}: the unit of {variable} must be said: no place on Earth has a median of "
        f"{np.median(values):g} {usual}; {likely}{', or ' if likely else ''}"
        f"{_options(variable, [usual])} if it is so"
    )


def _options(variable: str, units: Iterable[str]) -> str:
    return " or ".join(f"--unit {variable}={unit}" for unit in units)


def _some(values: Float[np.ndarray, " row"]) -> Float[np.ndarray, " some"]:
    """What is observed and not 0."""
    return values[(values != 0) & ~np.isnan(values)]
