import re
from dataclasses import replace
from functools import partial

import jaxtyping
import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from small_series import HOUR, small_series
from torch.utils.data import Dataset

from gnnlab.data.filling import carried_forward
from gnnlab.data.forecast_runs import ForecastRuns
from gnnlab.data.preparation import Preparation, hours_of_day
from gnnlab.data.time_splits import chronological
from gnnlab.data.windows import Windows
from gnnlab.errors import DataError


def prepared(series, train=range(140), **how):
    return Preparation.fit(series, train, **how)


@settings(max_examples=30)
@given(
    st.integers(1, 30), st.integers(1, 20), st.integers(1, 9), st.booleans(), st.integers(0, 100)
)
def test_windows_are_what_slicing_gives(input_steps, horizon, stride, runs, seed):
    series = small_series(seed=seed, runs=runs)
    preparation = prepared(series, per_station=True, logarithm=["PM2.5"])
    windows = Windows(
        series,
        range(140, 200),
        preparation,
        input_steps=input_steps,
        horizon=horizon,
        stride=stride,
    )
    assert windows.origins.tolist() == list(range(140, 200 - horizon, stride))
    number = seed % len(windows)
    batch, origin = windows[number], windows.origins[number]
    steps = slice(origin - input_steps + 1, origin + 1)
    raw = series.values[steps]
    usual = preparation.usual[hours_of_day(series.local_times[steps])]
    filled = carried_forward(raw)
    filled = preparation.scaler.transform(np.where(np.isnan(filled), usual, filled))
    np.testing.assert_array_equal(batch.inputs_observed[0], ~np.isnan(raw))
    np.testing.assert_allclose(batch.inputs[0], filled, rtol=1e-5, atol=1e-6)
    asked = slice(origin + 1, origin + horizon + 1)
    truth = series.of("PM2.5")[asked, :, None]
    np.testing.assert_array_equal(batch.targets_observed[0], ~np.isnan(truth))
    np.testing.assert_array_equal(batch.targets[0], np.nan_to_num(truth))
    calendar = preparation.scaler.transform(series.values)[asked, :, 2:]
    np.testing.assert_array_equal(batch.future[0, ..., :6], calendar)
    assert batch.future.shape[-1] == 6 + runs


def test_inputs_reach_back_before_a_part_but_never_before_the_series():
    series = small_series()
    preparation = prepared(series)
    assert Windows(series, range(140), preparation, input_steps=24, horizon=6).origins[0] == 23
    assert Windows(series, range(140, 170), preparation, horizon=6).origins[0] == 140


def test_no_window_of_a_part_has_a_target_outside_it():
    series = small_series()
    for part in (range(140), range(140, 160), range(160, 200)):
        windows = Windows(series, part, prepared(series), horizon=6)
        assert windows.origins.min() >= part.start
        assert windows.origins.max() + 6 == part.stop - 1


@pytest.mark.parametrize("value", [np.nan, 1e6])
def test_poison_after_the_split_changes_nothing_that_is_fitted_or_trained_on(value):
    clean = small_series(runs=True)
    split = chronological(len(clean.times))
    end = clean.times[split.train.stop - 1]
    values = clean.values.copy()
    values[split.train.stop :] = value
    runs = clean.forecasts[0]
    said = runs.values.copy()
    said[runs.issued + runs.latency > end] = value
    poisoned = replace(
        clean,
        values=values,
        forecasts=[
            ForecastRuns(runs.names, runs.units, said, runs.issued, runs.leads, runs.latency)
        ],
    )
    for how in ({}, {"per_station": True}, {"robust": True, "logarithm": ["PM2.5"]}):
        fitted = [Preparation.fit(series, split.train, **how) for series in (clean, poisoned)]
        for clean_scaler, scaler in zip(
            *([each.scaler, *each.forecast_scalers] for each in fitted), strict=True
        ):
            np.testing.assert_array_equal(scaler.center, clean_scaler.center)
            np.testing.assert_array_equal(scaler.scale, clean_scaler.scale)
        np.testing.assert_array_equal(fitted[1].usual, fitted[0].usual)
        windows = [
            Windows(series, split.train, preparation, horizon=12)
            for series, preparation in zip((clean, poisoned), fitted, strict=True)
        ]
        everything = range(len(windows[0]))
        for untouched, changed in zip(windows[0][everything], windows[1][everything], strict=True):
            assert torch.equal(untouched, changed)


