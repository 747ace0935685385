import numpy as np
import pytest

from gnnlab.data.simulation.forecasts import NAMES, draw_forecasts
from gnnlab.data.simulation.weather import draw_weather

HOUR = np.timedelta64(1, "h")
START = np.datetime64("2020-12-31T23:00:00")
TIMES = START + (np.arange(8760 + 192) - 120) * HOUR


@pytest.fixture(scope="module")
def weather():
    return draw_weather(np.random.default_rng(0), TIMES)


@pytest.fixture(scope="module")
def runs(weather):
    return draw_forecasts(np.random.default_rng(1), weather, START, 3)


def test_runs_are_issued_every_12_hours_and_one_is_out_when_readings_start(runs):
    assert str(runs.issued[0]) == "2020-12-31T12:00:00"
    assert set(np.diff(runs.issued) / HOUR) == {12}
    assert (runs.leads / HOUR).tolist() == list(range(1, 73))
    assert runs.latency == 5 * HOUR
    valid = START + np.arange(1, 25) * HOUR
    assert runs.known_at(np.array([START]), valid[None])[1].all()
    assert runs.issued[-1] + 72 * HOUR <= TIMES[-1]
    assert TIMES[-1] - 72 * HOUR - runs.issued[-1] < 12 * HOUR


def test_forecasts_get_worse_with_lead_time(weather, runs):
    valid = runs.issued[:, None] + runs.leads
    number = (valid - TIMES[0]) // HOUR
    true = {
        "temperature forecast": weather.temperature,
        "wind u forecast": weather.wind_u,
        "wind v forecast": weather.wind_v,
        "rain forecast": weather.rain,
        "mixing height forecast": weather.mixing_height,
    }
    assert list(true) == list(NAMES)
    for channel, series in enumerate(true.values()):
        error = runs.values[:, :, 0, channel] - series[number]
        size = np.sqrt((error**2).mean(axis=0))
        assert size[0] < 0.6 * size[23] < 0.6 * size[71]
        assert size[0] > 0
        assert size[71] < 1.5 * series.std()  # worse than the climate at no lead, or nearly so
        assert (np.diff(size[[0, 5, 11, 23, 47, 71]]) > 0).all()


def test_it_rains_as_often_in_forecasts_as_it_does(weather, runs):
    wet = (weather.rain > 0).mean()
    assert (runs.values[..., 3] > 0).mean() == pytest.approx(wet, rel=0.1)


def test_all_stations_get_the_same_forecast(runs):
    assert (runs.values == runs.values[:, :, :1]).all()
    assert runs.values.strides[2] == 0
