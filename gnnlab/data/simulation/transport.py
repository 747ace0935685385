"""Advection by the wind, diffusion and losses on a square of cells.

The wind is the same all over the city, so a puff keeps the shape of a Gaussian, and that is a
product of one along east and one along north. A step is therefore two small matrix products: exact
for any wind, never negative, and what leaves a cell arrives in others or leaves the city.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from jaxtyping import Float
from numpy import ndarray
from scipy.special import ndtr

from gnnlab.data.simulation.parameters import (
    ABOVE,
    CELL,
    CELLS,
    DECAY,
    DEPOSITION,
    DIFFUSION,
    NEAR,
    NEAR_DEPTH,
    NEAR_GROWTH,
    NEAR_WIND,
    SPECIES,
    SUBSTEPS,
    WASH_OUT,
)
from gnnlab.data.simulation.weather import Weather

_SECONDS = 3600 / SUBSTEPS
_CHUNK = 500  # hours whose matrices are held at once


def spreading(
    wind: Float[ndarray, " time"], cells: int = CELLS
) -> Float[ndarray, "time to source"]:
    """How much of the air of a cell is in each other cell after one step, along one axis.

    Columns sum to less than 1 where air leaves the city.

    Args:
        wind: along the axis, m/s.
        cells: along the axis.
    """
    shift = wind * _SECONDS / (1000 * CELL)
    variance = 2 * DIFFUSION * _SECONDS / (1000 * CELL) ** 2
    width = np.sqrt(variance - 1 / 12)  # sorting into cells adds 1 / 12 (Sheppard's correction)
    edges = np.arange(-cells, cells) + 0.5
    shares = np.diff(ndtr((edges - shift[:, None]) / width), axis=1)
    numbers = np.arange(cells)
    return shares[:, numbers[:, None] - numbers + cells - 1]


def after_an_hour(
    air: Float[ndarray, "north species east"],
    to_north: Float[ndarray, "to source"],
    to_east: Float[ndarray, "to source"],
    kept: Float[ndarray, " species"],
    added: Float[ndarray, "north species east"],
) -> tuple[Float[ndarray, "north species east"], Float[ndarray, "north species east"]]:
    """The air after an hour of the same wind, and its mean over the hour's steps.

    Args:
        air: before, ug/m3.
        to_north: see :func:`spreading`; of the wind's northward component.
        to_east: of its eastward component.
        kept: the share of each species that is left after a step.
        added: what comes in and what is emitted in a step, ug/m3.
    """
    rows, species, columns = air.shape
    from_east, left = to_east.T.copy(), kept[:, None]
    total = np.zeros(air.shape)
    for _ in range(SUBSTEPS):
        along_north = to_north @ air.reshape(rows, species * columns)
        air = (along_north.reshape(rows * species, columns) @ from_east).reshape(air.shape)
        air *= left
        air += added
        total += air
    return air, total / SUBSTEPS


def disperse(
    weather: Weather,
    background: Float[ndarray, "time species"],
    activity: Float[ndarray, "time class"],
    rates: Float[ndarray, "class north species east"],
) -> Float[ndarray, "time north species east"]:
    """Hourly mean concentrations in each cell, ug/m3, in float32.

    Args:
        weather: hourly.
        background: of the air that comes in, ug/m3.
        activity: of each class of land use.
        rates: what a cell emits at an activity of 1, ug/m2/s.
    """
    height = weather.mixing_height
    risen = np.minimum(np.append(height[0], height[:-1]) / height, 1)
    kept = kept_shares(weather)
    result = np.empty((len(height), *rates.shape[1:]), np.float32)
    air = np.broadcast_to(background[0][:, None], rates.shape[1:]).copy()
    for start in range(0, len(height), _CHUNK):
        hours = np.arange(start, min(start + _CHUNK, len(height)))
        to_north, to_east = spreading(weather.wind_v[hours]), spreading(weather.wind_u[hours])
        emitted = np.tensordot(activity[hours] / height[hours, None], rates, axes=1) * _SECONDS
        outside = 1 - to_north.sum(2)[:, :, None, None] * to_east.sum(2)[:, None, None]
        added = outside * (kept * background)[hours, None, :, None] + emitted
        for i, hour in enumerate(hours):
            above = ABOVE * background[hour][:, None]
            half = emitted[i] / 2  # before a step, and half after it
            air = risen[hour] * air + (1 - risen[hour]) * above
            air, mean = after_an_hour(air + half, to_north[i], to_east[i], kept[hour], added[i])
            air -= half
            result[hour] = mean - half
    return result


def kept_shares(weather: Weather) -> Float[ndarray, "time species"]:
    """How much of each species is left after one step of deposition, wash-out and chemistry."""
    lost = (  # per hour
        3600 * _of(DEPOSITION) / weather.mixing_height[:, None]
        + _of(WASH_OUT) * weather.rain[:, None]
        + _of(DECAY)
    )
    return np.exp(-lost / SUBSTEPS)


def near_resistance(weather: Weather) -> Float[ndarray, " time"]:
    """What an emission of 1 ug/m2/s within `NEAR` adds before it is mixed upwards, s/m."""
    depth = NEAR_DEPTH + NEAR_GROWTH * weather.mixing_height
    return NEAR / (depth * (weather.wind_speed + NEAR_WIND))


def _of(table: Mapping[str, float]) -> Float[ndarray, " species"]:
    return np.array([table[species] for species in SPECIES])
