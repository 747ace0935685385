"""Weather of other stations: the nearest place, and never a later time."""

from dataclasses import replace

import numpy as np
import pandas
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gnnlab.data.issue import Issue
from gnnlab.data.series import SensorSeries
from gnnlab.data.variables import Variable
from gnnlab.data.weather import with_weather
from gnnlab.errors import DataError

MINUTE = np.timedelta64(60, "s")
START = np.datetime64("2024-03-30T00", "s")
WEATHER = (Variable("temperature", "degC", "target"), Variable("rain", "mm", "past"))


def series(variables, places, minutes, steps, start=START, seed=0, **more) -> SensorSeries:
    values = np.random.default_rng(seed).normal(size=(steps, len(places), len(variables)))
    return SensorSeries(
        values=values.astype(np.float32),
        variables=variables,
        times=start + np.arange(steps) * minutes * MINUTE,
        stations=pandas.DataFrame.from_dict(
            places, orient="index", columns=["longitude", "latitude"], dtype=float
        ),
        **more,
    )


def sensors(**more) -> SensorSeries:
    places = {"Mill": (13.0, 52.0), "Park": (14.0, 52.0), "Ring": (13.1, 52.0)}
    variables = (Variable("PM2.5", "ug/m3", "target"),)
    return series(variables, places, **({"minutes": 60, "steps": 24} | more))


def weather(**more) -> SensorSeries:
    places = {"Hill": (14.2, 52.0), "Field": (13.0, 52.1), "Far": (20.0, 40.0)}
    return series(
        **({"variables": WEATHER, "places": places, "minutes": 60, "steps": 24, "seed": 1} | more)
    )


def said(of: SensorSeries, kind: str) -> list[tuple[int, str, str]]:
    return [(each.count, each.rule, each.first) for each in of.issues if each.kind == kind]


def test_the_target_guessed_for_weather_alone_is_not_said():
    guessed = Issue("guessed target", 1, "the target is temperature", "weather.csv")
    other = Issue("guessed unit", 1, "temperature is in degC", "weather.csv")
    own = Issue("guessed target", 1, "the target is PM2.5", "readings.csv")
    both = with_weather(sensors(issues=[own]), weather(issues=[guessed, other]))
    assert both.issues[:2] == (own, other)
    assert guessed not in both.issues


def test_each_sensor_has_the_weather_of_the_nearest_station():
    both = with_weather(sensors(), weather())
    np.testing.assert_array_equal(both.of("PM2.5"), sensors().of("PM2.5"))
    for sensor, station in enumerate([1, 0, 1]):
        np.testing.assert_array_equal(both.values[:, sensor, 1:], weather().values[:, station])
    assert both.variables == (
        *sensors().variables,
        Variable("temperature", "degC", "past"),
        Variable("rain", "mm", "past"),
    )
    assert not both.perfect_weather


def test_issues_say_who_serves_whom_and_how_far():
    both = with_weather(sensors(), weather())
    assert said(both, "weather of the nearest station") == [
        (1, "Hill serves Park 13.7 km", "Park"),  # 0.2 degrees x 111.19 km x cos(52 degrees)
        (2, "Field serves Mill 11.1 km, Ring 13.1 km", "Mill"),
    ]
    assert said(both, "weather stations not used") == [
        (1, "nearest to no sensor, or without coordinates: left out", "Far")
    ]
    assert len(both.issues) == 3


def test_issues_of_both_are_kept():
    first, second = Issue("a", 1, "b", "c"), Issue("d", 2, "e", "f")
    both = with_weather(sensors(issues=[first]), weather(issues=[second]))
    assert both.issues[:2] == (first, second)


def test_many_sensors_are_not_all_named():
    many = {f"S{number}": (13 + number / 100, 52.0) for number in range(22)}
    only = weather(places={"Hill": (13.0, 52.0)})
    ((count, rule, _),) = said(
        with_weather(
            series((Variable("O3", "ug/m3", "target"),), many, minutes=60, steps=24), only
        ),
        "weather of the nearest station",
    )
    assert count == 22
    assert "S19 13.0 km, 2 more up to 14.4 km" in rule


