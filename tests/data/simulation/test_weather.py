import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gnnlab.data.simulation.noise import red_noise
from gnnlab.data.simulation.weather import draw_background, draw_weather, sun_height

TIMES = np.arange("2021-01-01T00", "2026-01-01T00", dtype="datetime64[h]").astype("datetime64[s]")


@pytest.fixture(scope="module")
def weather():
    return draw_weather(np.random.default_rng(0), TIMES)


def test_red_noise_has_variance_1_and_the_memory_that_was_asked_for():
    noise = red_noise(np.random.default_rng(0), 200_000, [20.0, 2.0])
    assert noise.var(axis=0) == pytest.approx(1, abs=0.05)
    for channel, memory in enumerate((20.0, 2.0)):
        for lag in (1, 5, 20):
            seen = np.corrcoef(noise[lag:, channel], noise[:-lag, channel])[0, 1]
            assert seen == pytest.approx(np.exp(-lag / memory), abs=0.03)


@given(st.integers(1, 50), st.integers(1, 50))
def test_longer_noise_begins_as_the_shorter(steps, more):
    short = red_noise(np.random.default_rng(1), steps, [3.0, 9.0])
    long = red_noise(np.random.default_rng(1), steps + more, [3.0, 9.0])
    assert np.array_equal(short, long[:steps])


def test_the_sun_stands_where_it_should():
    noon = np.array(["2021-06-21T11:12", "2021-12-21T11:12", "2021-06-21T23:12"], "datetime64[s]")
    elevation = np.rad2deg(np.arcsin(sun_height(noon)))  # 12 degrees east: noon is at 11:12 UTC
    assert elevation == pytest.approx([90 - 51 + 23.44, 90 - 51 - 23.44, 0], abs=0.2)


def test_temperature_follows_the_year_and_the_day(weather):
    month = weather.times.astype("datetime64[M]").astype(int) % 12 + 1
    hour = weather.times.astype("datetime64[h]").astype(int) % 24
    assert 15 < weather.temperature[month == 7].mean() - weather.temperature[month == 1].mean() < 22
    assert 6 < weather.temperature[hour == 14].mean() - weather.temperature[hour == 2].mean() < 9


def test_the_mixing_height_is_lowest_in_calm_nights_and_highest_on_summer_afternoons(weather):
    height = weather.mixing_height
    hour = weather.times.astype("datetime64[h]").astype(int) % 24
    month = weather.times.astype("datetime64[M]").astype(int) % 12 + 1
    assert 90 < height.min() < 120
    assert height[(hour == 13) & (month == 6)].mean() > 1000
    assert height[(hour == 13) & (month == 12)].mean() < 700
    assert height[hour == 1].mean() < 350


def test_it_rains_a_tenth_of_the_time(weather):
    assert (weather.rain > 0).mean() == pytest.approx(0.097, abs=0.02)
    assert 300 < weather.rain.sum() / 5 < 700  # mm a year


def test_the_background_is_dirtier_from_the_east_and_washed_by_rain(weather):
    background = draw_background(np.random.default_rng(1), weather)
    east, west = weather.wind_u < -2, weather.wind_u > 2
    assert background[east, 0].mean() > 1.4 * background[west, 0].mean()
    assert background[weather.rain > 0, 0].mean() < 0.9 * background[:, 0].mean()
