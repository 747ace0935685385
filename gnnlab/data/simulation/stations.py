"""Where the stations stand, and what their operator has in the table about them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from gnnlab.data.simulation.land_use import LandUse
from gnnlab.data.simulation.parameters import (
    CLASSES,
    MARGIN,
    NEAR,
    RADII,
    SITED,
    SITES,
    TYPES,
    WRONG_PLOTS,
    WRONG_TYPES,
)
from gnnlab.data.simulation.plan import SIZE, to_degrees

if TYPE_CHECKING:
    import pandas


def draw_sites(
    generator: np.random.Generator, land: LandUse, stations: int
) -> tuple[list[str], Float[ndarray, "station 2"]]:
    """The class of land use that each station stands for, and its place on the plan.

    Stations are set up in an order, so that the first of many are those of a small network. Each
    is put where its class has `SITED` of the land around, or else where it has most.
    """
    middles = land.middles()
    inner = ((middles > MARGIN) & (middles < SIZE - MARGIN)).all(axis=1)
    middles = middles[inner]
    shares = land.shares(middles, NEAR)
    luck = generator.random(shares.shape)
    order = np.argsort(-np.where(shares >= SITED, 1 + luck, shares), axis=0)
    jitter = generator.uniform(-0.1, 0.1, middles.shape)  # km, within the plot
    groups = [SITES[number % len(SITES)] for number in range(stations)]
    plots = [
        order[groups[:number].count(group), CLASSES.index(group)]
        for number, group in enumerate(groups)
    ]
    return groups, (middles + jitter)[plots]


def station_table(
    generator: np.random.Generator,
    land: LandUse,
    groups: list[str],
    places: Float[ndarray, "station 2"],
) -> pandas.DataFrame:
    """What the operator knows: some types are wrong, land use is from a map that is partly wrong.

    Columns are ``longitude``, ``latitude``, ``type``, ``elevation`` (m, of no consequence here) and
    the share of each class of land use within each of `RADII`.
    """
    import pandas

    wrong = generator.random(land.plots.shape) < WRONG_PLOTS
    guess = generator.integers(len(CLASSES), size=land.plots.shape)
    known = LandUse(np.where(wrong, guess, land.plots))
    others = generator.choice(list(TYPES.values()), len(groups))
    mistaken = generator.random(len(groups)) < WRONG_TYPES
    longitude, latitude = to_degrees(places)
    shares = {
        f"{use} within {radius} m": known.shares(places, radius)[:, number]
        for radius in RADII
        for number, use in enumerate(CLASSES)
    }
    return pandas.DataFrame(
        {
            "longitude": longitude,
            "latitude": latitude,
            "type": np.where(mistaken, others, [TYPES[group] for group in groups]),
            "elevation": (110 + places[:, 0] + generator.normal(0, 8, len(groups))).round(),
            **{name: share.round(3) for name, share in shares.items()},
        },
        index=pandas.Index([f"S{1 + number:03d}" for number in range(len(groups))], name="station"),
    )
