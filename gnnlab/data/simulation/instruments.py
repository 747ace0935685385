"""What instruments make of the truth: bias, noise, gaps, and one that fails."""

import numpy as np
from jaxtyping import Bool, Float
from numpy import ndarray

from gnnlab.data.simulation.noise import red_noise
from gnnlab.data.simulation.parameters import (
    DRIFT,
    DRIFT_DAYS,
    GAIN_SPREAD,
    HEAT_ISLAND,
    LOST_HOURS,
    NOISE,
    NOISE_MEMORY,
    NOISE_SHARE,
    OFFSET_SPREAD,
    OUTAGE,
    OUTAGES_A_YEAR,
    REPAIR_DAYS,
    SHELTER,
    WEATHER_NOISE,
)
from gnnlab.data.simulation.weather import Weather

Readings = Float[ndarray, "time station"]


def read_pollutant(generator: np.random.Generator, truth: Readings) -> Readings:
    """Readings in ug/m3 to a tenth: each station has its bias, noise and gaps (NaN)."""
    hours, stations = truth.shape
    gain = np.exp(generator.normal(0, GAIN_SPREAD, stations))
    offset = generator.normal(0, OFFSET_SPREAD, stations)
    noise = red_noise(generator, hours, [NOISE_MEMORY] * stations)
    readings = gain * truth + offset + noise * (NOISE + NOISE_SHARE * truth)
    readings = np.maximum(readings, 0).round(1)
    readings[_gaps(generator, truth.shape)] = np.nan
    return readings


def fail(generator: np.random.Generator, readings: Readings) -> int:
    """Let one station drift upwards, then miss until it is repaired; its number.

    ``readings`` are changed in place.
    """
    hours, stations = readings.shape
    station = int(generator.integers(stations))
    start = int(generator.uniform(0.3, 0.6) * hours)
    drift = 24 * DRIFT_DAYS
    factor = 1 + DRIFT * np.arange(drift) / drift
    readings[start : start + drift, station] = (
        readings[start : start + drift, station] * factor
    ).round(1)
    readings[start + drift : start + drift + 24 * REPAIR_DAYS, station] = np.nan
    return station


def read_weather(
    generator: np.random.Generator, weather: Weather, built: Float[ndarray, " station"]
) -> Float[ndarray, "time station 4"]:
    """Temperature, wind u, wind v and rain as stations measure them; all of one miss at once.

    Args:
        weather: over the city.
        built: the share of the land around each station that is not green: it is warmer there, and
            the wind is weaker.
    """
    noise = generator.standard_normal((len(weather.times), len(built), 4))
    truth = np.stack([weather.temperature, weather.wind_u, weather.wind_v, weather.rain], axis=1)[
        :, None
    ]
    heat, sheltered = HEAT_ISLAND * built, 1 - SHELTER * built
    readings = np.empty(noise.shape)
    readings[..., 0] = truth[..., 0] + heat + WEATHER_NOISE[0] * noise[..., 0]
    readings[..., 1:3] = truth[..., 1:3] * sheltered[:, None] + WEATHER_NOISE[1] * noise[..., 1:3]
    readings[..., 3] = truth[..., 3] * np.exp(0.1 * noise[..., 3])
    readings[_gaps(generator, noise.shape[:2])] = np.nan
    return readings.round(1)


def _gaps(generator: np.random.Generator, shape: tuple[int, int]) -> Bool[ndarray, "time station"]:
    """Single lost hours, and outages that last as long as it takes somebody to come."""
    hours, _ = shape
    lost = generator.random(shape) < LOST_HOURS
    start, station = np.nonzero(generator.random(shape) < OUTAGES_A_YEAR / 8766)
    end = np.minimum(start + generator.geometric(1 / OUTAGE, len(start)), hours)
    change = np.zeros((hours + 1, shape[1]), int)
    np.add.at(change, (start, station), 1)
    np.add.at(change, (end, station), -1)
    return lost | (change.cumsum(axis=0)[:-1] > 0)
