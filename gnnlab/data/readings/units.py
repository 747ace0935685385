"""Numbers in the units that gnnlab counts in, whatever unit and spelling they came in."""

from __future__ import annotations

import re
import unicodedata

import numpy as np

from gnnlab.errors import DataError
from gnnlab.graphs.labels import closest, hint

POLLUTANTS = ("PM2.5", "PM10", "O3", "NO2", "SO2", "CO", "NO", "NOx")

# At 20 degC and 101.325 kPa, as the European Union reports gases (Directive 2008/50/EC, annex VI C;
# the United States use 25 degC, 40 CFR 50.3: 1.7 % less). Litres a mole:
_MOLAR_VOLUME = 8.314462618 * 293.15 / 101.325
_MOLAR_MASS = {  # g/mol; NOx is counted as NO2 (the same directive, article 2, 24)
    "O3": 47.998,
    "NO2": 46.0055,
    "SO2": 64.064,
    "CO": 28.010,
    "NO": 30.006,
    "NOx": 46.0055,
}

# Of each variable the units, the canonical one first: canonical = factor * value + offset.
_MASS = {"ug/m3": 1.0, "mg/m3": 1e3, "ng/m3": 1e-3, "g/m3": 1e6}
_PARTS = {"ppb": 1.0, "ppm": 1e3, "ppt": 1e-3}
_TEMPERATURE = {"degC": 1.0, "K": 1.0, "degF": 5 / 9}
_SPEED = {"m/s": 1.0, "km/h": 1 / 3.6, "kt": 1852 / 3600, "mph": 0.44704}
_FACTORS = {
    **dict.fromkeys(POLLUTANTS, _MASS),
    **{
        gas: _MASS | {unit: parts * mass / _MOLAR_VOLUME for unit, parts in _PARTS.items()}
        for gas, mass in _MOLAR_MASS.items()
    },
    "temperature": _TEMPERATURE,
    "dew point": _TEMPERATURE,
    "pressure": {
        "hPa": 1.0,
        "Pa": 0.01,
        "kPa": 10.0,
        "mmHg": 1.333223874,
        "inHg": 33.86388667,
        "atm": 1013.25,
    },
    "humidity": {"%": 1.0, "1": 100.0},
    "rain": {"mm": 1.0, "cm": 10.0, "m": 1e3, "inch": 25.4},
    "wind speed": _SPEED,
    "wind u": _SPEED,
    "wind v": _SPEED,
    "wind direction": {"deg": 1.0, "rad": 180 / np.pi},
}
_OFFSETS = {"K": -273.15, "degF": -160 / 9}

# Spellings in lower case, without spaces and signs: see _compact.
_UNIT_SPELLINGS = {
    "ug/m3": "ugm3 mcgm3 microgramsm3 microgramscubicmeter microgramscubicmeterlc "
    "microgramscubicmeter25c microgramspercubicmeter",
    "mg/m3": "mgm3 milligramsm3 milligramspercubicmeter",
    "ng/m3": "ngm3 nanogramspercubicmeter",
    "g/m3": "gm3 gramspercubicmeter",
    "ppb": "ppb ppbv nmolmol nmolmol1 partsperbillion",
    "ppm": "ppm ppmv umolmol umolmol1 partspermillion",
    "ppt": "ppt pptv pmolmol pmolmol1 partspertrillion",
    "degC": "degc c celsius degcelsius degreescelsius degreecelsius",
    "K": "k kelvin degk",
    "degF": "degf f fahrenheit degreesfahrenheit degreefahrenheit",
    "hPa": "hpa mbar mb millibar millibars hectopascal",
    "Pa": "pa pascal",
    "kPa": "kpa kilopascal",
    "mmHg": "mmhg torr",
    "inHg": "inhg inchhg inchesofmercury",
    "atm": "atm",
    "%": "% percent pct percentrelativehumidity %rh",
    "1": "1 01 fraction",
    "mm": "mm kgm2 lm2 millimeter millimeters millimetre millimetres",
    "cm": "cm",
    "m": "m",
    "inch": "inch in inches",
    "m/s": "ms ms1 mps mpersec meterspersecond metrespersecond",
    "km/h": "kmh kmh1 kph kmhr",
    "kt": "kt kts kn knot knots",
    "mph": "mph mih mileshour milesperhour",
    "deg": "deg degree degrees degreescompass degn degtrue",
    "rad": "rad radians",
}
_VARIABLE_SPELLINGS = {
    "PM2.5": "pm25 pm2p5 pm25localconditions acceptablepm25aqispeciationmass",
    "PM10": "pm10 pm10total010umstp",
    "O3": "o3 ozone",
    "NO2": "no2 nitrogendioxide",
    "SO2": "so2 sulphurdioxide sulfurdioxide",
    "CO": "co carbonmonoxide",
    "NO": "no nitricoxide nitrogenmonoxide",
    "NOx": "nox oxidesofnitrogen nitrogenoxides",
    "temperature": "temperature temp t2m ta tair airtemp airtemperature outdoortemperature",
    "pressure": "pressure pres press airpressure surfacepressure barometricpressure "
    "atmosphericpressure",
    "dew point": "dewpoint dewp dew dewpt dwpt dewpointtemperature d2m",
    "humidity": "humidity rh relhum rhum relativehumidity hum humi",
    "rain": "rain precipitation precip prcp rainfall prec",
    "wind u": "windu u10 uwind windspeedu ucomponentofwind",
    "wind v": "windv v10 vwind windspeedv vcomponentofwind",
    "wind speed": "windspeed wspm ws wspd windspd windvelocity ff windspeedresultant",
    "wind direction": "winddirection winddir wd wdir wdirection winddirectionresultant",
}
_UNIT = {word: unit for unit, words in _UNIT_SPELLINGS.items() for word in words.split()}
_VARIABLE = {word: name for name, words in _VARIABLE_SPELLINGS.items() for word in words.split()}
_SIGNS = str.maketrans({"º": "°", "˚": "°", "µ": "u", "μ": "u"})
_BRACKET = re.compile(r"(.+)\s*(?:\((.*)\)|\[(.*)\]|\{(.*)\})\s*", re.DOTALL)
_HEIGHT = re.compile(r"(2|10)m$")  # metres above ground that weather is measured at everywhere


