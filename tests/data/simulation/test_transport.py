from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gnnlab.data.simulation.emissions import emission_rates
from gnnlab.data.simulation.parameters import (
    CELL,
    CELLS,
    CLASSES,
    DECAY,
    DEPOSITION,
    DIFFUSION,
    SPECIES,
    SUBSTEPS,
    WASH_OUT,
)
from gnnlab.data.simulation.transport import (
    after_an_hour,
    disperse,
    kept_shares,
    near_resistance,
    spreading,
)
from gnnlab.data.simulation.weather import Weather

STEP = 3600 / SUBSTEPS  # seconds
IDLE = np.zeros((12, len(CLASSES)))  # activity
NOWHERE = np.zeros((len(CLASSES), CELLS, len(SPECIES), CELLS))  # emission


def steady(wind_u: float, wind_v: float, moisture: float = 0.0, hours: int = 4) -> Weather:
    """From the evening of the longest night on, so that no sun lifts the mixing height."""
    constant = np.ones(hours)
    times = np.datetime64("2020-12-21T19:00:00") + np.arange(hours) * np.timedelta64(1, "h")
    return Weather(times, 5 * constant, wind_u * constant, wind_v * constant, moisture * constant)


def carried(air: np.ndarray, u: float, v: float) -> np.ndarray:
    """Where air is after an hour in which nothing is lost or added."""
    to_north, to_east = spreading(np.array([v]))[0], spreading(np.array([u]))[0]
    nothing_lost, nothing_added = np.ones(len(SPECIES)), np.zeros(air.shape)
    return after_an_hour(air, to_north, to_east, nothing_lost, nothing_added)[0]


@pytest.mark.parametrize(("u", "v"), [(0.0, 0.0), (1.3, -0.4), (-2.1, 1.7), (0.37, 2.5)])
def test_a_puff_moves_with_the_wind_and_spreads_as_the_root_of_2_d_t(u, v):
    row, column = 15 - 6 * round(np.sign(v)), 15 - 6 * round(np.sign(u))
    puff = np.zeros((CELLS, len(SPECIES), CELLS))
    puff[row, :, column] = 1
    mass = carried(puff, u, v)[:, 0]
    assert mass.sum() == pytest.approx(1, abs=2e-3)  # its fringe is over the edge
    numbers = np.arange(CELLS)
    for share, start, wind in ((mass.sum(1), row, v), (mass.sum(0), column, u)):
        share = share / share.sum()
        mean = share @ numbers
        assert (mean - start) * 1000 * CELL / 3600 == pytest.approx(wind, abs=0.03)  # m/s
        variance = share @ (numbers - mean) ** 2 * (1000 * CELL) ** 2
        assert variance == pytest.approx(2 * DIFFUSION * 3600, rel=0.05)


@given(st.floats(-60, 60), st.floats(-60, 60))
def test_air_is_never_negative_nor_made_of_nothing_in_any_wind(u, v):
    air = np.random.default_rng(0).random((CELLS, len(SPECIES), CELLS))
    after = carried(air, u, v)
    assert (after >= 0).all()
    assert after.sum() <= air.sum()


def test_what_leaves_a_cell_arrives_in_others_or_leaves_the_city():
    matrix = spreading(np.array([0.0, 3.0]))
    assert (matrix.sum(axis=1) <= 1 + 1e-12).all()  # columns: of the air of one cell
    assert matrix[0, :, 10].sum() == pytest.approx(1)
    assert matrix[1, :, -1].sum() < 0.1  # 1.5 cells from the last one: over the edge


def test_a_steady_plume_is_the_sum_of_gaussian_puffs_that_lose_mass():
    u, hours = 2.0, 4
    weather = steady(u, 0.0, hours=hours)
    activity = np.ones((hours, len(CLASSES)))
    rates = NOWHERE.copy()
    rates[2, 15, 0, 5] = 1.0  # ug/m2/s from one cell
    air = disperse(weather, np.zeros((hours, len(SPECIES))), activity, rates)

    height = weather.mixing_height[0]
    seconds = np.arange(5, 2.5 * 3600, 10.0)  # since a puff was emitted
    lost = np.exp(-DEPOSITION["PM2.5"] / height * seconds)
    width = np.sqrt(2 * DIFFUSION * seconds + (1000 * CELL) ** 2 / 12)
    area = (1000 * CELL) ** 2
    for row, column in ((15, 9), (15, 11), (16, 9)):
        east = np.exp(-0.5 * (((column - 5) * 1000 * CELL - u * seconds) / width) ** 2)
        north = np.exp(-0.5 * ((row - 15) * 1000 * CELL / width) ** 2)
        puffs = area / (2 * np.pi * width**2) * east * north * lost / height
        assert air[3, row, 0, column] == pytest.approx(10 * puffs.sum(), rel=0.05)
    assert (air[:, :, 1] == 0).all()  # nobody emitted the other species


