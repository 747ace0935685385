"""Tables with a row a time, station and variable, as OpenAQ and many agencies hand them out."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np
from jaxtyping import Float

from gnnlab.data.readings.checks import checked
from gnnlab.data.readings.columns import Columns
from gnnlab.data.readings.findings import Findings
from gnnlab.data.readings.numbers import numbers
from gnnlab.data.readings.tables import Table
from gnnlab.data.readings.units import known_variable, unit_in
from gnnlab.errors import DataError


def values_by_parameter(
    table: Table,
    columns: Columns,
    wanted: Collection[str],
    units: Mapping[str, str],
    findings: Findings,
) -> list[tuple[str, Float[np.ndarray, " row"], str]]:
    """Each variable that rows are of, its values in canonical units (NaN in other rows), the unit.

    A wind direction is left out: it means nothing without the speed, which is in another row.

    Args:
        table: with a column that names the variable of each row.
        columns: of the table.
        wanted: variables to read even if gnnlab does not know them.
        units: by variable, where rows do not say them.
        findings: where to note what is guessed, wrong or left out.

    Raises:
        DataError: no variable that gnnlab knows, or a unit that one is not measured in.
    """
    (value, (_, unit_of_all)), *_ = columns.variables.items()
    values = numbers(table, value, findings)
    kinds = _words(table, columns.parameter)
    said = _words(table, columns.unit)
    found: dict[str, np.ndarray] = {}
    canonical: dict[str, str] = {}
    for kind, unit in sorted({*zip(kinds.tolist(), said.tolist(), strict=True)}):
        rows = (kinds == kind) & (said == unit)
        variable, unit_of_kind = unit_in(kind)
        if variable == "wind direction" or not ({variable} & {*wanted} or known_variable(variable)):
            findings.rows("rows not read", f"left out: {kind!r}", table, rows)
            continue
        unit_here = units.get(variable) or unit or unit_of_kind or unit_of_all
        these = np.where(rows, values, np.nan)
        these, canonical[variable] = checked(these, table, value, variable, unit_here, findings)
        found[variable] = np.where(rows, these, found.get(variable, np.nan))
    if not found:
        raise DataError(
            f"{table.path} must have readings of a variable such as PM2.5, got "
            f"{', '.join(sorted(set(kinds.tolist()))[:8])} in column {columns.parameter}"
        )
    return [(variable, each, canonical[variable]) for variable, each in found.items()]


def _words(table: Table, name: str | None) -> np.ndarray:
    """What stands in each row, as text; empty where nothing does, or without a column."""
    if name is None:
        return np.full(table.num_rows, "", dtype=object)
    column = table.columns[name]
    words = [str(word).strip() for word in column.words]
    return column.spread(np.array(words, dtype=object), "")
