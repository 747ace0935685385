"""Series of sensors: shapes, labels, views."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_series import HOUR, small_series

from gnnlab.data.calendar import CALENDAR, calendar
from gnnlab.data.variables import Variable
from gnnlab.errors import DataError

SERIES = small_series(steps=48, runs=True)


def test_observed_is_where_there_is_a_value_and_zero_is_one():
    values = SERIES.values.copy()
    values[0, 0, 0] = 0
    values[1, 0, 0] = np.nan
    series = replace(SERIES, values=values)
    assert series.observed[:2, 0, 0].tolist() == [True, False]
    np.testing.assert_array_equal(series.observed, ~np.isnan(values))


def test_step_and_local_times():
    assert SERIES.step == HOUR
    assert SERIES.local_times[0] == SERIES.times[0] + HOUR  # Berlin in winter


def test_two_steps_are_a_series():
    assert len(small_series(steps=2).times) == 2


def test_variables_by_kind_and_name():
    assert SERIES.names("target") == ["PM2.5"]
    assert SERIES.names("past") == ["NO2"]
    assert SERIES.names("future") == [variable.name for variable in CALENDAR]
    assert SERIES.index("NO2") == 1
    with pytest.raises(DataError, match=r"a variable must be one of PM2.5, NO2, .*closest: PM2.5"):
        SERIES.index("pm25")


def test_what_is_taken_out_is_a_view():
    assert np.shares_memory(SERIES.of("NO2"), SERIES.values)
    assert np.shares_memory(SERIES.between(3, 9).values, SERIES.values)
    assert np.shares_memory(SERIES.dataset["PM2.5"].values, SERIES.values)


@given(st.integers(0, 40), st.integers(2, 8))
def test_between_keeps_values_and_times_together(start, steps):
    part = SERIES.between(start, start + steps)
    np.testing.assert_array_equal(part.values, SERIES.values[start : start + steps])
    np.testing.assert_array_equal(part.times, SERIES.times[start : start + steps])


@given(st.permutations(["s0", "s1", "s2"]), st.integers(1, 3))
def test_stations_come_in_the_order_asked_for_with_their_forecasts(names, number):
    names = names[:number]
    part = SERIES.at_stations(names)
    assert list(part.stations.index) == names
    for place, name in enumerate(names):
        station = int(name[1])
        np.testing.assert_array_equal(part.values[:, place], SERIES.values[:, station])
        np.testing.assert_array_equal(
            part.forecasts[0].values[:, :, place], SERIES.forecasts[0].values[:, :, station]
        )
        assert part.stations.longitude[name] == SERIES.stations.longitude[name]


def test_another_station_is_refused():
    with pytest.raises(DataError, match=r"a station must be one of the 3 .*got 'S0' \(closest: s0"):
        SERIES.at_stations(["S0"])


def test_the_calendar_is_the_same_at_every_station():
    waves = calendar(SERIES.times, SERIES.time_zone)
    for station in range(3):
        np.testing.assert_array_equal(SERIES.values[:, station, 2:], waves)


def test_the_data_set_is_labelled():
    labelled = SERIES.dataset
    assert labelled["PM2.5"].dims == ("time", "station")
    assert labelled["PM2.5"].attrs == {"unit": "ug/m3", "kind": "target"}
    assert labelled["longitude"].attrs == {"kind": "static"}
    np.testing.assert_array_equal(labelled["NO2 observed"], SERIES.observed[..., 1])
    assert labelled["NO2 observed"].attrs == {"kind": "mask"}
    np.testing.assert_array_equal(labelled["time"], SERIES.times)
    assert labelled["station"].values.tolist() == ["s0", "s1", "s2"]
    assert labelled.attrs == {"name": "small", "time_zone": "Europe/Berlin", "step": "3600 seconds"}


def test_it_says_what_it_is():
    assert repr(SERIES) == (
        "SensorSeries(name='small', times=48, stations=3, variables=8, targets=['PM2.5'])"
    )


def kinds(series):
    return {each.name: each.kind for each in series.variables if each.source == "measured"}


def test_other_targets_make_those_there_were_past():
    assert kinds(SERIES.with_kinds()) == kinds(SERIES) == {"PM2.5": "target", "NO2": "past"}
    other = SERIES.with_kinds(["NO2"])
    assert kinds(other) == {"PM2.5": "past", "NO2": "target"}
    np.testing.assert_array_equal(other.values, SERIES.values)
    assert kinds(SERIES.with_kinds(["NO2", "PM2.5"])) == {"PM2.5": "target", "NO2": "target"}


def test_measurements_are_known_ahead_only_in_perfect_weather():
    ahead = SERIES.with_kinds(future=["NO2"], perfect_weather=True)
    assert kinds(ahead) == {"PM2.5": "target", "NO2": "future"}
    assert ahead.perfect_weather
    assert ahead.with_kinds(["PM2.5"]).perfect_weather
    assert kinds(SERIES.with_kinds(["NO2"], ["PM2.5"], perfect_weather=True)) == {
        "PM2.5": "future",
        "NO2": "target",
    }
    with pytest.raises(DataError, match="known ahead must not be measured, got NO2"):
        SERIES.with_kinds(future=["NO2"])


@pytest.mark.parametrize("target", [(), ("PM2.5",)])
def test_a_target_is_not_known_ahead(target):
    with pytest.raises(DataError, match=r"known ahead must not be a target, got PM2\.5 as both"):
        SERIES.with_kinds(target, ["PM2.5"], perfect_weather=True)


def test_kinds_of_other_variables_are_refused():
    with pytest.raises(DataError, match=r"one of PM2.5, NO2, .*got 'NO3' \(closest: NO2\)"):
        SERIES.with_kinds(["NO3"])
    with pytest.raises(DataError, match=r"got 'PM3\.5'"):
        SERIES.with_kinds(future=["PM3.5"])


IRREGULAR = np.concatenate([SERIES.times[:-1], SERIES.times[-1:] + HOUR])


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"values": SERIES.values[:, :2]}, r"= \[48, 3, 8\], got \[48, 2, 8\]"),
        ({"variables": SERIES.variables[1:]}, r"= \[48, 3, 7\], got \[48, 3, 8\]"),
        ({"values": SERIES.values.astype(float)}, "values must be float32, got float64"),
        ({"stations": SERIES.stations.set_axis(["a", "b", "a"])}, "got 'a' twice"),
        ({"stations": SERIES.stations.drop(columns="latitude")}, "got no latitude"),
        ({"times": SERIES.times[::-1]}, "ascend in equal steps"),
        ({"times": IRREGULAR}, "got 48 times with 2 different steps"),
        ({"times": SERIES.times[:1], "values": SERIES.values[:1]}, "at least 2 of them, got 1"),
        (
            {"forecasts": [runs.stations([0]) for runs in SERIES.forecasts]},
            "forecasts must be of all 3 stations, got 1",
        ),
    ],
)
def test_shapes_and_times_must_go_together(changed, message):
    with pytest.raises(DataError, match=message):
        replace(SERIES, **changed)


def test_a_target_is_wanted():
    variables = (Variable("PM2.5", "ug/m3", "past"), *SERIES.variables[1:])
    with pytest.raises(DataError, match="at least 1 target, got none"):
        replace(SERIES, variables=variables)


def test_tomorrows_measurements_are_refused():
    variables = (SERIES.variables[0], Variable("rain", "mm", "future"), *CALENDAR)
    with pytest.raises(DataError, match="must not be measured, got rain"):
        replace(SERIES, variables=variables)
    assert replace(SERIES, variables=variables, perfect_weather=True).names("future")[0] == "rain"


def test_a_calendar_is_added_once():
    assert SERIES.with_calendar() is SERIES
    bare = replace(
        SERIES,
        values=SERIES.values[..., : -len(CALENDAR)],
        variables=SERIES.variables[: -len(CALENDAR)],
    )
    once = bare.with_calendar()
    assert [each.name for each in once.variables[-6:]] == [each.name for each in CALENDAR]
    assert once.with_calendar() is once


def test_numbers_of_stations_are_their_places():
    assert SERIES.station_numbers(["s2", "s0"]) == [2, 0]
    with pytest.raises(DataError, match=r"got 'S1' \(closest: s1\)"):
        SERIES.station_numbers(["s0", "S1"])
