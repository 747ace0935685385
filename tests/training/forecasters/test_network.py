from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
import pytest
import torch
from small_series import small_series

from gnnlab.data import SensorSeries, TimeSplit, chronological
from gnnlab.errors import DataError, GnnlabError
from gnnlab.evaluation.metrics import LEVELS as SCORED_LEVELS
from gnnlab.evaluation.metrics import pinball as mean_pinball
from gnnlab.graphs import Graph, chain
from gnnlab.training.forecasters import LEVELS, MEDIAN, Forecaster, targets_ahead
from gnnlab.training.forecasters.minibatches import Recipe
from gnnlab.training.forecasters.network import Architecture, NetworkForecaster, near, pinball

HORIZONS = (1, 6, 24)
STEPS = 400
SPLIT = chronological(STEPS)
TEST = np.arange(SPLIT.test.start, STEPS)
SMALL = Architecture(input_steps=6, state_channels=8, hidden_channels=8, embedding_channels=2)
SHORT = Recipe(epochs=2, share=0.5)

graphs = pytest.mark.parametrize("graph", [None, near])


def fitted(series: SensorSeries, horizons: Sequence[int] = HORIZONS, **how: Any) -> Any:
    settings = {"architecture": SMALL, "recipe": SHORT, "graph": near, **how}
    return NetworkForecaster.fit(series, SPLIT, horizons, **settings)


def with_values(series: SensorSeries, values: np.ndarray) -> SensorSeries:
    return replace(series, values=values)


@graphs
@pytest.mark.parametrize("runs", [False, True])
def test_forecasts_do_not_look_ahead(
    graph: Callable[[SensorSeries], Graph] | None, runs: bool
) -> None:
    series = small_series(STEPS, runs=runs)
    model = fitted(series, graph=graph)
    assert isinstance(model, Forecaster)
    whole = model.quantiles(series, TEST)
    assert whole.shape == (len(TEST), 3, 3, 19)
    for origin in (TEST[0], TEST[30], TEST[-2]):
        values = series.values.copy()
        values[origin + 1 :, :, :2] = 1e6
        issued = TEST[origin >= TEST]
        other = model.quantiles(with_values(series, values), TEST)
        np.testing.assert_array_equal(other[: len(issued)], whole[: len(issued)])
        cut = series.between(0, int(origin) + 1)
        np.testing.assert_allclose(model.quantiles(cut, issued), whole[: len(issued)], rtol=1e-4)


def test_nothing_after_the_training_part_is_learned_nothing_after_validation_is_seen() -> None:
    series = small_series(STEPS)
    clean = fitted(series)
    values = series.values.copy()
    values[SPLIT.validation.stop :, :, :2] = 1e6
    unseen = fitted(with_values(series, values))
    assert unseen.history == clean.history
    for ours, theirs in zip(unseen.network.parameters(), clean.network.parameters(), strict=True):
        assert torch.equal(ours, theirs)
    values[SPLIT.train.stop :, :, :2] = 1e6
    judged = fitted(with_values(series, values))
    assert [line.loss for line in judged.history] == [line.loss for line in clean.history]
    assert judged.history != clean.history
    center = clean.reader.preparation.scaler.center
    np.testing.assert_array_equal(judged.reader.preparation.scaler.center, center)


def test_a_fit_is_repeated_by_its_seed_and_leaves_other_draws_alone() -> None:
    series = small_series(STEPS)
    torch.manual_seed(3)
    expected = torch.rand(2)
    torch.manual_seed(3)
    first = fitted(series, seed=5)
    assert torch.equal(torch.rand(2), expected)
    second, third = fitted(series, seed=5), fitted(series, seed=6)
    np.testing.assert_array_equal(first.forecast(series, TEST), second.forecast(series, TEST))
    assert first.history == second.history
    assert first.history != third.history


def test_quantiles_ascend_and_the_median_is_the_forecast() -> None:
    series = small_series(STEPS)
    model = fitted(series)
    found = model.quantiles(series, np.array([0, 1, 200, STEPS - 1]))
    assert np.isfinite(found).all()
    assert (np.diff(found) >= 0).all()
    assert found.dtype == np.float32
    np.testing.assert_array_equal(
        model.forecast(series, np.array([0, 1, 200, STEPS - 1])), found[..., 9]
    )
    assert LEVELS == SCORED_LEVELS
    assert LEVELS[MEDIAN] == 0.5


def test_many_origins_are_forecast_as_one_by_one() -> None:
    series = small_series(STEPS)
    model = fitted(series)
    every = model.forecast(series, np.arange(STEPS))  # more than are forecast at once
    for origin in (0, 255, 256, 399):
        one = model.forecast(series, np.array([origin]))
        np.testing.assert_allclose(one[0], every[origin], rtol=1e-4)


def test_whether_a_value_was_observed_counts() -> None:
    series = small_series(STEPS, missing=0)
    values = series.values.copy()
    values[300, 0, 0] = values[299, 0, 0]
    missing = values.copy()
    missing[300, 0, 0] = np.nan  # filled with the same
    model = fitted(series)
    ours, theirs = (
        model.forecast(with_values(series, each), np.array([300])) for each in (values, missing)
    )
    assert (ours != theirs).any()


