from dataclasses import replace

import numpy as np
import pytest
from small_series import small_series

from gnnlab.data import SensorSeries, Variable
from gnnlab.errors import DataError
from gnnlab.experiments.as_fitted import as_fitted

FITTED = small_series(60)
NEW = small_series(30, seed=1)


def named(series: SensorSeries, *names: str) -> SensorSeries:
    table = series.stations.set_axis(list(names))
    return replace(series, stations=table)


def test_the_same_stations_and_variables_stay_as_they_are() -> None:
    found, notes = as_fitted(NEW, FITTED)
    np.testing.assert_array_equal(found.values, NEW.values[..., :2])
    np.testing.assert_array_equal(found.times, NEW.times)
    assert notes == []


def test_order_is_that_of_the_fit() -> None:
    other = replace(NEW.at_stations(["s2", "s0", "s1"]).with_kinds(target=["NO2"]))
    values = other.values[..., [1, 0, *range(2, 8)]]
    variables = [other.variables[number] for number in (1, 0, *range(2, 8))]
    found, notes = as_fitted(replace(other, values=values, variables=variables), FITTED)
    np.testing.assert_array_equal(found.values, NEW.values[..., :2])
    assert found.names("target") == ["PM2.5"]
    assert notes == []


def test_clock_and_kinds_are_those_of_the_fit() -> None:
    found, _ = as_fitted(replace(NEW, time_zone="UTC").with_kinds(target=["NO2"]), FITTED)
    assert found.time_zone == "Europe/Berlin"
    assert found.variables == [*FITTED.variables[:2]]


def test_a_station_that_is_gone_is_silent_and_a_new_one_left_out() -> None:
    found, notes = as_fitted(named(NEW, "s2", "s1", "new"), FITTED)
    assert [*found.stations.index] == ["s0", "s1", "s2"]
    assert np.isnan(found.values[:, 0]).all()
    np.testing.assert_array_equal(found.values[:, 1:], NEW.values[:, [1, 0], :2])
    assert notes == [
        "no readings of s0: forecast as silent",
        "not a station of the run, left out: new",
    ]


def test_readings_of_none_of_the_stations_are_refused() -> None:
    with pytest.raises(DataError, match="of a station of the run, s0, s1, s2, got a, b, c"):
        as_fitted(named(NEW, "a", "b", "c"), FITTED)
    many = small_series(30, stations=8)
    with pytest.raises(DataError, match="got x0, x1, x2, x3, x4 and 3 more"):
        as_fitted(named(many, *(f"x{number}" for number in range(8))), FITTED)


def test_another_step_is_refused() -> None:
    half = NEW.times[0] + np.arange(30) * np.timedelta64(30, "m")
    with pytest.raises(DataError, match="steps of 1 hour, as the run's, got 30 minutes"):
        as_fitted(replace(NEW, times=half), FITTED)


def test_another_unit_is_refused() -> None:
    other = [Variable("PM2.5", "1", "target"), *NEW.variables[1:]]
    with pytest.raises(DataError, match=r"PM2.5 must be in ug/m3, as the run's, got 1"):
        as_fitted(replace(NEW, variables=other), FITTED)


def test_a_variable_that_is_missing_is_refused_and_another_left_out() -> None:
    other = [NEW.variables[0], replace(NEW.variables[1], name="NOx"), *NEW.variables[2:]]
    with pytest.raises(DataError, match=r"PM2.5, NO2, got no NO2 \(closest: NOx\)"):
        as_fitted(replace(NEW, variables=other), FITTED)
    more = replace(
        NEW,
        values=np.concatenate([NEW.values, NEW.values[..., :1]], axis=2),
        variables=[*NEW.variables, Variable("O3", "ug/m3", "past")],
    )
    found, notes = as_fitted(more, FITTED)
    assert [each.name for each in found.variables] == ["PM2.5", "NO2"]
    assert notes == []
