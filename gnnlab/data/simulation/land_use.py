"""What the land is used for: a map of plots, and shares of it around places."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int
from numpy import ndarray
from scipy.ndimage import convolve, gaussian_filter

from gnnlab.data.simulation.parameters import (
    CELLS,
    CLASSES,
    EDGE_OF_TOWN,
    INDUSTRY_SHARE,
    PARK_SHARE,
    PATCH,
    PLOTS,
    RADIAL_ROADS,
    RING_ROAD,
    ROAD_WIDTH,
)
from gnnlab.data.simulation.plan import SIZE, bilinear

TRAFFIC, RESIDENTIAL, INDUSTRIAL, GREEN = range(len(CLASSES))
_SIDE = CELLS * PLOTS  # plots along a side
_WIDTH = SIZE / _SIDE  # of a plot, km


@dataclass(frozen=True, eq=False)
class LandUse:
    """A map of plots, each of one class of `CLASSES`; beyond it all is green.

    Args:
        plots: the number of the class, rows from south to north, [north, east].
    """

    plots: Int[ndarray, "north east"]

    def shares(
        self, places: Float[ndarray, "place 2"], radius: float
    ) -> Float[ndarray, "place class"]:
        """The share of each class in the land around places.

        Args:
            places: on the plan, km.
            radius: of the disc around them, m.
        """
        disc = _disc(radius / 1000 / _WIDTH)
        numbers, weights = bilinear(places, _SIDE)
        around = [
            convolve((self.plots == use).astype(float), disc, mode="constant", cval=use == GREEN)
            for use in range(len(CLASSES))
        ]
        return np.stack([(share.ravel()[numbers] * weights).sum(1) for share in around], axis=1)

    def by_cell(self) -> Float[ndarray, "class north east"]:
        """The share of each class in each cell of the transport."""
        plots = self.plots.reshape(CELLS, PLOTS, CELLS, PLOTS)
        return np.stack([(plots == use).mean(axis=(1, 3)) for use in range(len(CLASSES))])

    def middles(self) -> Float[ndarray, "plot 2"]:
        """Where the middle of each plot lies on the plan, km."""
        ticks = (np.arange(_SIDE) + 0.5) * _WIDTH
        return np.stack(np.meshgrid(ticks, ticks), axis=2).reshape(-1, 2)


def draw_land_use(generator: np.random.Generator) -> LandUse:
    """A town of houses, parks and industry in patches; a ring road, roads out of it and fields."""
    industry, park, field = gaussian_filter(
        generator.standard_normal((3, _SIDE, _SIDE)), (0, PATCH / _WIDTH, PATCH / _WIDTH)
    )
    middle = SIZE / 2
    ticks = (np.arange(_SIDE) + 0.5) * _WIDTH - middle
    north, east = np.meshgrid(ticks, ticks, indexing="ij")
    from_middle = np.hypot(north, east)
    plots = np.full((_SIDE, _SIDE), RESIDENTIAL)
    plots[park > np.quantile(park, 1 - PARK_SHARE)] = GREEN
    plots[field / field.std() + 0.7 * (from_middle - EDGE_OF_TOWN) > 0] = GREEN
    plots[industry > np.quantile(industry, 1 - INDUSTRY_SHARE)] = INDUSTRIAL
    plots[np.abs(from_middle - RING_ROAD) < ROAD_WIDTH / 2] = TRAFFIC
    turn = generator.uniform(0, 2 * np.pi)
    for road in range(RADIAL_ROADS):
        angle = turn + (road + generator.uniform(-0.25, 0.25)) * 2 * np.pi / RADIAL_ROADS
        along = east * np.cos(angle) + north * np.sin(angle)
        beside = np.abs(north * np.cos(angle) - east * np.sin(angle))
        plots[(along > 0) & (beside < ROAD_WIDTH / 2)] = TRAFFIC
    return LandUse(plots)


def _disc(radius: float) -> Float[ndarray, "north east"]:
    """How much of a disc lies in each plot around its middle; sums to 1. ``radius`` is in plots."""
    parts = 11  # of a plot's side: odd, so that the middle is one
    reach = int(radius + 0.5)
    ticks = (np.arange((2 * reach + 1) * parts) + 0.5) / parts - reach - 0.5
    inside = np.hypot(ticks[:, None], ticks) <= radius
    share = inside.reshape(2 * reach + 1, parts, 2 * reach + 1, parts).mean(axis=(1, 3))
    return share / share.sum()
