"""A city whose air is known everywhere: readings as a network would have them, and the truth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from gnnlab.data.calendar import local_times
from gnnlab.data.series import SensorSeries
from gnnlab.data.simulation.air import Air, simulated_air
from gnnlab.data.simulation.emissions import draw_activity
from gnnlab.data.simulation.forecasts import draw_forecasts
from gnnlab.data.simulation.instruments import fail, read_pollutant, read_weather
from gnnlab.data.simulation.land_use import GREEN, draw_land_use
from gnnlab.data.simulation.parameters import (
    BUILT_RADIUS,
    NEAR,
    RUN_LEADS,
    SPECIES,
    START,
    TIME_ZONE,
)
from gnnlab.data.simulation.plan import to_plan
from gnnlab.data.simulation.stations import draw_sites, station_table
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
MOST_STATIONS = 5000
STREAMS = (  # of random numbers: each part of the city has its own, and none moves another's
    "land",
    "sites",
    "station table",
    "weather",
    "background",
    "activity",
    "pollutants",
    "failure",
    "weather stations",
    "forecasts",
)


@dataclass(frozen=True, eq=False, repr=False)
class SimulatedCity:
    """Readings and the truth behind them; nothing but ``series`` may be shown to a model.

    Args:
        series: what the network's operator has: readings, forecasts issued by others, and a table
            of stations.
        groups: the land use that each station was set up to stand for.
        failing: the name of the station whose instrument drifts and is then repaired.
        air: PM2.5 everywhere.
    """

    series: SensorSeries
    groups: Sequence[str]
    failing: str
    air: Air

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.series!r})"

    def field(
        self, longitude: Float[ndarray, " place"], latitude: Float[ndarray, " place"]
    ) -> Float[ndarray, "time place"]:
        """The true PM2.5 in ug/m3 at any places of the city, free of an instrument's error.

        Raises:
            ValueError: a place outside of the city.
        """
        return self.air.at(to_plan(longitude, latitude))

    def land_use(
        self,
        longitude: Float[ndarray, " place"],
        latitude: Float[ndarray, " place"],
        radius: float = NEAR,
    ) -> Float[ndarray, "place 4"]:
        """The true shares of traffic, residential, industrial and green land within a radius in m.

        Raises:
            ValueError: a place outside of the city.
        """
        return self.air.land.shares(to_plan(longitude, latitude), radius)


def simulated_city(stations: int = 40, years: int = 1, seed: int = 0) -> SimulatedCity:
    """A small physical model of a town's PM2.5, hourly from 2021 on; the same for the same seed.

    More stations or years of a seed are more of the same city: its land, its weather and its air
    stay as they were.

    Args:
        stations: between 2 and 5,000.
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
    seeds = np.random.SeedSequence(seed).spawn(len(STREAMS))
    draw = {name: np.random.default_rng(each) for name, each in zip(STREAMS, seeds, strict=True)}

    land = draw_land_use(draw["land"])
    coming = draw_weather(draw["weather"], _times(years))
    weather = coming.between(0, len(coming.times) - RUN_LEADS)
    local = local_times(weather.times, TIME_ZONE)
    activity = draw_activity(draw["activity"], local, weather.temperature)
    background = draw_background(draw["background"], weather)
    air = simulated_air(land, weather, background, activity, SPIN_UP)

    groups, places = draw_sites(draw["sites"], land, stations)
    table = station_table(draw["station table"], land, groups, places)
    measured = weather.between(SPIN_UP, len(weather.times))
    pollutants = [read_pollutant(draw["pollutants"], air[each].at(places)) for each in SPECIES]
    failing = fail(draw["failure"], pollutants[0])
    built = 1 - land.shares(places, BUILT_RADIUS)[:, GREEN]
    meteorology = read_weather(draw["weather stations"], measured, built)
    series = SensorSeries(
        values=np.concatenate([np.stack(pollutants, axis=2), meteorology], 2).astype(np.float32),
        variables=VARIABLES,
        times=measured.times,
        stations=table,
        time_zone=TIME_ZONE,
        forecasts=(draw_forecasts(draw["forecasts"], coming, measured.times[0], stations),),
        name="simulated-city",
    ).with_calendar()
    return SimulatedCity(series, groups, table.index[failing], air["PM2.5"])


def _times(years: int) -> ndarray:
    """Hourly UTC: whole years of the local clock, before them `SPIN_UP` and after them `RUN_LEADS`.

    The days after the end are those that the last forecasts speak of.
    """
    import pandas

    first = pandas.Timestamp(START, tz=TIME_ZONE)
    start, stop = (
        each.tz_convert("UTC").tz_localize(None).to_datetime64().astype("datetime64[s]")
        for each in (first, first + pandas.DateOffset(years=years))
    )
    hour = np.timedelta64(1, "h")
    return np.arange(start - SPIN_UP * hour, stop + RUN_LEADS * hour, hour)
