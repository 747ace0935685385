"""Who emits when: the cycles of traffic, houses and industry."""

import numpy as np
from jaxtyping import Bool, Float
from numpy import ndarray

from gnnlab.data.simulation.noise import red_noise
from gnnlab.data.simulation.parameters import (
    CLASSES,
    COOKING,
    DAILY_MEMORY,
    DAILY_SPREAD,
    EMISSION,
    FREE_DAY_TRAFFIC,
    HEATING_LIMIT,
    HEATING_SPAN,
    HOLIDAYS,
    PEAKS,
    SATURDAY_INDUSTRY,
    SPECIES,
    SUNDAY_INDUSTRY,
)


def emission_rates() -> Float[ndarray, "class species"]:
    """What a plot of each class emits at an activity of 1, ug/m2/s."""
    return np.array([EMISSION[species] for species in SPECIES]).T


def draw_activity(
    generator: np.random.Generator,
    local_times: ndarray,
    temperature: Float[ndarray, " time"],
) -> Float[ndarray, "time class"]:
    """How busy each class of land use is; 1 is the mean of a working day, or one unit of heating.

    All land of a class keeps the same hours, and has the same busy and quiet days.

    Args:
        local_times: of the clock, datetime64, [time].
        temperature: degC; it drives the heating.
    """
    day = local_times.astype("datetime64[D]").astype(int)
    weekday = (day + 3) % 7  # the epoch was a Thursday; Monday is 0
    hour = (local_times - local_times.astype("datetime64[D]")) / np.timedelta64(1, "h") + 0.5
    free = (weekday >= 5) | _in_holidays(local_times)
    traffic = np.where(
        free,
        FREE_DAY_TRAFFIC * _cycle(hour, "traffic on free days"),
        _cycle(hour, "traffic on working days"),
    )
    cold = np.maximum(HEATING_LIMIT - temperature, 0) / HEATING_SPAN
    heating = (cold + COOKING) * _cycle(hour, "heating")
    by_weekday = np.array([1.0] * 5 + [SATURDAY_INDUSTRY, SUNDAY_INDUSTRY])
    industry = by_weekday[weekday] * _cycle(hour, "industry")
    days = red_noise(generator, int(day[-1] - day[0]) + 1, [DAILY_MEMORY] * len(CLASSES))
    activity = np.stack([traffic, heating, industry, np.zeros(len(day))], axis=1)
    return activity * np.exp(DAILY_SPREAD * days[day - day[0]])


def _cycle(hour: Float[ndarray, " time"], name: str) -> Float[ndarray, " time"]:
    """A daily cycle of mean 1: a base and peaks that run on past midnight."""

    def shape(at: ndarray) -> ndarray:
        result = np.ones(at.shape)
        for peak, width, height in PEAKS[name]:
            away = (at - peak + 12) % 24 - 12
            result += height * np.exp(-0.5 * (away / width) ** 2)
        return result

    return shape(hour) / shape(np.arange(24) + 0.5).mean()


def _in_holidays(local_times: ndarray) -> Bool[ndarray, " time"]:
    dates = local_times.astype("datetime64[D]")
    years = np.unique(dates.astype("datetime64[Y]"))
    result = np.zeros(len(dates), bool)
    for year in years:
        for first, last in HOLIDAYS:
            result |= (dates >= np.datetime64(f"{year}-{first}")) & (
                dates <= np.datetime64(f"{year}-{last}")
            )
    return result
