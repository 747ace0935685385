"""Variables: their kinds, and what nobody can know ahead."""

import pytest

from gnnlab.data.variables import Variable, check_variables
from gnnlab.errors import DataError

TARGET = Variable("PM2.5", "ug/m3", "target")
TOMORROW = Variable("temperature", "degC", "future")


def test_kinds_and_sources_are_few():
    with pytest.raises(DataError, match="kind of rain must be one of target, past, future, got"):
        Variable("rain", "mm", "covariate")
    with pytest.raises(DataError, match="source of rain must be one of measured, calendar, got"):
        Variable("rain", "mm", "past", "guessed")


def test_no_name_comes_twice():
    with pytest.raises(DataError, match=r"must have different names, got 'PM2.5' twice"):
        check_variables([TARGET, Variable("rain", "mm", "past"), TARGET], False)


def test_what_is_measured_is_not_known_ahead_unless_that_is_said():
    with pytest.raises(DataError, match=r"got temperature of kind future.*--perfect-weather"):
        check_variables([TARGET, TOMORROW], perfect_weather=False)
    check_variables([TARGET, TOMORROW], perfect_weather=True)


def test_the_calendar_is_known_ahead():
    check_variables([TARGET, Variable("hour", "1", "future", "calendar")], perfect_weather=False)
