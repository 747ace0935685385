import tracemalloc

import numpy as np
import pytest
import torch
from small_series import HOUR, small_series

from gnnlab.data import Preparation, SensorSeries, Windows
from gnnlab.data.calendar import calendar
from gnnlab.training.forecasters.asked_windows import AskedWindows, reaching

INPUT, HORIZON = 5, 7


def prepared(series: SensorSeries) -> Preparation:
    return Preparation.fit(reaching(series, 0, 140), range(140), logarithm=["PM2.5"])


@pytest.mark.parametrize("runs", [False, True])
def test_inside_a_series_they_are_its_windows(runs: bool) -> None:
    series = small_series(runs=runs)
    origins = np.array([60, 31, 32, 170])
    asked = AskedWindows(series, origins, prepared(series), INPUT, HORIZON)
    windows = Windows(series, range(200), prepared(series), input_steps=INPUT, horizon=HORIZON)
    assert len(asked) == 4
    ours = asked[np.array([0, 3, 1])]
    theirs = windows[[each - (INPUT - 1) for each in (60, 170, 31)]]
    for mine, other in zip(ours[:-1], theirs[:-1], strict=True):  # origins count otherwise
        torch.testing.assert_close(mine, other, rtol=0, atol=0)


def test_the_first_and_the_last_step_have_windows() -> None:
    series = small_series(missing=0)
    preparation = prepared(series)
    first, last = (
        AskedWindows(series, np.array([step]), preparation, INPUT, HORIZON)[[0]]
        for step in (0, 199)
    )
    assert first.inputs_observed[0, :, 0, 0].tolist() == [False] * 4 + [True]
    hours = (series.local_times[:1].astype("datetime64[h]").astype(int) - np.arange(4, 0, -1)) % 24
    usual = preparation.scaler.transform(preparation.usual)[hours]
    np.testing.assert_allclose(first.inputs[0, :4, :, :2], usual[..., :2], rtol=1e-6)
    assert last.inputs_observed.all()
    assert not last.targets_observed.any()
    waves = calendar(series.times[-1] + np.arange(1, HORIZON + 1) * HOUR, series.time_zone)
    scaled = preparation.scaler.of(np.arange(2, 8)).transform(waves[:, None])
    np.testing.assert_allclose(last.future[0, :, 1], scaled[:, 0], rtol=1e-5, atol=1e-6)
    assert last.future_observed.all()


def test_a_series_reaches_as_far_as_asked() -> None:
    series = small_series(20)
    wide = reaching(series, -3, 25)
    assert wide.times[0] == series.times[0] - 3 * HOUR
    assert len(wide.times) == 28
    np.testing.assert_array_equal(wide.values[3:23], series.values)
    assert not wide.observed[:3, :, :2].any()
    assert not wide.observed[23:, :, :2].any()
    assert wide.observed[..., 2:].all()
    np.testing.assert_array_equal(reaching(series, 4, 9).values, series.values[4:9])


def test_a_long_series_is_in_memory_once_more() -> None:
    series = small_series(2000, stations=20)
    tracemalloc.start()
    wide = reaching(series, -3, 2003)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 1.3 * wide.values.nbytes
