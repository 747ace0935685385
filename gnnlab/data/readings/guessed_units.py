"""Units that nobody says: the usual one, unless the values cannot be in it."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float

from gnnlab.data.readings.findings import Findings
from gnnlab.data.readings.tables import Table
from gnnlab.data.readings.units import to_canonical, units_of
from gnnlab.errors import DataError

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


def guessed_unit(
    values: Float[np.ndarray, " row"],
    variable: str,
    table: Table,
    findings: Findings,
) -> str:
    """The usual unit of a variable; the guess is noted.

    Args:
        values: as they stand in the file, NaN where there is none.
        variable: that they are of.
        table: that they stand in.
        findings: where to note the guess.

    Raises:
        DataError: no place on Earth has such values half of the time in the usual unit. The message
            names the units in which one has.
    """
    usual, *others = units_of(variable)
    low, high = _MEDIANS.get(variable, (-np.inf, np.inf))
    some = values[(values != 0) & ~np.isnan(values)]
    if some.size and not low <= np.median(some) <= high:
        medians = {unit: np.median(to_canonical(some, variable, unit)[0]) for unit in others}
        likely = [f"{variable}={unit}" for unit in others if low <= medians[unit] <= high]
        raise DataError(
            f"{table.path}: the unit of {variable} must be said: no place on Earth has a median of "
            f"{np.median(some):g} {usual}{'; --unit ' if likely else ''}{' or '.join(likely)}"
        )
    findings.add("guessed unit", f"{variable} in {usual}", table.path.name)
    return usual