def test_emissions_into_calm_air_are_all_there_but_for_what_was_deposited():
    hours = 3
    weather = steady(0.0, 0.0, hours=hours)
    rates = NOWHERE.copy()
    rates[0, 12:18, 0, 12:18] = 0.5
    activity = np.ones((hours, len(CLASSES)))
    air = disperse(weather, np.zeros((hours, len(SPECIES))), activity, rates)
    height = weather.mixing_height[0]
    rate = DEPOSITION["PM2.5"] / height
    seconds = 3600 * hours - STEP * (SUBSTEPS - 1) / 2  # mean of the last hour's steps
    balance = 36 * 0.5 / height * (1 - np.exp(-rate * seconds)) / rate
    assert air[-1, :, 0].sum(dtype=float) == pytest.approx(balance, rel=2e-3)


def test_without_emissions_the_background_stays_but_for_its_losses():
    weather = steady(3.0, 1.0, hours=12)
    background = np.full((12, len(SPECIES)), 10.0)
    air = disperse(weather, background, IDLE, NOWHERE)
    first, last = air[-1, 15, 0, 1], air[-1, 15, 0, -2]
    assert 10 > first > last > 9  # the farther from where the wind comes in, the less


def test_what_is_upwind_is_seen_downwind_later():
    hours, u = 12, 2.0
    background = np.full((hours, len(SPECIES)), 5.0)
    background[2:] = 25.0  # a front
    air = disperse(steady(u, 0.0, hours=hours), background, IDLE[:hours], NOWHERE)
    half = (air[0] + air[-1]) / 2
    arrival = [
        np.argmax(air[:, 15, 0, column] > half[15, 0, column]) for column in (3, 9, 15, 21, 27)
    ]
    assert arrival == sorted(arrival)
    on_the_way = 24 * CELL / (3.6 * u)
    assert abs(arrival[-1] - arrival[0] - on_the_way) <= 1


def test_rain_washes_out_and_chemistry_and_the_ground_take_the_rest():
    dry, wet = steady(2.0, 0.0), steady(2.0, 0.0, moisture=2.3)
    rain = wet.rain[0]
    assert rain > 0.5
    washed = kept_shares(wet)[0] / kept_shares(dry)[0]
    assert washed.tolist() == pytest.approx(
        [np.exp(-WASH_OUT[each] * rain / SUBSTEPS) for each in SPECIES]
    )
    lost = [3600 * DEPOSITION[each] / dry.mixing_height[0] + DECAY[each] for each in SPECIES]
    assert (kept_shares(dry)[0] ** SUBSTEPS).tolist() == pytest.approx(np.exp(-np.array(lost)))


def test_air_that_rises_is_thinned_by_what_was_above():
    calm = steady(0.0, 0.0, hours=2)
    morning = np.array(["2021-06-21T08:00:00", "2021-06-21T11:00:00"], "datetime64[s]")
    weather = replace(calm, times=morning)
    low, high = weather.mixing_height
    assert high > 1.3 * low
    everywhere = NOWHERE.copy()
    everywhere[0, :, 0] = 1.0
    busy_first = np.array([[1.0] * len(CLASSES), [0.0] * len(CLASSES)])
    air = disperse(weather, np.zeros((2, len(SPECIES))), busy_first, everywhere)[:, 15, 0, 15]
    end_of_first = air[0] * SUBSTEPS / np.mean(np.arange(SUBSTEPS) + 1)  # it grew in equal steps
    kept = np.exp(-DEPOSITION["PM2.5"] * 3600 / high * np.mean(np.arange(SUBSTEPS) + 1) / SUBSTEPS)
    assert air[1] == pytest.approx(end_of_first * low / high * kept, rel=0.01)


def test_what_is_emitted_close_by_counts_most_when_the_air_is_calm_and_low():
    calm, windy = near_resistance(steady(0.3, 0.0))[0], near_resistance(steady(5.0, 0.0))[0]
    assert calm > 4 * windy
    assert emission_rates().shape == (len(CLASSES), len(SPECIES))
