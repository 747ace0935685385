"""Words for times to seconds: ISO 8601 and what else files hold."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
from jaxtyping import Bool, Float, Int64

from gnnlab.errors import DataError

YEARS = range(1900, 2100)
NOT_A_TIME = np.iinfo(np.int64).min

_CLOCK = (
    r"(?P<hour>\d{1,2})(?::?(?P<minute>\d{2})(?::?(?P<second>\d{2})(?:[.,]\d+)?)?)?"
    r"\s*(?P<half>[ap]\.?m\.?)?\s*(?P<zone>Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)?"
)
_FORMATS = [
    re.compile(rf"{date}(?:{gap}{_CLOCK})?", re.IGNORECASE)
    for date, gap in (
        (r"(?P<year>\d{4})(?P<mark>[-/.])(?P<month>\d{1,2})(?P=mark)(?P<day>\d{1,2})", r"[T ,]\s*"),
        (r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})", r"[T :_-]?"),
        (
            r"(?P<left>\d{1,2})(?P<mark>[-/.])(?P<right>\d{1,2})(?P=mark)(?P<year>\d{4}|\d{2})",
            r"[T ,]\s*",
        ),
    )
]
_YEAR_LAST = _FORMATS[-1]
_PLAIN = re.compile(
    r"(?P<clock>\d{4}-\d\d-\d\d[ T]\d\d:\d\d(?::\d\d)?)(?P<zone>(?:Z|[+-]\d\d:\d\d)?)"
)
_UNIX = re.compile(r"\d{9,10}|\d{12,13}")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, eq=False)
class Stamps:
    """Times as they were written.

    Args:
        seconds: since 1970 on the clock that was read; ``NOT_A_TIME`` where a word is no time.
        offset: seconds that this clock is ahead of UTC; NaN where the word does not say.
        clock: whether the word says an hour.
    """

    seconds: Int64[np.ndarray, " word"]
    offset: Float[np.ndarray, " word"]
    clock: Bool[np.ndarray, " word"]


def stamps(words: Sequence[str], where: str) -> Stamps:
    """What words say as times.

    ISO 8601 in its usual forms, ``2021/3/4 5:06``, ``4.3.2021 05:06`` (day first), ``03/04/2021
    5:06 PM`` (the order is told by dates that have a day after the 12th), ``2021030405``, seconds
    or milliseconds since 1970; ``24:00`` is the next day's ``0:00``.

    Args:
        words: one a time.
        where: the words stand, for messages.

    Raises:
        DataError: dates such as 03/04/2021 of which no other tells whether the day is first.

    >>> said = stamps(["1970-01-01 02:00+01:00", "1.1.1970 24:00", "noon"], "a.csv")
    >>> said.seconds[:2].tolist(), said.offset.tolist()
    ([7200, 86400], [3600.0, nan, nan])
    """
    quick = _plain_iso(words)
    if quick is not None:
        return quick
    day_first = _day_first(words, where)
    found = [_stamp(word.strip(), day_first) for word in words]
    return Stamps(
        np.array([seconds for seconds, _, _ in found], np.int64),
        np.array([offset for _, offset, _ in found], float),
        np.array([clock for _, _, clock in found], bool),
    )


def _plain_iso(words: Sequence[str]) -> Stamps | None:
    """The same, quickly, if all are like 2021-03-04 05:06:07 or 2021-03-04T05:06Z, in one zone."""
    import pyarrow

    form = _PLAIN.fullmatch(words[0]) if words else None
    if form is None or not all(
        len(word) == len(form[0]) and word.endswith(form["zone"]) for word in words
    ):
        return None
    try:
        clocks = pyarrow.array([word[: form.end("clock")] for word in words], pyarrow.string())
        found = clocks.cast(pyarrow.timestamp("s"))
    except pyarrow.ArrowInvalid:
        return None
    times = found.to_numpy(zero_copy_only=False).astype("datetime64[s]")
    years = times.astype("datetime64[Y]").astype(int) + 1970
    if not np.isin(years, YEARS).all():
        return None
    every = np.ones(len(words), bool)
    return Stamps(times.astype(np.int64), np.where(every, _offset(form["zone"] or None), 0), every)


def _stamp(word: str, day_first: bool) -> tuple[int, float, bool]:
    for pattern in _FORMATS:
        if (found := pattern.fullmatch(word)) and (time := _time(found, day_first)) is not None:
            return time, _offset(found["zone"]), found["hour"] is not None
    if _UNIX.fullmatch(word):
        return int(word) // (1000 if len(word) > 10 else 1), 0.0, True
    return NOT_A_TIME, np.nan, False


def _time(found: re.Match[str], day_first: bool) -> int | None:
    """Seconds since 1970 of what a pattern found; None if there is no such time."""
    year, hour = int(found["year"]), int(found["hour"] or 0)
    if found.re is _YEAR_LAST:
        left, right = int(found["left"]), int(found["right"])
        day, month = (left, right) if day_first or found["mark"] == "." else (right, left)
        if len(found["year"]) == 2:
            year += 1900 if year >= 70 else 2000
    else:
        month, day = int(found["month"]), int(found["day"])
    if found["half"]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if found["half"].lower().startswith("p") else 0)
    rest = timedelta(0)
    if hour == 24:
        hour, rest = 0, timedelta(days=1)
    minute, second = int(found["minute"] or 0), int(found["second"] or 0)
    if year not in YEARS or (rest and (minute or second)):
        return None
    try:
        time = datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    except ValueError:
        return None
    return int((time + rest - _EPOCH).total_seconds())


def _offset(zone: str | None) -> float:
    """Seconds ahead of UTC.

    >>> _offset("+05:30"), _offset("-08"), _offset("Z"), _offset(None)
    (19800.0, -28800.0, 0.0, nan)
    """
    if zone is None:
        return np.nan
    if zone.upper() in ("Z", "UTC", "GMT"):
        return 0.0
    minutes = 60 * int(zone[1:3]) + int(zone[-2:] if len(zone) > 3 else 0)
    return 60.0 * (minutes if zone[0] == "+" else -minutes)


def _day_first(words: Sequence[str], where: str) -> bool:
    """Whether dates such as 03/04/2021 have the day first, told by those whose day is above 12."""
    found = [match for word in words if (match := _YEAR_LAST.fullmatch(word.strip()))]
    pairs = {(int(each["left"]), int(each["right"])) for each in found if each["mark"] != "."}
    if not pairs:
        return True
    left, right = (any(pair[side] > 12 for pair in pairs) for side in (0, 1))
    if left == right:
        example = next(each[0] for each in found if each["mark"] != ".")
        told = "some have the day first and some the month" if left else "no date tells which"
        raise DataError(
            f"dates in {where} must have the day first or the month first, such as {example!r}, "
            f"but {told}: write year-month-day"
        )
    return left
