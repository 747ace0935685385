"""Units against published factors, in every spelling."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gnnlab.data.readings.units import (
    POLLUTANTS,
    canonical_unit,
    known_variable,
    to_canonical,
    unit_in,
)
from gnnlab.errors import DataError

NUMBERS = st.floats(-1e6, 1e6)


def converted(value: float, variable: str, unit: str) -> float:
    values, _ = to_canonical(np.array([value]), variable, unit)
    return values[0]


@pytest.mark.parametrize(
    ("gas", "factor"),  # ug/m3 a ppb at 20 degC and 1013 mbar, as DEFRA publishes them
    [("O3", 1.9957), ("NO2", 1.9125), ("SO2", 2.6609), ("NO", 1.2473), ("CO", 1.1642)],
)
def test_parts_of_volume_follow_the_published_factors(gas, factor):
    assert converted(1, gas, "ppb") == pytest.approx(factor, rel=1e-3)
    assert converted(1, gas, "ppm") == pytest.approx(1000 * factor, rel=1e-3)
    assert converted(1e3, gas, "ppt") == pytest.approx(factor, rel=1e-3)


def test_nitrogen_oxides_count_as_dioxide():
    assert converted(3, "NOx", "ppb") == converted(3, "NO2", "ppb")


@pytest.mark.parametrize("variable", ["PM2.5", "PM10"])
@pytest.mark.parametrize("unit", ["ppb", "ppm", "ppt"])
def test_particles_have_no_parts_of_volume(variable, unit):
    with pytest.raises(DataError, match=f"particles have no molar mass: the unit of {variable}"):
        to_canonical(np.ones(1), variable, unit)


@pytest.mark.parametrize(
    ("variable", "value", "unit", "expected"),
    [
        ("PM2.5", 0.035, "mg/m3", 35),
        ("PM2.5", 35_000, "ng/m3", 35),
        ("PM10", 5e-5, "g/m3", 50),
        ("temperature", 273.15, "K", 0),
        ("temperature", -40, "F", -40),
        ("dew point", 212, "°F", 100),
        ("pressure", 101_325, "Pa", 1013.25),
        ("pressure", 101.325, "kPa", 1013.25),
        ("pressure", 760, "mmHg", 1013.25),
        ("pressure", 29.9213, "inHg", 1013.25),
        ("pressure", 1, "atm", 1013.25),
        ("humidity", 0.55, "1", 55),
        ("rain", 1, "inch", 25.4),
        ("rain", 0.002, "m", 2),
        ("rain", 0.2, "cm", 2),
        ("wind speed", 36, "km/h", 10),
        ("wind u", -1, "kt", -0.514444),
        ("wind v", 100, "mph", 44.704),
        ("wind direction", np.pi, "rad", 180),
    ],
)
def test_units_become_the_canonical_one(variable, value, unit, expected):
    values, canonical = to_canonical(np.array([value, np.nan]), variable, unit)
    np.testing.assert_allclose(values, [expected, np.nan], rtol=1e-5, atol=1e-9)
    assert canonical == canonical_unit(variable)


@given(NUMBERS, st.sampled_from([*POLLUTANTS, "temperature", "rain", "wind u"]))
def test_the_canonical_unit_leaves_numbers_alone(number, variable):
    values = np.array([number, np.nan])
    assert to_canonical(values, variable, canonical_unit(variable))[0] is values


def test_numbers_keep_their_precision():
    values, _ = to_canonical(np.array([0.5], np.float32), "CO", "mg/m3")
    assert values.dtype == np.float32


@pytest.mark.parametrize(
    ("variable", "unit", "spellings"),
    [
        ("NO2", "ug/m3", ["µg/m³", "μg m⁻³", "ug/m^3", "µg m-3", "ug.m-3", "UG/M3", "mcg/m3"]),
        ("NO2", "ug/m3", ["Micrograms/cubic meter (LC)", "ug/m**3"]),
        ("CO", "mg/m3", ["mg/m³", "mg m-3", "mg·m⁻³"]),
        ("O3", "ppb", ["PPB", "ppbv", "nmol/mol", "Parts per billion"]),
        ("temperature", "K", ["K", "Kelvin"]),
        ("temperature", "degF", ["°F", "ºF", "F", "Degrees Fahrenheit", "degF"]),
        ("pressure", "hPa", ["hPa", "mbar", "millibar"]),
        ("humidity", "1", ["0..1", "0-1", "fraction"]),
        ("humidity", "%", ["%", "percent", "Percent relative humidity"]),
        ("wind speed", "m/s", ["m s-1", "m/s", "m s^-1", "m·s⁻¹", "mps"]),
        ("wind speed", "km/h", ["km/h", "km h-1", "kph", "kmh"]),
        ("wind speed", "kt", ["kt", "knots", "kn"]),
        ("rain", "mm", ["mm", "kg m-2", "l/m²"]),
        ("rain", "inch", ["in", "inches"]),
        ("wind direction", "deg", ["°", "degrees", "Degrees Compass"]),
    ],
)
def test_spellings_mean_their_unit(variable, unit, spellings):
    for spelling in spellings:
        assert converted(7, variable, spelling) == converted(7, variable, unit), spelling


@pytest.mark.parametrize(
    ("variable", "unit"),
    [("PM2.5", "furlong"), ("temperature", "ppb"), ("rain", "mm/h"), ("humidity", "")],
)
def test_another_unit_is_refused_with_those_that_fit(variable, unit):
    wanted = f"the unit of {variable} must be one of {canonical_unit(variable)}, .*got '{unit}'"
    with pytest.raises(DataError, match=wanted):
        to_canonical(np.ones(1), variable, unit)


def test_a_variable_that_nobody_knows_keeps_its_unit():
    values = np.ones(2)
    assert to_canonical(values, "benzene", "µg/m³") == (values, "ug/m3")
    assert to_canonical(values, "traffic", "cars") == (values, "cars")
    assert canonical_unit("benzene") == "1"


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("PM2.5 (µg/m³)", ("PM2.5", "ug/m3")),
        ("PM2,5 [μg m⁻³]", ("PM2.5", "ug/m3")),
        ("pm2_5", ("PM2.5", None)),
        ("pm25_ugm3", ("PM2.5", "ug/m3")),
        ("pm25_ug_m3", ("PM2.5", "ug/m3")),
        ("CO, mg/m3", ("CO", "mg/m3")),
        ("O3.ppb", ("O3", "ppb")),
        ("Ozone (O3)", ("O3", None)),
        ("Ozone (O3) (ppb)", ("O3", "ppb")),
        ("NO_x", ("NOx", None)),
        ("temperature_2m (°C)", ("temperature", "degC")),
        ("wind_speed_10m {km/h}", ("wind speed", "km/h")),
        ("wind_speed_80m (km/h)", ("wind_speed_80m", "km/h")),  # not what stations measure
        ("wind_dir_deg", ("wind direction", "deg")),
        ("wind direction (degrees)", ("wind direction", "deg")),
        ("Wind speed m/s", ("wind speed", "m/s")),
        ("WSPM", ("wind speed", None)),
        ("DEWP", ("dew point", None)),
        ("humidity (1)", ("humidity", "1")),
        ("Benzene (ug/m3)", ("Benzene", "ug/m3")),
        ("NO", ("NO", None)),
        ("PM10_1", ("PM10_1", None)),  # one of several sensors
        ("humidity_1", ("humidity_1", None)),
        ("No", ("No", None)),  # numbers the rows
        (" Park (north) ", ("Park (north)", None)),
        ("PM2.5 (furlong)", ("PM2.5", "furlong")),  # to be refused, not to be overlooked
    ],
)
def test_headers_say_variable_and_unit(header, expected):
    assert unit_in(header) == expected


@given(st.text(max_size=20))
def test_any_header_has_a_name(header):
    name, unit = unit_in(header)
    assert name or not header.strip()
    if unit is None and known_variable(header) is None:
        assert name == header.strip()


def test_words_of_no_variable_are_not_known():
    assert known_variable("station") is None
    assert known_variable("Ozone (PM10)") is None
