"""The calendar: the clock on the wall, also where it jumps."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gnnlab.data.calendar import CALENDAR, calendar, local_times
from gnnlab.errors import DataError

WAVES = [variable.name for variable in CALENDAR]
MOMENTS = st.integers(0, 2_000_000_000)  # seconds since 1970, up to 2033


def clock(moment: int, zone: str) -> datetime:
    return datetime.fromtimestamp(moment, UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None)


@given(
    st.lists(MOMENTS, min_size=1, max_size=4),
    st.sampled_from(["Europe/Paris", "America/St_Johns", "Asia/Kathmandu", "Pacific/Apia"]),
)
def test_local_times_are_those_of_the_clock(moments, zone):
    times = np.array(moments, "datetime64[s]")
    expected = np.array([clock(moment, zone) for moment in moments], "datetime64[s]")
    np.testing.assert_array_equal(local_times(times, zone), expected)


def test_in_autumn_the_clock_shows_an_hour_twice_and_in_spring_it_leaves_one_out():
    autumn = np.datetime64("2023-10-29T00", "s") + np.arange(3) * np.timedelta64(1, "h")
    spring = np.datetime64("2023-03-26T00", "s") + np.arange(3) * np.timedelta64(1, "h")
    hours = "datetime64[h]"
    assert local_times(autumn, "Europe/Paris").astype(hours).astype(str).tolist() == [
        "2023-10-29T02",
        "2023-10-29T02",
        "2023-10-29T03",
    ]
    assert local_times(spring, "Europe/Paris").astype(hours).astype(str).tolist() == [
        "2023-03-26T01",
        "2023-03-26T03",
        "2023-03-26T04",
    ]


@given(MOMENTS, st.sampled_from(["Europe/Paris", "Asia/Shanghai"]))
def test_waves_are_those_of_the_clock_across_its_jumps(moment, zone):
    local = clock(moment, zone)
    hour = (local.hour * 60 + local.minute) * 60 + local.second
    since_new_year = (local - datetime(local.year, 1, 1)).total_seconds()
    angles = (
        2
        * np.pi
        * np.array(
            [
                hour / 86_400,
                (local.weekday() + hour / 86_400) / 7,
                since_new_year / 86_400 / 365.2425,
            ]
        )
    )
    waves = calendar(np.array([moment], "datetime64[s]"), zone)[0]
    expected = np.column_stack([np.sin(angles), np.cos(angles)]).ravel()
    np.testing.assert_allclose(waves, expected, atol=1e-6)


def test_waves_are_named_in_their_order():
    morning = calendar(np.array(["2024-01-01T06"], "datetime64[s]"), "UTC")[0]  # a Monday
    expected = {
        "sine of day": 1,
        "cosine of day": 0,
        "sine of week": 0.223,
        "cosine of week": 0.975,
        "sine of year": 0.004,
        "cosine of year": 1,
    }
    assert dict(zip(WAVES, morning, strict=True)) == pytest.approx(expected, abs=1e-3)
    assert {variable.kind for variable in CALENDAR} == {"future"}


def test_a_fixed_offset_is_a_zone():
    times = np.array(["2024-01-01T00"], "datetime64[s]")
    assert local_times(times, "+05:45") == np.datetime64("2024-01-01T05:45")


@pytest.mark.parametrize("zone", ["Europe/Atlantis", "+99:99", ""])
def test_other_zones_are_refused(zone):
    times = np.array(["2024-01-01T00"], "datetime64[s]")
    with pytest.raises(
        DataError, match=f"a time zone must be a name such as .*got '{zone}'".replace("+", "\\+")
    ):
        local_times(times, zone)