@given(
    minutes=st.sampled_from([10, 30, 60, 180, 1440]),
    shift=st.integers(-3000, 1200),
    steps=st.integers(2, 40),
)
def test_a_sensor_has_what_was_measured_last_within_a_step(minutes, shift, steps):
    """Against a search through all times of the weather, one at a time."""
    measured = weather(minutes=minutes, steps=steps, start=START + shift * MINUTE)
    expected = np.full((24, 2), np.nan, np.float32)
    for row, time in enumerate(sensors().times):
        for step, then in enumerate(measured.times):
            if then <= time < then + minutes * MINUTE:
                expected[row] = measured.values[step, 1]
    if np.isnan(expected).all():
        with pytest.raises(DataError, match="weather must be of the times of the readings"):
            with_weather(sensors(), measured)
    else:
        both = with_weather(sensors(), measured)
        np.testing.assert_array_equal(both.values[:, 0, 1:], expected)


@given(st.integers(1, 23), st.sampled_from([10, 60, 180]), st.integers(-59, 0))
def test_later_weather_changes_nothing_earlier(hour, minutes, shift):
    measured = weather(minutes=minutes, steps=200, start=START + shift * MINUTE)
    now = START + 60 * hour * MINUTE
    altered = measured.values.copy()
    altered[measured.times > now] = 1e6
    before = with_weather(sensors(), measured)
    after = with_weather(sensors(), replace(measured, values=altered))
    assert before.values[: hour + 1].tobytes() == after.values[: hour + 1].tobytes()


def test_times_without_weather_and_older_weather_are_said():
    short = weather(minutes=180, steps=3, start=START + 90 * MINUTE)  # until 10:30
    both = with_weather(sensors(), short)
    assert said(both, "times without weather") == [
        (15, "taken as unobserved", "2024-03-30T00:00:00")
    ]
    assert said(both, "weather of other times") == [
        (9, "the last measured before counts, up to 2:30:00 old", "2024-03-30T02:00:00")
    ]
    assert said(both, "rain of another step") == [
        (1, "sums over 3:00:00 are kept as they are, a step here is 1:00:00", "2024-03-30T01:30:00")
    ]


def test_what_is_not_observed_there_is_not_observed_here():
    holes = weather()
    holes.values[3, 1, 0] = np.nan
    both = with_weather(sensors(), holes)
    assert np.argwhere(~both.observed).tolist() == [[3, 0, 1], [3, 2, 1]]


def test_a_sensor_without_coordinates_has_no_weather_and_a_weather_station_serves_none():
    lost = sensors()
    lost.stations.loc["Mill"] = np.nan
    nowhere = weather()
    nowhere.stations.loc["Hill", "latitude"] = np.nan
    both = with_weather(lost, nowhere)
    assert np.isnan(both.values[:, 0, 1:]).all()
    np.testing.assert_array_equal(both.values[:, 2, 1:], nowhere.values[:, 1])
    assert said(both, "sensors without weather") == [
        (1, "no coordinates: weather taken as unobserved", "Mill")
    ]
    ((count, _, first),) = said(both, "weather stations not used")
    assert (count, first) == (2, "Hill")


def test_calendars_do_not_meet_and_perfect_weather_stays_perfect():
    perfect = weather(
        variables=(WEATHER[0], replace(WEATHER[1], kind="future")), perfect_weather=True
    )
    both = with_weather(sensors().with_calendar(), perfect.with_calendar())
    assert [each.name for each in both.variables[-2:]] == ["temperature", "rain"]
    assert both.names("past") == ["temperature"]
    assert "rain" in both.names("future")
    assert both.perfect_weather


def test_what_sensors_measure_themselves_counts():
    variables = (Variable("PM2.5", "ug/m3", "target"), WEATHER[1])
    known = series(variables, {"Mill": (13.0, 52.0)}, minutes=60, steps=24)
    both = with_weather(known, weather())
    assert [each.name for each in both.variables] == ["PM2.5", "rain", "temperature"]
    np.testing.assert_array_equal(both.of("rain"), known.of("rain"))
    np.testing.assert_array_equal(both.of("temperature")[:, 0], weather().of("temperature")[:, 1])
    assert said(both, "variables in both") == [
        (1, "what the sensors measured counts: rain", "rain")
    ]


def test_weather_that_brings_nothing_is_refused():
    known = series(WEATHER, {"Mill": (13.0, 52.0)}, minutes=60, steps=24)
    with pytest.raises(DataError, match="that the readings have not, got temperature, rain"):
        with_weather(known, weather())


@pytest.mark.parametrize("what", ["sensor", "weather station"])
def test_without_any_coordinates_nothing_is_nearest(what):
    given_both = {"sensor": sensors(), "weather station": weather()}
    given_both[what].stations["longitude"] = np.nan
    with pytest.raises(DataError, match=f"at least 1 {what} must have coordinates .*none of 3"):
        with_weather(*given_both.values())