def to_canonical(values: np.ndarray, variable: str, unit: str) -> tuple[np.ndarray, str]:
    """The values in the unit that gnnlab counts the variable in, and that unit.

    Gases in parts of volume are taken at 20 degC and 101.325 kPa. Values that are in the right unit
    are returned as they are; those of a variable that gnnlab does not know keep theirs.

    Args:
        values: numbers, any shape; NaN stays NaN.
        variable: such as ``"PM2.5"``, ``"temperature"`` or ``"wind speed"``.
        unit: in any usual spelling, such as ``"µg m-3"``.

    Raises:
        DataError: a unit that the variable is not measured in.

    >>> to_canonical(np.array([0.4]), "CO", "mg/m³")
    (array([400.]), 'ug/m3')
    >>> to_canonical(np.array([32.0, 212.0]), "temperature", "°F")[0].round(6).tolist()
    [0.0, 100.0]
    """
    known = _FACTORS.get(variable)
    spelled = _UNIT.get(_compact(unit), unit)
    if known is None:
        return values, spelled
    canonical = canonical_unit(variable)
    if spelled in _PARTS and spelled not in known and variable in POLLUTANTS:
        raise DataError(
            f"particles have no molar mass: the unit of {variable} must be a mass in a volume, "
            f"{', '.join(known)}, got {unit!r}"
        )
    if spelled not in known:
        raise DataError(
            f"the unit of {variable} must be one of {', '.join(known)}, got {unit!r}"
            f"{hint(closest(unit, known))}"
        )
    if spelled == canonical:
        return values, canonical
    return values * known[spelled] + _OFFSETS.get(spelled, 0.0), canonical


def canonical_unit(variable: str) -> str:
    """The unit that gnnlab counts a variable in; ``"1"``, a number, if it does not know it.

    >>> canonical_unit("PM2.5"), canonical_unit("pressure"), canonical_unit("traffic")
    ('ug/m3', 'hPa', '1')
    """
    return units_of(variable)[0]


def units_of(variable: str) -> tuple[str, ...]:
    """The units that gnnlab knows of a variable, the one that it counts in first.

    >>> units_of("humidity"), units_of("traffic")
    (('%', '1'), ('1',))
    """
    return tuple(_FACTORS.get(variable, {"1": 1.0}))


def known_variable(text: str) -> str | None:
    """The variable that a word means; ``None`` if gnnlab does not know it.

    ``"No"`` numbers rows; ``"NO"`` and ``"no"`` are nitric oxide.

    >>> known_variable("pm2_5"), known_variable("Ozone (O3)"), known_variable("station")
    ('PM2.5', 'O3', None)
    """
    if text.strip().rstrip(".") == "No":
        return None
    word = _compact(text)
    name = _VARIABLE.get(word) or _VARIABLE.get(_HEIGHT.sub("", word))
    if name is None and (parts := _bracket(text)):
        name = known_variable(parts[0])
        if known_variable(parts[1]) != name:
            return None
    return name


def unit_in(header: str) -> tuple[str, str | None]:
    """The variable and the unit that a column's header says; ``None`` where it says no unit.

    A variable that gnnlab does not know is called as the header calls it. Of one that it knows,
    what stands in brackets is its unit, right or wrong.

    >>> unit_in("PM2.5 (µg/m³)"), unit_in("CO [mg/m3]"), unit_in("pm25_ugm3")
    (('PM2.5', 'ug/m3'), ('CO', 'mg/m3'), ('PM2.5', 'ug/m3'))
    >>> unit_in("TEMP"), unit_in("Benzene (ug/m3)"), unit_in("Park (north)")
    (('temperature', None), ('Benzene', 'ug/m3'), ('Park (north)', None))
    """
    if name := known_variable(header):
        return name, None
    if parts := _bracket(header):
        name, unit = known_variable(parts[0]), _UNIT.get(_compact(parts[1]))
        if name or unit:
            return name or parts[0], unit or parts[1]
    for separator in re.finditer(r"[\s_,;:.-]+", header):
        name = known_variable(header[: separator.start()])
        unit = _UNIT.get(_compact(header[separator.end() :]))
        if name and unit in _FACTORS[name] and unit != "1":  # "humidity_1" is one of several
            return name, unit
    return header.strip(), None


def _compact(text: str) -> str:
    """Lower case without spaces and signs: "μg m⁻³" and "ug/m^3" are both "ugm3"."""
    plain = unicodedata.normalize("NFKC", text.translate(_SIGNS)).lower().replace("°", "deg")
    return re.sub(r"[^a-z0-9%]", "", plain)


def _bracket(text: str) -> tuple[str, str] | None:
    """What stands before brackets at the end, and in them; ``None`` without them."""
    found = _BRACKET.fullmatch(text.strip())
    return (found[1].strip(), found[2] or found[3] or found[4] or "") if found else None