def test_later_runs_of_a_forecast_change_no_earlier_window():
    clean = small_series(runs=True)
    runs = clean.forecasts[0]
    preparation = prepared(clean)
    origin = 150
    out = runs.issued + runs.latency <= clean.times[origin]
    said = runs.values.copy()
    said[~out] = 1e6
    altered = replace(
        clean,
        forecasts=[
            ForecastRuns(runs.names, runs.units, said, runs.issued, runs.leads, runs.latency)
        ],
    )
    part = range(140, origin + 13)
    before, after = (
        Windows(series, part, preparation, horizon=12)[range(0, origin - 139)]
        for series in (clean, altered)
    )
    assert torch.equal(before.future, after.future)
    newest = np.flatnonzero(out)[-1]
    lead = int((clean.times[origin + 1] - runs.issued[newest]) // HOUR) - 1
    expected = preparation.forecast_scalers[0].transform(runs.values[newest, lead])
    np.testing.assert_array_equal(before.future[-1, 0, :, 6:], expected)


def test_what_is_not_known_ahead_is_0_and_masked():
    clean = small_series(runs=True)
    ahead = [
        replace(variable, kind="future") if variable.name == "NO2" else variable
        for variable in clean.variables
    ]
    series = replace(clean, variables=ahead, perfect_weather=True)
    preparation = prepared(series)
    (runs,), horizon = series.forecasts, 30  # longer than what a run that is out still says
    windows = Windows(series, range(140, 200), preparation, horizon=horizon)
    batch = windows[range(len(windows))]
    steps = windows.origins[:, None] + np.arange(1, horizon + 1)
    said, where = runs.known_at(series.times[windows.origins], series.times[steps])
    observed = np.concatenate([series.observed[steps][..., 1:], where], axis=-1)
    for channel in (0, 7):  # NO2 and the forecast; the calendar between them has no gaps
        assert 0.1 < observed[..., channel].mean() < 0.9
    np.testing.assert_array_equal(batch.future_observed, observed)
    assert (batch.future[~batch.future_observed] == 0).all()
    nitrogen = preparation.scaler.transform(series.values)[steps, :, 1]
    forecast = preparation.forecast_scalers[0].transform(said)[..., 0]
    for channel, expected in ((0, nitrogen), (7, forecast)):
        np.testing.assert_array_equal(batch.future[..., channel], np.nan_to_num(expected))


def test_a_loader_hands_over_every_window_once():
    series = small_series()
    windows = Windows(series, range(140), prepared(series), horizon=6)
    assert isinstance(windows, Dataset)
    in_order = torch.cat([batch.origins for batch in windows.loader(16)])
    assert in_order.tolist() == windows.origins.tolist()
    shuffled = torch.cat([batch.origins for batch in windows.loader(16, shuffle=True, seed=1)])
    assert shuffled.tolist() != in_order.tolist()
    assert sorted(shuffled.tolist()) == in_order.tolist()
    again = torch.cat([batch.origins for batch in windows.loader(16, shuffle=True, seed=1)])
    assert torch.equal(shuffled, again)


@pytest.mark.parametrize(
    ("steps", "message"),
    [
        ({"input_steps": 0}, "input_steps must be between 1 and 720 steps, got 0"),
        ({"input_steps": 721}, "input_steps must be between 1 and 720 steps, got 721"),
        ({"horizon": 169}, "horizon must be between 1 and 168 steps, got 169"),
        ({"stride": 0}, "stride must be between 1 and 200 steps, got 0"),
    ],
)
def test_steps_out_of_bounds_are_refused(steps, message):
    series = small_series()
    with pytest.raises(ValueError, match=message):
        Windows(series, range(140), prepared(series), **steps)


def test_a_part_that_is_too_short_is_refused():
    series = small_series()
    with pytest.raises(DataError, match="24 steps in and 72 out, got steps 140 to 199"):
        Windows(series, range(140, 200), prepared(series))


@pytest.mark.parametrize(
    "part", [range(140, 201), range(-1, 140), range(0, 140, 2), range(140, 140)]
)
def test_a_part_that_is_no_run_of_steps_of_the_series_is_refused(part):
    series = small_series()
    said = re.escape(f"a run of the 200 steps of the series, got {part}")
    with pytest.raises(DataError, match=said):
        Windows(series, part, prepared(series), horizon=6)
    with pytest.raises(DataError, match=said):
        prepared(series, part)


def test_a_preparation_of_other_stations_is_refused():
    series = small_series()
    seen, held_out = series.at_stations(["s0", "s1"]), series.at_stations(["s2"])
    with pytest.raises(
        DataError, match=r"as many stations and variables as the series has, 1 and 8, got 2 and 8"
    ):
        Windows(held_out, range(140, 200), prepared(seen), horizon=6)


def test_a_variable_that_the_training_part_lacks_is_named():
    series = small_series()
    series.values[:140, :, 1] = np.nan
    with pytest.raises(DataError, match="must be observed in the training part, got no NO2"):
        prepared(series)


def test_a_part_that_is_no_range_is_refused(monkeypatch):
    series = small_series()
    preparation = prepared(series)
    monkeypatch.setattr(jaxtyping.config, "jaxtyping_disable", True)  # as where types go unchecked
    for refused in (lambda part: Windows(series, part, preparation), partial(prepared, series)):
        with pytest.raises(TypeError, match=r"a range of steps, such as .* got \(0, 140\)"):
            refused((0, 140))
