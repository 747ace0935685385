"""What holds for every forecaster."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import numpy as np
import pytest
from small_series import small_series

from gnnlab.data import SensorSeries, TimeSplit, chronological
from gnnlab.errors import DataError
from gnnlab.training.forecasters import FORECASTERS, Fit, Forecaster, gbdt, targets_ahead
from gnnlab.training.forecasters.minibatches import Recipe
from gnnlab.training.forecasters.seed_ensemble import SeedEnsemble

HORIZONS = (1, 6, 24)
STEPS = 400
SPLIT = chronological(STEPS)
TEST = np.arange(SPLIT.test.start, STEPS)

NETWORKS = ("gru", "lstm", "stid", "agcrn", "gc-dcrnn")
QUICK = {
    "ridge": FORECASTERS["ridge"],
    "gru": partial(FORECASTERS["gru"], recipe=Recipe(epochs=1)),
}
FITS: dict[str, Fit] = {
    **{name: fit for name, fit in FORECASTERS.items() if not name.startswith("blend")},
    "gc-dcrnn-ensemble": partial(SeedEnsemble.fit, model=QUICK["gru"], seeds=2),
    "blend": partial(FORECASTERS["blend"], members=QUICK),
}


@pytest.fixture(autouse=True)
def few_trees(monkeypatch: pytest.MonkeyPatch) -> None:
    for settings in (gbdt.SMALL, gbdt.LARGE):
        monkeypatch.setitem(settings, "max_iter", 20)


every = pytest.mark.parametrize("name", FITS)
answering = pytest.mark.parametrize("name", [each for each in FITS if each != "persistence"])


def fitted(name: str, series: SensorSeries, horizons: Sequence[int] = HORIZONS) -> Forecaster:
    return FITS[name](series, SPLIT, horizons, 0)


def with_values(series: SensorSeries, values: np.ndarray) -> SensorSeries:
    return replace(series, values=values)


@every
def test_forecasts_do_not_look_ahead(name: str) -> None:
    series = small_series(STEPS, missing=0.6)  # gaps that are longer than what is carried
    model = fitted(name, series)
    whole = model.forecast(series, TEST)
    assert whole.shape == (len(TEST), len(HORIZONS), 3)
    for origin in (TEST[0], TEST[30], TEST[-2]):
        values = series.values.copy()
        values[origin + 1 :] = np.random.default_rng(0).normal(0, 1e6, values[origin + 1 :].shape)
        issued = TEST[origin >= TEST]
        for after in (values, np.where(np.arange(STEPS)[:, None, None] > origin, np.nan, values)):
            other = model.forecast(with_values(series, after.astype(np.float32)), TEST)
            np.testing.assert_array_equal(other[: len(issued)], whole[: len(issued)])
        cut = series.between(0, int(origin) + 1)
        np.testing.assert_allclose(model.forecast(cut, issued), whole[: len(issued)], rtol=1e-4)


@every
def test_nothing_after_the_training_part_is_learned(name: str) -> None:
    series = small_series(STEPS)
    values = series.values.copy()
    chosen_by_validation = name in (*NETWORKS, "gc-dcrnn-ensemble", "blend")
    after = SPLIT.validation if chosen_by_validation else SPLIT.train
    values[after.stop :, :, :2] = 1e6
    poisoned = with_values(series, values)
    clean, dirty = (fitted(name, each).forecast(series, TEST) for each in (series, poisoned))
    np.testing.assert_array_equal(clean, dirty)


@every
def test_a_fit_and_its_forecasts_are_repeated(name: str) -> None:
    series = small_series(STEPS)
    first, second = (fitted(name, series).forecast(series, TEST) for _ in range(2))
    np.testing.assert_array_equal(first, second)


@answering
def test_gaps_and_a_silent_station_have_forecasts(name: str) -> None:
    series = small_series(STEPS, missing=0.7)
    values = series.values.copy()
    values[:, 1] = np.nan  # never heard of
    values[SPLIT.train.stop :, 2] = np.nan  # silent since
    found = fitted(name, with_values(series, values)).forecast(with_values(series, values), TEST)
    assert np.isfinite(found).all()
    assert 0 < np.median(found) < 200


@answering
def test_one_station_is_enough(name: str) -> None:
    series = small_series(STEPS, stations=1)
    found = fitted(name, series).forecast(series, TEST)
    assert np.isfinite(found).all()


@every
def test_a_constant_stays(name: str) -> None:
    series = small_series(STEPS, missing=0)
    values = series.values.copy()
    values[:, :, 0] = 30
    series = with_values(series, values)
    np.testing.assert_allclose(fitted(name, series).forecast(series, TEST), 30, rtol=1e-4)


@every
def test_a_constant_sensor_among_others_is_forecast(name: str) -> None:
    series = small_series(STEPS, missing=0)
    values = series.values.copy()
    values[:, 1, 0] = 30
    series = with_values(series, values)
    found = fitted(name, series).forecast(series, TEST)
    assert np.isfinite(found).all()
    assert np.abs(found[:, :, 1] - 30).mean() < 20


@every
def test_the_first_step_of_a_series_is_an_origin(name: str) -> None:
    series = small_series(STEPS, missing=0)
    assert np.isfinite(fitted(name, series).forecast(series, np.array([0]))).all()


@answering
def test_a_training_part_without_the_target_is_refused(name: str) -> None:
    series = small_series(STEPS)
    values = series.values.copy()
    values[: SPLIT.train.stop, :, 0] = np.nan
    message = "PM2.5 must be observed in the training part, got no value in 280 steps"
    with pytest.raises(DataError, match=message):
        fitted(name, with_values(series, values))


@pytest.mark.parametrize("name", ["ridge", "gbdt"])
def test_a_horizon_longer_than_the_training_part_is_refused(name: str) -> None:
    message = "in the training part, 280 steps after another, got no value in 280 steps"
    with pytest.raises(DataError, match=message):
        fitted(name, small_series(STEPS), (1, 280))


@pytest.mark.parametrize("name", ["ridge", "gbdt"])
def test_a_single_origin_is_enough_to_learn_from(name: str) -> None:
    series = small_series(STEPS, missing=0)
    assert np.isfinite(fitted(name, series, (279,)).forecast(series, TEST)).all()


@pytest.mark.parametrize("name", ["persistence-carried", "damped-persistence", "climatology"])
def test_the_simple_forecast_as_far_as_asked(name: str) -> None:
    series = small_series(STEPS)
    assert np.isfinite(fitted(name, series, (1, 1000)).forecast(series, TEST)).all()


@pytest.mark.parametrize("name", ["ridge", "gbdt", *NETWORKS, "blend"])
def test_how_far_a_fit_is_is_told(name: str) -> None:
    told: list[float] = []
    FITS[name](small_series(STEPS), SPLIT, HORIZONS, 0, told.append)
    assert told == sorted(told)
    assert told[0] >= 0
    assert told[-1] < 1


def test_targets_ahead_end_with_the_series() -> None:
    values = np.arange(6.0).reshape(3, 2)
    found = targets_ahead(values, np.array([0, 2]), (1, 2))
    assert found[0].tolist() == [[2, 3], [4, 5]]
    assert np.isnan(found[1]).all()


def test_a_split_may_begin_later() -> None:
    series = small_series(STEPS)
    late = TimeSplit("late", range(100, 280), SPLIT.validation, SPLIT.test)
    values = series.values.copy()
    values[:100] = 1e6
    for fit in FITS.values():
        clean, dirty = (
            fit(each, late, HORIZONS, 0).forecast(series, TEST)
            for each in (series, with_values(series, values))
        )
        np.testing.assert_array_equal(clean, dirty)
