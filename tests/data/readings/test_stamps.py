from datetime import UTC, datetime, timedelta, timezone

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gnnlab.data.readings import stamps as module
from gnnlab.data.readings.stamps import NOT_A_TIME, stamps
from gnnlab.errors import DataError

MOMENTS = st.datetimes(datetime(1900, 1, 1), datetime(2099, 12, 31)).map(
    lambda moment: moment.replace(microsecond=0)
)
FORMATS = [
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%dT%H:%M:%S",
    "%Y-%m-%dT%H:%M:%S.000",
    "%Y/%m/%d %H:%M:%S",
    "%d.%m.%Y %H:%M:%S",
    "%d.%m.%Y, %H:%M:%S",
    "%Y%m%d%H%M%S",
    "%Y%m%dT%H%M%S",
    "%Y%m%d:%H%M%S",
    "%d/%m/%Y %H:%M:%S",
    "%m/%d/%Y %I:%M:%S %p",
]
# Tells the order of day and month in each format, and is a time in it.
LATE = datetime(2021, 12, 31, 13, 5, 7)


def seconds(moment: datetime) -> int:
    return int((moment.replace(tzinfo=UTC) - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds())


@pytest.mark.parametrize("form", FORMATS)
@given(moments=st.lists(MOMENTS, max_size=5))
def test_what_strftime_writes_is_read_back(form: str, moments: list[datetime]) -> None:
    moments = [LATE, *moments]
    said = stamps([moment.strftime(form) for moment in moments], "a.csv")
    assert said.seconds.tolist() == [seconds(moment) for moment in moments]
    assert np.isnan(said.offset).all()
    assert said.clock.all()


@given(
    st.lists(MOMENTS, min_size=1, max_size=5),
    st.sampled_from(["T", " "]),
    st.sampled_from(["seconds", "minutes"]),
    st.sampled_from(["", "Z", "+00:00", "-03:30"]),
)
def test_the_quick_way_says_the_same_as_the_careful_one(moments, between, until, zone) -> None:
    words = [moment.isoformat(between, until) + zone for moment in moments]
    quick, careful = module._plain_iso(words), [module._stamp(word, True) for word in words]
    np.testing.assert_array_equal(
        np.transpose([quick.seconds, quick.offset, quick.clock]), np.array(careful, float)
    )


@pytest.mark.parametrize(
    "word", ["2021-01-01 05:06+01:00", "2021-01-01 24:00", "2021-02-30 05:06", "1850-01-01 00:00"]
)
def test_the_quick_way_leaves_others_to_the_careful_one(word: str) -> None:
    assert module._plain_iso(["2021-01-01 05:06", word]) is None
    assert module._plain_iso([word, "2021-01-01 05:06"]) is None


@given(MOMENTS, st.integers(-14 * 4, 14 * 4))
def test_offsets_are_read(moment: datetime, quarters: int) -> None:
    zone = timezone(timedelta(minutes=15 * quarters))
    said = stamps([moment.replace(tzinfo=zone).isoformat()], "a.csv")
    assert said.seconds.tolist() == [seconds(moment)]
    assert said.offset.tolist() == [900 * quarters]


@pytest.mark.parametrize(
    ("word", "time", "offset"),
    [
        ("2021-03-04", "2021-03-04", None),
        ("2021-3-4 5", "2021-03-04T05", None),
        ("4.3.21 5:06", "2021-03-04T05:06", None),
        ("4.3.99", "1999-03-04", None),
        ("2021-03-04 24:00", "2021-03-05", None),
        ("31.12.2021 24:00", "2022-01-01", None),
        ("2021-03-04T05:06:07.123456Z", "2021-03-04T05:06:07", 0),
        ("2021-03-04 05:06 UTC", "2021-03-04T05:06", 0),
        ("2021-03-04 05:06:07+0530", "2021-03-04T05:06:07", 19800),
        ("20210304", "2021-03-04", None),
        ("2021030405", "2021-03-04T05", None),
        ("1614834367", "2021-03-04T05:06:07", 0),
        ("1614834367000", "2021-03-04T05:06:07", 0),
        ("3/14/2021 12:06 AM", "2021-03-14T00:06", None),
        ("3/14/2021 12:06 pm", "2021-03-14T12:06", None),
    ],
)
def test_other_forms_are_read(word: str, time: str, offset: float | None) -> None:
    said = stamps([word], "a.csv")
    assert said.seconds.astype("datetime64[s]") == np.array([time], "datetime64[s]")
    np.testing.assert_equal(said.offset, [np.nan if offset is None else offset])


@pytest.mark.parametrize(
    "word",
    [
        *("", "noon", "NaT", "today", "12", "12.5", "31.02.2021", "2021-01/02"),
        *("2021-02-30", "2021-13-01", "2021-01-01 25:00", "2021-01-01 24:30", "2021-01-01 10:60"),
        *("1850-01-01 00:00", "2201-01-01 00:00", "2021-01-01 13:00 pm", "2021-01-01 05:06 CET"),
    ],
)
def test_what_is_no_time_is_none(word: str) -> None:
    assert stamps([word], "a.csv").seconds.tolist() == [NOT_A_TIME]


def test_the_order_of_day_and_month_is_told_by_a_day_after_the_12th() -> None:
    first = np.datetime64("2021-04-03")
    assert stamps(["03/04/2021", "13/04/2021"], "a").seconds.astype("datetime64[s]")[0] == first
    assert stamps(["04/03/2021", "04/13/2021"], "a").seconds.astype("datetime64[s]")[0] == first
    with pytest.raises(DataError, match=r"dates in a\.csv .* '03/04/2021', but no date tells"):
        stamps(["03/04/2021"], "a.csv")
    with pytest.raises(DataError, match="some have the day first and some the month"):
        stamps(["13/04/2021", "04/13/2021"], "a.csv")
