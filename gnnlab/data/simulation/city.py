"""A city whose air is known everywhere: readings as a network would have them, and the truth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from gnnlab.data.calendar import local_times
from gnnlab.data.series import SensorSeries
from gnnlab.data.simulation.emissions import draw_activity, emission_rates
from gnnlab.data.simulation.forecasts import draw_forecasts
from gnnlab.data.simulation.instruments import fail, read_pollutant, read_weather
from gnnlab.data.simulation.land_use import GREEN, LandUse, draw_land_use
from gnnlab.data.simulation.parameters import (
    CELLS,
    NEAR,
    RUN_LEADS,
    SPECIES,
    START,
    TIME_ZONE,
)
from gnnlab.data.simulation.plan import bilinear, to_plan
from gnnlab.data.simulation.stations import draw_sites, station_table
from gnnlab.data.simulation.transport import disperse, near_resistance
from gnnlab.data.simulation.weather import draw_background, draw_weather
from gnnlab.data.variables import Variable

VARIABLES = (
    Variable("PM2.5", "ug/m3", "target"),
    Variable("NO2", "ug/m3", "past"),
    Variable("temperature", "degC", "past"),
    Variable("wind u", "m/s", "past"),
    Variable("wind v", "m/s", "past"),
    Variable("rain", "mm", "past"),
)
SPIN_UP = 120  # hours before the readings begin, until the air has forgotten how it was started
MOST_STATIONS = 500


@dataclass(frozen=True, eq=False, repr=False)
class SimulatedCity:
    """Readings and the truth behind them; nothing but ``series`` may be shown to a model.

    Args:
        series: what the network's operator has: readings, forecasts issued by others, and a table
            of stations.
        groups: the land use that each station was set up to stand for.
        failing: the name of the station whose instrument drifts and is then repaired.
        land: the map of land use.
        air: PM2.5 mixed up to the mixing height, ug/m3, hourly means in the cells of the transport.
        nearby: PM2.5 that land of each class adds where it is all of the land around, ug/m3.
    """

    series: SensorSeries
    groups: Sequence[str]
    failing: str
    land: LandUse
    air: Float[ndarray, "time cell"]
    nearby: Float[ndarray, "time class"]

    def field(
        self, longitude: Float[ndarray, " place"], latitude: Float[ndarray, " place"]
    ) -> Float[ndarray, "time place"]:
        """The true PM2.5 in ug/m3 at any places of the city, free of an instrument's error.

        Raises:
            ValueError: a place outside of the city.
        """
        return _concentration(self.land, to_plan(longitude, latitude), self.air, self.nearby)

    def land_use(
        self,
        longitude: Float[ndarray, " place"],
        latitude: Float[ndarray, " place"],
        radius: float = NEAR,
    ) -> Float[ndarray, "place class"]:
        """The true shares of traffic, residential, industrial and green land within a radius in m.

        Raises:
            ValueError: a place outside of the city.
        """
        return self.land.shares(to_plan(longitude, latitude), radius)


def simulated_city(stations: int = 40, years: int = 1, seed: int = 0) -> SimulatedCity:
    """A small physical model of a town's PM2.5, hourly from 2021 on; the same for the same seed.

    More stations or years of a seed are more of the same city: its land, its weather and its air
    stay as they were.

    Args:
        stations: between 2 and 500.
        years: at least 1, of the calendar.
        seed: draws the land, the weather and the instruments.

    Raises:
        ValueError: another number of stations or years, or a negative seed.
    """
    if not 2 <= stations <= MOST_STATIONS:
        raise ValueError(f"stations must be between 2 and {MOST_STATIONS}, got {stations}")
    if years < 1:
        raise ValueError(f"years must be >= 1, got {years}")
    if seed < 0:
        raise ValueError(f"seed must be >= 0, got {seed}")
    draws = [np.random.default_rng(each) for each in np.random.SeedSequence(seed).spawn(10)]
    land = draw_land_use(draws[0])
    groups, places = draw_sites(draws[1], land, stations)
    times = _times(years)
    coming = draw_weather(draws[2], times)  # with the days after the end, of which forecasts speak
    span = slice(SPIN_UP, len(times) - RUN_LEADS)
    weather = coming.between(0, span.stop)
    activity = draw_activity(draws[3], local_times(weather.times, TIME_ZONE), weather.temperature)
    background = draw_background(draws[4], weather)
    rates = emission_rates()
    emitted = np.einsum("cne,cs->cnse", land.by_cell(), rates)
    mixed = disperse(weather, background, activity, emitted)[span]
    unmixed = (near_resistance(weather)[:, None] * activity)[span, :, None] * rates

    air = [mixed[:, :, each].reshape(len(mixed), -1) for each in range(len(SPECIES))]
    nearby = [unmixed[:, :, each].astype(np.float32) for each in range(len(SPECIES))]
    truth = [_concentration(land, places, *of) for of in zip(air, nearby, strict=True)]
    pollutants = [read_pollutant(draws[5].spawn(1)[0], each) for each in truth]
    failing = fail(draws[6], pollutants[0])
    measured = weather.between(span.start, span.stop)
    built = 1 - land.shares(places, 1500.0)[:, GREEN]
    readings = [*pollutants, *np.moveaxis(read_weather(draws[7], measured, built), 2, 0)]
    table = station_table(draws[8], land, groups, places)
    series = SensorSeries(
        values=np.stack(readings, axis=2).astype(np.float32),
        variables=VARIABLES,
        times=measured.times,
        stations=table,
        time_zone=TIME_ZONE,
        forecasts=(draw_forecasts(draws[9], coming, measured.times[0], stations),),
        name="simulated-city",
    ).with_calendar()
    return SimulatedCity(series, groups, table.index[failing], land, air[0], nearby[0])


def _concentration(
    land: LandUse,
    places: Float[ndarray, "place 2"],
    air: Float[ndarray, "time cell"],
    nearby: Float[ndarray, "time class"],
) -> Float[ndarray, "time place"]:
    """What is mixed over the city, between the middles of cells, and what is emitted close by."""
    result = nearby @ land.shares(places, NEAR).T
    cells, weights = bilinear(places, CELLS)
    for corner in range(4):
        result += air[:, cells[:, corner]] * weights[:, corner]
    return result


def _times(years: int) -> ndarray:
    """Whole calendar years of the local clock, with what comes before and after, hourly UTC."""
    import pandas

    first = pandas.Timestamp(START, tz=TIME_ZONE)
    ends = [
        each.tz_convert("UTC").tz_localize(None)
        for each in (first, first + pandas.DateOffset(years=years))
    ]
    hour = np.timedelta64(1, "h")
    start, stop = (each.to_datetime64().astype("datetime64[s]") for each in ends)
    return np.arange(start - SPIN_UP * hour, stop + RUN_LEADS * hour, hour)
