"""One species in the air of the city, everywhere and at any hour."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from gnnlab.data.simulation.emissions import emission_rates
from gnnlab.data.simulation.land_use import LandUse
from gnnlab.data.simulation.parameters import CELLS, NEAR, SPECIES
from gnnlab.data.simulation.plan import bilinear
from gnnlab.data.simulation.transport import disperse, near_resistance
from gnnlab.data.simulation.weather import Weather


@dataclass(frozen=True, eq=False)
class Air:
    """What is mixed over the city, and what has just been emitted close to a place.

    Args:
        land: the map of land use.
        mixed: hourly means in the cells of the transport, ug/m3.
        nearby: what land of each class adds where it is all of the land within `NEAR`, ug/m3.
    """

    land: LandUse
    mixed: Float[ndarray, "time cell"]
    nearby: Float[ndarray, "time class"]

    def at(self, places: Float[ndarray, "place 2"]) -> Float[ndarray, "time place"]:
        """The concentration at any places of the plan, ug/m3."""
        result = self.nearby @ self.land.shares(places, NEAR).T
        cells, weights = bilinear(places, CELLS)
        for corner in range(4):
            result += self.mixed[:, cells[:, corner]] * weights[:, corner]
        return result


def simulated_air(
    land: LandUse,
    weather: Weather,
    background: Float[ndarray, "time species"],
    activity: Float[ndarray, "time class"],
    spin_up: int,
) -> dict[str, Air]:
    """The air by species, from hour ``spin_up`` of the weather on."""
    rates = emission_rates()
    emitted = np.einsum("cne,cs->cnse", land.by_cell(), rates)
    mixed = disperse(weather, background, activity, emitted)[spin_up:]
    stirring = (near_resistance(weather)[:, None] * activity)[spin_up:]
    return {
        species: Air(
            land,
            mixed[:, :, number].reshape(len(mixed), -1),
            (stirring * rates[:, number]).astype(np.float32),
        )
        for number, species in enumerate(SPECIES)
    }
