"""The calendar as channels: known ahead without doubt."""

from __future__ import annotations

from datetime import tzinfo

import numpy as np
from jaxtyping import Float

from gnnlab.data.variables import Variable
from gnnlab.errors import DataError

CALENDAR = tuple(
    Variable(f"{wave} of {cycle}", "1", "future", "calendar")
    for cycle in ("day", "week", "year")
    for wave in ("sine", "cosine")
)


def local_times(times: np.ndarray, time_zone: str) -> np.ndarray:
    """The clock's time, datetime64 without zone, of UTC times.

    Args:
        times: UTC, datetime64, [time].
        time_zone: an IANA name such as ``"Asia/Shanghai"``, or a fixed offset such as ``"+08:00"``.

    Raises:
        DataError: no such zone.

    >>> local_times(np.array(["2017-01-01T00"], "datetime64[s]"), "Asia/Shanghai")
    array(['2017-01-01T08:00:00'], dtype='datetime64[s]')
    """
    import pandas

    local = pandas.DatetimeIndex(times, tz="UTC").tz_convert(clock(time_zone))
    return local.tz_localize(None).to_numpy().astype("datetime64[s]")


def clock(time_zone: str) -> tzinfo:
    """The clock of an IANA name such as ``"Asia/Shanghai"``, or of an offset such as ``"+08:00"``.

    Raises:
        DataError: no such zone.
    """
    import pandas

    try:
        found: tzinfo = pandas.DatetimeIndex([0], tz="UTC").tz_convert(time_zone).tz
    except (KeyError, ValueError, AttributeError, TypeError, IndexError) as error:
        raise DataError(
            "a time zone must be a name such as Europe/Paris or an offset such as +08:00, "
            f"got {time_zone!r}"
        ) from error
    return found


def offsets(time_zone: str, second: int) -> tuple[int, int]:
    """Seconds that a clock's standard time and summer time are ahead of UTC, in the year of a time.

    Both are the same where the clock does not change.

    Args:
        time_zone: as of :func:`clock`.
        second: since 1970, of any time in that year.

    Raises:
        DataError: no such zone.

    >>> offsets("Europe/Berlin", 1_600_000_000), offsets("Asia/Kathmandu", 1_600_000_000)
    ((3600, 7200), (20700, 20700))
    """
    january = np.datetime64(second, "s").astype("datetime64[Y]").astype("datetime64[M]")
    months = (january + np.array([0, 6])).astype("datetime64[s]")
    ahead = (local_times(months, time_zone) - months).astype(int)
    return int(ahead.min()), int(ahead.max())


def calendar(times: np.ndarray, time_zone: str) -> Float[np.ndarray, "time 6"]:
    """Sine and cosine of the local hour of day, day of week and day of year: `CALENDAR`.

    >>> noon = np.array(["2017-01-01T04"], "datetime64[s]")
    >>> calendar(noon, "Asia/Shanghai")[0, :2].round(6).tolist()
    [0.0, -1.0]
    """
    local = local_times(times, time_zone)
    day = np.timedelta64(1, "D") / np.timedelta64(1, "s")
    seconds = local.astype(np.int64)
    since_new_year = (local - local.astype("datetime64[Y]")) / np.timedelta64(1, "s")
    share = np.stack(
        [seconds / day, (seconds / day + 3) / 7, since_new_year / (365.2425 * day)], axis=1
    )  # the epoch was a Thursday: weeks start on Monday
    waves = np.stack([np.sin(2 * np.pi * share), np.cos(2 * np.pi * share)], axis=2)
    return waves.reshape(len(times), 6).astype(np.float32)
