"""Weather over the city, the same everywhere in it: a few states, and what follows from them."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from jaxtyping import Float
from numpy import ndarray
from scipy.special import expit

from gnnlab.data.simulation.noise import red_noise
from gnnlab.data.simulation.parameters import (
    BACKGROUND,
    BACKGROUND_EAST,
    BACKGROUND_MEMORY,
    BACKGROUND_SPREAD,
    BACKGROUND_WET,
    BACKGROUND_WINTER,
    CALM_HEIGHT,
    CLOUD,
    LATITUDE,
    LONGITUDE,
    MOISTURE_MEMORY,
    RAIN_LIMIT,
    RAIN_RATE,
    SPECIES,
    SUN_HEIGHT,
    SUN_LAG,
    TEMPERATURE_DAY,
    TEMPERATURE_MEAN,
    TEMPERATURE_MEMORY,
    TEMPERATURE_SPREAD,
    TEMPERATURE_YEAR,
    WIND_BY_DAY,
    WIND_HEIGHT,
    WIND_MEAN,
    WIND_MEMORY,
    WIND_SPREAD,
)

Series = Float[ndarray, "*time"]


@dataclass(frozen=True, eq=False)
class Weather:
    """What the states of the air are at each time.

    Args:
        times: UTC, datetime64.
        temperature: degC.
        wind_u: where the air goes, eastward, m/s.
        wind_v: northward.
        moisture: in standard deviations; it rains beyond `RAIN_LIMIT`.
    """

    times: ndarray
    temperature: Series
    wind_u: Series
    wind_v: Series
    moisture: Series

    @property
    def wind_speed(self) -> Series:
        """In m/s."""
        return np.hypot(self.wind_u, self.wind_v)

    @property
    def rain(self) -> Series:
        """In mm an hour."""
        return RAIN_RATE * np.maximum(self.moisture - RAIN_LIMIT, 0)

    @property
    def mixing_height(self) -> Series:
        """How high the air is stirred, m: by the wind, and by the sun where no cloud hides it."""
        lag = np.timedelta64(round(SUN_LAG * 3600), "s")
        sun = sun_height(self.times - lag) * (1 - CLOUD * expit(3 * (self.moisture - 1)))
        return CALM_HEIGHT + WIND_HEIGHT * self.wind_speed + SUN_HEIGHT * sun

    def between(self, start: int, stop: int) -> Weather:
        """The weather at times ``start`` to ``stop - 1``."""
        return Weather(*(getattr(self, each.name)[start:stop] for each in fields(self)))


def draw_weather(generator: np.random.Generator, times: ndarray) -> Weather:
    """Hourly weather: systems that pass in days, days and seasons by the sun."""
    noise = red_noise(
        generator,
        len(times),
        [*WIND_MEMORY, *WIND_MEMORY, *TEMPERATURE_MEMORY, MOISTURE_MEMORY],
    )
    by_day = 1 + WIND_BY_DAY * (sun_height(times) - 0.4)
    hour_angle = 2 * np.pi * (_solar_hours(times) - 15) / 24
    return Weather(
        times,
        TEMPERATURE_MEAN
        - TEMPERATURE_YEAR * np.cos(2 * np.pi * (_day_of_year(times) - 20) / 365.25)
        + TEMPERATURE_DAY * np.cos(hour_angle)
        + noise[:, 4:6] @ TEMPERATURE_SPREAD,
        by_day * (WIND_MEAN[0] + noise[:, 0:2] @ WIND_SPREAD),
        by_day * (WIND_MEAN[1] + noise[:, 2:4] @ WIND_SPREAD),
        noise[:, 6],
    )


def draw_background(
    generator: np.random.Generator, weather: Weather
) -> Float[ndarray, "time species"]:
    """What the air holds before it comes, ug/m3: more from the east, in winter and when dry."""
    noise = red_noise(generator, len(weather.times), BACKGROUND_MEMORY)
    logarithm = (
        noise @ BACKGROUND_SPREAD
        - BACKGROUND_EAST * weather.wind_u / (weather.wind_speed + 1)
        - BACKGROUND_WET * np.maximum(weather.moisture, 0)
        + BACKGROUND_WINTER * np.cos(2 * np.pi * (_day_of_year(weather.times) - 20) / 365.25)
    )
    return np.exp(logarithm)[:, None] * [BACKGROUND[species] for species in SPECIES]


def sun_height(times: ndarray) -> Series:
    """The sine of the sun's elevation over the city, 0 at night."""
    declination = np.deg2rad(-23.44) * np.cos(2 * np.pi * (_day_of_year(times) + 10) / 365.25)
    latitude = np.deg2rad(LATITUDE)
    hour_angle = 2 * np.pi * (_solar_hours(times) - 12) / 24
    sine = np.sin(latitude) * np.sin(declination)
    sine = sine + np.cos(latitude) * np.cos(declination) * np.cos(hour_angle)
    return np.maximum(sine, 0)


def _solar_hours(times: ndarray) -> Series:
    """Hours since midnight by the sun."""
    return (times - times.astype("datetime64[D]")) / np.timedelta64(1, "h") + LONGITUDE / 15


def _day_of_year(times: ndarray) -> Series:
    return (times - times.astype("datetime64[Y]")) / np.timedelta64(1, "D")
