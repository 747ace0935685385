import numpy as np
import pytest

from gnnlab.data.simulation.land_use import GREEN, INDUSTRIAL, LandUse, draw_land_use
from gnnlab.data.simulation.plan import SIZE, to_degrees, to_plan

PLOTS = 120
WIDTH = SIZE / PLOTS  # km


def test_shares_are_areas_of_discs():
    plots = np.full((PLOTS, PLOTS), GREEN)
    plots[:, 60:] = INDUSTRIAL  # the eastern half
    land = LandUse(plots)
    radius = 1.5
    for away in (-2.0, -0.6, 0.0, 0.6, 2.0):  # km from the border
        place = np.array([[SIZE / 2 + away, SIZE / 2]])
        x = np.clip(away / radius, -1, 1)
        segment = 0.5 + (np.arcsin(x) + x * np.sqrt(1 - x**2)) / np.pi  # of a disc, by a chord
        assert land.shares(place, 1000 * radius)[0, INDUSTRIAL] == pytest.approx(segment, abs=0.01)


def test_beyond_the_map_all_is_green():
    land = LandUse(np.full((PLOTS, PLOTS), INDUSTRIAL))
    corner = np.array([[WIDTH / 2, WIDTH / 2]])
    assert land.shares(corner, 3000.0)[0, GREEN] == pytest.approx(0.75, abs=0.06)
    assert land.shares(np.array([[SIZE / 2, SIZE / 2]]), 3000.0)[0, INDUSTRIAL] == pytest.approx(1)


def test_cells_hold_the_shares_of_their_plots():
    land = draw_land_use(np.random.default_rng(0))
    cells = land.by_cell()
    assert cells.sum(axis=0) == pytest.approx(1)
    for use in range(4):
        assert cells[use].mean() == pytest.approx((land.plots == use).mean())
    assert cells[INDUSTRIAL, 3, 5] == (land.plots[12:16, 20:24] == INDUSTRIAL).mean()


@pytest.mark.parametrize("seed", range(5))
def test_every_town_has_land_of_each_class(seed):
    shares = draw_land_use(np.random.default_rng(seed)).by_cell().mean(axis=(1, 2))
    assert (shares > 0.05).all()


def test_degrees_and_kilometres_are_each_other_s_inverse():
    places = np.random.default_rng(0).uniform(0, SIZE, (50, 2))
    assert to_plan(*to_degrees(places)) == pytest.approx(places, abs=1e-9)
    east, north = to_degrees(np.array([[0.0, 0.0], [SIZE, 0.0]]))
    assert north[0] == north[1]
    metres = 6_371_000 * np.deg2rad(east[1] - east[0]) * np.cos(np.deg2rad(51.16))
    assert metres == pytest.approx(1000 * SIZE, rel=1e-3)
