"""Forecasts that somebody else issued, from a file to runs at the stations of a series."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
from jaxtyping import Int, Int64

from gnnlab.data.forecast_runs import ForecastRuns, check_latency
from gnnlab.data.issue import Issue
from gnnlab.data.readings.columns import Wanted, find_columns
from gnnlab.data.readings.findings import Findings
from gnnlab.data.readings.merged import Readings, joined
from gnnlab.data.readings.numbers import numbers
from gnnlab.data.readings.plain_names import likely_column
from gnnlab.data.readings.rows import read_rows
from gnnlab.data.readings.tables import Table, open_table
from gnnlab.data.readings.times import utc_seconds
from gnnlab.data.series import SensorSeries
from gnnlab.errors import DataError

# In lower case without signs and brackets, the likeliest first.
_ISSUED = (
    "issued issuedat issuetime issue initialtime initialisation init inittime reference "
    "referencetime forecastreferencetime run runtime modelrun basetime base analysis analysistime"
)
_LEAD = (
    "lead leadhours leadhour leadtime hoursahead horizon step stephours forecasthour fhour "
    "forecasthours fh hours"
)
_VALID = "valid validat validtime validdate forecasttime targettime time datetime timestamp date"


def read_forecasts(
    path: str | Path, series: SensorSeries, latency: np.timedelta64
) -> tuple[ForecastRuns, list[Issue]]:
    """The runs in a file at the stations of a series, and what was guessed or strange in it.

    A row is a run, a time that it forecasts and a station; each variable is a column and is called
    ``"<variable> forecast"``. Columns, units, codes for no value and winds are understood as
    :func:`~gnnlab.data.readings.read_readings` does; times without an offset are UTC.

    Args:
        path: a CSV or Parquet file with the time of issue, the lead in hours or else the time that
            the forecast is valid at, the station, and values.
        series: whose stations and steps count.
        latency: how long after its time of issue a run can be had.

    Raises:
        DataError: a file that is missing or malformed, lacks one of these columns, has no station
            or no time of the series, or (with its line) a row without a lead or valid before it was
            issued.
    """
    check_latency(latency)
    table, findings = open_table(path), Findings()
    columns = {
        what: likely_column(table.columns, names)
        for what, names in (("issued", _ISSUED), ("lead", _LEAD), ("valid", _VALID))
    }
    issued, ahead = columns["issued"], columns["lead"] or columns["valid"]
    if issued is None or ahead is None:
        raise DataError(
            f"{path} must have columns with the time of issue (issued) and the hours ahead (lead) "
            f"or the time it is valid at (valid), got {', '.join(table.columns)}"
        )
    said = {name: column for name, column in table.columns.items() if name not in columns.values()}
    said[issued] = table.columns[issued]
    values, wanted = replace(table, columns=said), Wanted(time=issued)
    of_values = find_columns(values, wanted, findings)
    rows = joined([read_rows(values, of_values, wanted, {}, None, findings)])
    findings.add("guessed column", f"issued is {issued!r}", table.path.name)
    what = "lead" if columns["lead"] else "valid"
    findings.add("guessed column", f"{what} is {ahead!r}", table.path.name)
    if columns["lead"] and columns["valid"]:
        rule = f"left out {columns['valid']!r}: {ahead!r} says how far ahead"
        findings.add("columns not read", rule, table.path.name)
    leads = (_leads if columns["lead"] else _leads_until)(table, rows, ahead, findings)
    who = _at_stations(rows, series, findings)
    _check_steps(rows, leads, who, series, findings)
    return _runs(rows, leads, who, series, latency, findings), list(findings.issues)


def _leads(
    table: Table, rows: Readings, column: str, findings: Findings
) -> Int64[np.ndarray, " row"]:
    """How many seconds after its issue each row is valid, from a column of hours."""
    hours = numbers(table, column, findings)[rows.files[0].row]
    wrong = ~(hours >= 0)
    if wrong.any():
        place = rows.place(int(np.argmax(wrong)))
        raise DataError(f"{place}: {column} must be a number of hours from 0 on")
    return np.round(hours * 3600).astype(np.int64)


def _leads_until(
    table: Table, rows: Readings, column: str, findings: Findings
) -> Int64[np.ndarray, " row"]:
    """How many seconds after its issue each row is valid, from a column of times."""
    valid, _ = utc_seconds(table, (column,), None, np.zeros(table.num_rows, int), findings)
    leads = valid[rows.files[0].row] - rows.seconds
    if (leads < 0).any():
        place = rows.place(int(np.argmax(leads < 0)))
        raise DataError(f"{place}: {column} must not be before the time of issue")
    return leads


def _at_stations(
    rows: Readings, series: SensorSeries, findings: Findings
) -> Int[np.ndarray, " row"]:
    """The number of each row's station in the series, -1 for another station."""
    known = list(series.stations.index)
    number_of = {name: number for number, name in enumerate(known)}
    who = np.array([number_of.get(name, -1) for name in rows.stations], int)[rows.who]
    if (who < 0).all():
        raise DataError(
            f"forecasts must be at stations of the readings, such as {known[0]}, "
            f"got {', '.join(rows.stations[:8])}"
        )
    findings.rows("forecasts at other stations", "left out", rows, who < 0)
    if without := [name for name in known if name not in rows.stations]:
        rule = "kept, nothing is forecast there"
        findings.add("stations without forecasts", rule, without[0], len(without))
    return who


def _check_steps(
    rows: Readings,
    leads: Int64[np.ndarray, " row"],
    who: Int[np.ndarray, " row"],
    series: SensorSeries,
    findings: Findings,
) -> None:
    """Note forecasts of times at which the series has no step: no window sees them."""
    start, step = (int(each.astype(np.int64)) for each in (series.times[0], series.step))
    between = (rows.seconds + leads - start) % step != 0
    if between[who >= 0].all():
        first = np.datetime64(int(rows.seconds[0] + leads[0]), "s")
        raise DataError(
            f"forecasts must be valid at times of the readings, {series.times[0]} and every "
            f"{series.step.item()} from there, got {first}"
        )
    findings.rows("forecasts between steps", "kept, seen by no window", rows, between & (who >= 0))


def _runs(
    rows: Readings,
    leads: Int64[np.ndarray, " row"],
    who: Int[np.ndarray, " row"],
    series: SensorSeries,
    latency: np.timedelta64,
    findings: Findings,
) -> ForecastRuns:
    here = np.flatnonzero(who >= 0)
    issued, run = np.unique(rows.seconds[here], return_inverse=True)
    ahead, lead = np.unique(leads[here], return_inverse=True)
    shape = (len(issued), len(ahead), len(series.stations))
    cells = np.ravel_multi_index((run, lead, who[here]), shape)
    values = np.full((*shape, len(rows.units)), np.nan, np.float32)
    flat = values.reshape(-1, len(rows.units))
    for channel, said in enumerate(rows.values[here].T):
        flat[cells[~np.isnan(said)], channel] = said[~np.isnan(said)]  # the last one stays
    again = np.zeros(len(who), bool)
    again[np.delete(here, np.unique(cells, return_index=True)[1])] = True
    findings.rows("forecasts given twice", "the last one counts", rows, again)
    return ForecastRuns(
        names=[f"{name} forecast" for name in rows.units],
        units=list(rows.units.values()),
        values=values,
        issued=issued.astype("datetime64[s]"),
        leads=ahead.astype("timedelta64[s]"),
        latency=latency,
    )
