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


def named_variables(table: Table, columns: Columns, wanted: Collection[str]) -> dict[str, str]:
    """The variables by column or, where a row is of one variable, by what rows call them.

    Args:
        table: to look at.
        columns: of the table.
        wanted: variables to read even if gnnlab does not know them.
    """
    if columns.parameter is None:
        return {name: variable for name, (variable, _) in columns.variables.items()}
    kinds = (str(word).strip() for word in table.columns[columns.parameter].words)
    return {kind: unit_in(kind)[0] for kind in kinds if _is_read(kind, wanted)}


def values_by_parameter(
    table: Table,
    columns: Columns,
    wanted: Collection[str],
    units: Mapping[str, str],
    findings: Findings,
) -> list[tuple[str, Float[np.ndarray, " row"], str, bool]]:
    """Each variable that rows are of, its values (NaN in other rows), the unit, if it is guessed.

    A wind direction is left out: it means nothing without the speed, which is in another row.

    Args:
        table: with a column that names the variable of each row.
        columns: of the table.
        wanted: variables to read even if gnnlab does not know them.
        units: by variable or what rows call it, whatever rows say.
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
    guessed: set[str] = set()
    for kind, unit in sorted({*zip(kinds.tolist(), said.tolist(), strict=True)}):
        rows = (kinds == kind) & (said == unit)
        variable, unit_of_kind = unit_in(kind)
        if not _is_read(kind, wanted):
            findings.rows("rows not read", f"left out: {kind!r}", table, rows)
            continue
        unit_here = units.get(kind) or units.get(variable) or unit or unit_of_kind or unit_of_all
        if unit_here is None:
            guessed.add(variable)
        these = np.where(rows, values, np.nan)
        these, canonical[variable] = checked(these, table, value, variable, unit_here, findings)
        found[variable] = np.where(rows, these, found.get(variable, np.nan))
    if not found:
        raise DataError(
            f"{table.path} must have readings of a variable such as PM2.5, got "
            f"{', '.join(sorted(set(kinds.tolist()))[:8])} in column {columns.parameter}"
        )
    return [(name, each, canonical[name], name in guessed) for name, each in found.items()]


def _is_read(kind: str, wanted: Collection[str]) -> bool:
    """Whether rows of a kind are read."""
    variable, _ = unit_in(kind)
    known = known_variable(variable) is not None or variable in wanted
    return known and variable != "wind direction"


def _words(table: Table, name: str | None) -> np.ndarray:
    """What stands in each row, as text; empty where nothing does, or without a column."""
    if name is None:
        return np.full(table.num_rows, "", dtype=object)
    column = table.columns[name]
    words = [str(word).strip() for word in column.words]
    return column.spread(np.array(words, dtype=object), "")
