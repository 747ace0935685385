"""What a weather service says of the days to come: right at first, then less and less."""

import numpy as np

from gnnlab.data.forecast_runs import ForecastRuns
from gnnlab.data.simulation.noise import red_noise
from gnnlab.data.simulation.parameters import (
    RUN_ERROR,
    RUN_EVERY,
    RUN_GROWTH,
    RUN_LATENCY,
    RUN_LEADS,
    RUN_MEMORY,
)
from gnnlab.data.simulation.weather import Weather

NAMES = {
    "temperature forecast": "degC",
    "wind u forecast": "m/s",
    "wind v forecast": "m/s",
    "rain forecast": "mm",
    "mixing height forecast": "m",
}


def draw_forecasts(
    generator: np.random.Generator, weather: Weather, start: np.datetime64, stations: int
) -> ForecastRuns:
    """Runs issued every `RUN_EVERY` hours with hourly leads, the same for all stations.

    One square of the service's map covers the city. The states of the weather carry an error that
    grows with lead; rain and mixing height follow from the states that are forecast.

    Args:
        weather: what will come true; runs go as far as it is known.
        start: of the readings: the first run is the last that is out by then.
        stations: the number of them; all get the same values, held once.
    """
    hour = np.timedelta64(1, "h")
    ahead = np.arange(1, RUN_LEADS + 1)
    noon_or_midnight = (start - RUN_LATENCY * hour).astype("datetime64[D]") + np.array(
        [0, 12]
    ) * hour
    first = noon_or_midnight[noon_or_midnight <= start - RUN_LATENCY * hour][-1]
    issued = np.arange(first, weather.times[-1] - RUN_LEADS * hour + 1, RUN_EVERY * hour)
    valid = issued[:, None] + ahead * hour
    number = ((valid - weather.times[0]) / hour).astype(int)
    noise = red_noise(generator, RUN_LEADS, [RUN_MEMORY] * (len(issued) * len(RUN_ERROR)))
    noise = noise.reshape(RUN_LEADS, len(issued), -1).transpose(2, 1, 0)
    spread = np.outer(RUN_ERROR, (ahead / 24) ** RUN_GROWTH)[:, None]
    error = spread * noise
    forecast = Weather(
        valid,
        weather.temperature[number] + error[0],
        weather.wind_u[number] + error[1],
        weather.wind_v[number] + error[2],
        (weather.moisture[number] + error[3]) / np.hypot(1, spread[3]),  # as often wet as it is
    )
    values = [
        forecast.temperature,
        forecast.wind_u,
        forecast.wind_v,
        forecast.rain,
        forecast.mixing_height,
    ]
    everywhere = np.stack(values, axis=2).astype(np.float32)[:, :, None]
    return ForecastRuns(
        tuple(NAMES),
        tuple(NAMES.values()),
        np.broadcast_to(everywhere, (*valid.shape, stations, len(NAMES))),
        issued,
        ahead * hour,
        RUN_LATENCY * hour,
    )