def test_validation_is_the_mean_absolute_error_over_mean_changes() -> None:
    series = small_series(STEPS)
    model = fitted(series)
    seen = series.between(0, SPLIT.validation.stop)
    target, origins = seen.values[..., 0], np.array(SPLIT.validation)
    errors = np.abs(targets_ahead(target, origins, HORIZONS) - model.forecast(seen, origins))
    learned = target[: SPLIT.train.stop]
    for place, horizon in enumerate(HORIZONS):
        errors[:, place] /= np.nanmean(np.abs(learned[horizon:] - learned[:-horizon]))
    expected = np.nanmean(errors)
    assert min(line.validation for line in model.history) == pytest.approx(expected, rel=1e-5)


def test_the_loss_is_the_pinball_loss_at_observed_targets() -> None:
    draws = np.random.default_rng(0)
    quantiles, targets = draws.normal(size=(4, 5, 19)), draws.normal(size=(4, 5))
    targets[draws.random((4, 5)) < 0.3] = np.nan
    lost, count = pinball(torch.from_numpy(quantiles), torch.from_numpy(targets))
    observed = ~np.isnan(targets)
    assert count == observed.sum()
    expected = mean_pinball(quantiles, targets, observed).mean() * count
    assert float(lost) == pytest.approx(expected, rel=1e-6)


def test_gaps_and_a_silent_station_have_forecasts() -> None:
    values = small_series(STEPS, missing=0.7).values.copy()
    values[:, 1] = np.nan  # never heard of
    values[SPLIT.train.stop :, 2] = np.nan  # silent since
    values[..., 2:] = small_series(STEPS).values[..., 2:]
    series = with_values(small_series(STEPS), values)
    found = fitted(series).forecast(series, TEST)
    assert np.isfinite(found).all()
    assert 0 < np.median(found) < 200


@graphs
def test_one_station_is_enough(graph: Callable[[SensorSeries], Graph] | None) -> None:
    series = small_series(STEPS, stations=1)
    assert np.isfinite(fitted(series, graph=graph).forecast(series, TEST)).all()


def test_a_constant_stays() -> None:
    values = small_series(STEPS, missing=0).values.copy()
    values[:, :, 0] = 30
    series = with_values(small_series(STEPS), values)
    np.testing.assert_allclose(fitted(series).forecast(series, TEST), 30, rtol=1e-4)


def test_along_a_graph_it_learns_what_a_neighbour_tells() -> None:
    """s1 repeats what s0 had an hour before: only along the graph is that known."""
    series = small_series(600, stations=6, missing=0)
    values = series.values.copy()
    values[1:, 1, 0] = values[:-1, 0, 0]
    series, split = with_values(series, values), chronological(600)
    recipe = Recipe(epochs=25, patience=25, share=1, batch_size=32, learning_rate=0.01)
    sizes = replace(SMALL, input_steps=2, hidden_channels=32, dropout=0.0, dropout_far=0.0)
    origins = np.arange(split.test.start, 599)
    truth = values[origins + 1, 1, 0]
    mae = {}
    for name, graph in (("graph", lambda past: chain(6)), ("alone", None)):
        model = NetworkForecaster.fit(
            series, split, (1,), 0, graph=graph, architecture=sizes, recipe=recipe
        )
        mae[name] = np.abs(model.forecast(series, origins)[:, 0, 1] - truth).mean()
    assert mae["graph"] < 0.85 * mae["alone"]


def test_how_far_a_fit_is_is_told() -> None:
    told: list[float] = []
    fitted(small_series(STEPS), tell=told.append)
    assert told == [0, 1 / 3, 2 / 3]


def test_a_training_part_without_the_target_is_refused() -> None:
    values = small_series(STEPS).values.copy()
    values[: SPLIT.train.stop, :, 0] = np.nan
    message = "PM2.5 must be observed in the training part, got no value in 280 steps"
    with pytest.raises(DataError, match=message):
        fitted(with_values(small_series(STEPS), values))


def test_a_validation_part_without_a_target_is_refused() -> None:
    message = "PM2.5 must be observed in the validation part, 50 steps after another, "
    with pytest.raises(DataError, match=message + "got no value in 40 steps"):
        fitted(small_series(STEPS), (50, 60))
    model = fitted(small_series(STEPS), (1, 60))  # validated by the first alone
    assert model.forecast(small_series(STEPS), TEST).shape == (len(TEST), 2, 3)


def test_a_loss_that_is_not_finite_is_said() -> None:
    recipe = replace(SHORT, learning_rate=1e30, averaging=0.0)
    with pytest.raises(GnnlabError, match="the loss must be finite, got "):
        fitted(small_series(STEPS), recipe=recipe)


def test_a_split_may_begin_later() -> None:
    series = small_series(STEPS)
    late = TimeSplit("late", range(100, 280), SPLIT.validation, SPLIT.test)
    values = series.values.copy()
    values[:100, :, :2] = 1e6
    fit = partial(NetworkForecaster.fit, architecture=SMALL, recipe=SHORT)
    clean, dirty = (fit(each, late, HORIZONS) for each in (series, with_values(series, values)))
    np.testing.assert_array_equal(clean.forecast(series, TEST), dirty.forecast(series, TEST))
