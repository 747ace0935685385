"""When each row of a table was read, in UTC."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from jaxtyping import Int, Int64

from gnnlab.data.calendar import clock, offsets
from gnnlab.data.readings.findings import Findings
from gnnlab.data.readings.grid import DAY
from gnnlab.data.readings.numbers import is_missing
from gnnlab.data.readings.stamps import NOT_A_TIME, stamps
from gnnlab.data.readings.tables import Column, Table, joined_column, plain_text
from gnnlab.errors import DataError


def utc_seconds(
    table: Table,
    names: Sequence[str],
    time_zone: str | None,
    who: Int[np.ndarray, " row"],
    findings: Findings,
) -> tuple[Int64[np.ndarray, " row"], set[int]]:
    """Seconds since 1970 in UTC of each row, and the offsets that rows say, in seconds.

    Rows that have no time to keep are at ``NOT_A_TIME``.

    Times with an offset are what they say. Others are on the clock of ``time_zone``, in UTC without
    one or if the column's name says so. Readings two hours apart and more are on its standard time
    all year, for their steps could not be equal otherwise; days stamped in their last hour are on
    its summer time, for standard time would date them a day later in summer. Where the clock of
    others is set back, the first of two equal times of a station is summer time and the second is
    not, or, in a table with its newest rows first, the other way round; times that it leaves out
    are not kept.

    Args:
        table: to read.
        names: of the columns that are the time together: one; a date and a clock; or year, month,
            day and perhaps hour and minute.
        time_zone: a name such as ``"Europe/Paris"``, or an offset such as ``"+01:00"``.
        who: the station of each row, as a number.
        findings: where to note what is wrong or guessed.

    Raises:
        DataError: a word that is no time (with its line), or no such zone.
    """
    local, offset = _as_written(table, names)
    _check(table, names, local, findings)
    if _says_utc(names):
        offset[np.isnan(offset)] = 0
    said = {int(each) for each in np.unique(offset[~np.isnan(offset)])}
    naive = np.isnan(offset) & (local != NOT_A_TIME)
    utc = np.where(naive | (local == NOT_A_TIME), local, local - np.nan_to_num(offset).astype(int))
    if not naive.any():
        return utc, said
    if time_zone is None:
        rule = "times without a zone are UTC, and so are days"
        findings.rows("guessed time zone", rule, table, naive)
        return utc, {0, *said}
    utc[naive] = _from_clock(table, np.flatnonzero(naive), local[naive], time_zone, who, findings)
    return utc, said


def _as_written(table: Table, names: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
    """Seconds since 1970 on the clock of each row, and its offset from UTC in seconds, or NaN."""
    columns = [table.columns[name] for name in names]
    if len(columns) == 1:
        return _spread(columns[0], "", table)
    if len(columns) > 2:
        hours = [joined_column(columns[3:], ":", 2)] if columns[3:] else []
        columns = [joined_column(columns[:3], "-", 2), *hours]
    date, offset = _spread(columns[0], "", table)
    if len(columns) == 1:
        return date, offset
    hour, of_hour = _spread(columns[1], "1970-01-01 ", table)
    whole = np.where((date == NOT_A_TIME) | (hour == NOT_A_TIME), NOT_A_TIME, date + hour)
    return whole, np.where(np.isnan(offset), of_hour, offset)


def _spread(column: Column, before: str, table: Table) -> tuple[np.ndarray, np.ndarray]:
    words = ["" if is_missing(word) else before + plain_text(word) for word in column.words]
    said = stamps(words, table.path.name)
    return column.spread(said.seconds, NOT_A_TIME), column.spread(said.offset, np.nan)


def _says_utc(names: Sequence[str]) -> bool:
    said = " ".join(names).lower().replace("_", " ").replace("(", " ").replace(")", " ")
    return any(word in ("utc", "gmt", "datetimeutc", "timeutc") for word in said.split())


def _check(
    table: Table,
    names: Sequence[str],
    local: np.ndarray,
    findings: Findings,
) -> None:
    """Refuse words that are no times; rows without any word are noted as left out if empty."""
    wrong = local == NOT_A_TIME
    if not wrong.any():
        return
    what = " and ".join(names)
    strange = wrong & ~_empty(table, names)
    if strange.any():
        row = int(np.argmax(strange))
        said = " ".join(table.columns[name].text(row) for name in names)
        raise DataError(
            f"{table.place(row)}: {what} must be a time such as 2021-03-04 05:00, got {said!r}"
        )
    filled = wrong & ~_empty(table, list(table.columns))
    if filled.any():
        place = table.place(int(np.argmax(filled)))
        raise DataError(f"{place}: {what} must be a time, got nothing")
    findings.rows("empty rows", "left out", table, wrong)


def _empty(table: Table, names: Sequence[str]) -> np.ndarray:
    """The rows where nothing stands in any of some columns."""
    empty = np.ones(table.num_rows, bool)
    for name in names:
        column = table.columns[name]
        empty &= column.spread(np.array([is_missing(word) for word in column.words], bool), True)
    return empty


_RARE = 2 * 3600  # seconds; from there on a clock that changes would make steps unequal


def _from_clock(
    table: Table,
    rows: np.ndarray,
    local: np.ndarray,
    time_zone: str,
    who: np.ndarray,
    findings: Findings,
) -> np.ndarray:
    """UTC of what the clock of a place showed, `rows` being the numbers of these rows."""
    import pandas

    def note(kind: str, rule: str, where: np.ndarray) -> None:
        whole = np.zeros(table.num_rows, bool)
        whole[rows[where]] = True
        findings.rows(kind, rule, table, whole)

    seen, place = np.unique(local, return_inverse=True)
    steps, counts = np.unique(np.diff(seen), return_counts=True)
    apart = int(steps[counts.argmax()]) if len(steps) else 0
    standard, ahead_in_summer = offsets(time_zone, int(seen[0]))
    if apart >= _RARE and standard != ahead_in_summer:
        late = (apart >= DAY) & (local % DAY >= DAY - (ahead_in_summer - standard))
        every = f"readings every {apart / 3600:g} hours: on"
        for name, which in (("standard", ~late), ("summer", late)):
            rule = f"{every} {name} time all year, in equal steps"
            note("times of a clock that changes", rule, which)
        return local - np.where(late, ahead_in_summer, standard)
    index, zone = pandas.DatetimeIndex(seen.astype("datetime64[s]")), clock(time_zone)
    summer, winter = (
        index.tz_localize(zone, ambiguous=np.full(len(seen), is_summer), nonexistent="NaT")
        .tz_convert("UTC")
        .tz_localize(None)
        .to_numpy()
        .astype("datetime64[s]")
        .astype(np.int64)[place]
        for is_summer in (True, False)
    )
    twice = summer != winter
    backwards = np.sign(np.diff(local)).sum() < 0
    second = np.zeros(len(local), bool)
    second[twice] = (
        pandas.DataFrame({"who": who[rows[twice]], "local": local[twice]})
        .duplicated(keep="last" if backwards else "first")
        .to_numpy()
    )

    rule = "the first is summer time, the second is not"
    if backwards:
        rule = "newest rows come first: the second is summer time, the first is not"
    note("hours that come twice", rule, twice)
    skipped = summer == NOT_A_TIME
    note(
        "hours that the clock skips",
        f"left out: {time_zone} has no such time (a clock without summer time: say its offset)",
        skipped,
    )
    return np.where(second, winter, summer)
