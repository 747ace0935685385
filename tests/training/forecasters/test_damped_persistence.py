from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_series import small_series

from gnnlab.data import chronological
from gnnlab.training.forecasters import Climatology, DampedPersistence
from gnnlab.training.forecasters.damped_persistence import _least_absolute_slope

numbers = st.floats(-100, 100).map(lambda x: round(x, 3))


@given(st.lists(st.tuples(numbers, numbers), min_size=1, max_size=20))
def test_no_other_slope_has_a_smaller_absolute_error(pairs: list[tuple[float, float]]) -> None:
    x, y = np.array(pairs).T

    def error(phi: float) -> float:
        return float(np.abs(y - phi * x).sum())

    found = error(_least_absolute_slope(x, y))
    corners = [b / a for a, b in pairs if a]  # the least is at one of these
    assert found <= min(map(error, [*corners, 0.0])) + 1e-6


def test_what_is_unusual_fades_as_it_did_in_training() -> None:
    steps, phi = 24 * 120, 0.9
    draw = np.random.default_rng(0)
    series = small_series(steps, stations=2)
    values = series.values.copy()
    values[0, :, 0] = 0
    for step in range(1, steps):
        values[step, :, 0] = phi * values[step - 1, :, 0] + draw.normal(size=2)
    series = replace(series, values=values)
    model = DampedPersistence.fit(series, chronological(steps), (1, 6, 500))
    assert model.phi == pytest.approx([phi, phi**6, 0], abs=0.07)


def test_it_starts_from_climatology_and_from_the_last_value_of_six_steps() -> None:
    steps = 24 * 30
    series = small_series(steps, stations=1, missing=0)
    values = series.values.copy()
    values[500:520, 0, 0] = np.nan
    series, split = replace(series, values=values), chronological(steps)
    model = DampedPersistence.fit(series, split, (1, 3))
    climatology = Climatology.fit(series, split, (1, 3))
    origins = np.array([499, 502, 506])
    usual = climatology.forecast(series, origins)[..., 0]
    seen = values[499, 0, 0]
    for place, origin in enumerate((499, 502)):  # up to 6 steps later
        unusual = seen - climatology.usual(series, np.array([origin]))[0, 0]
        found = model.forecast(series, origins)[place, :, 0]
        np.testing.assert_allclose(found, usual[place] + model.phi * unusual, rtol=1e-5)
    np.testing.assert_array_equal(model.forecast(series, origins)[2, :, 0], usual[2])


def test_what_cannot_be_learned_is_not_unusual() -> None:
    series = small_series(100)
    assert DampedPersistence.fit(series, chronological(100), (1, 70)).phi[1] == 0
