import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import mean_absolute_error, root_mean_squared_error

from gnnlab.data import SensorSeries
from gnnlab.data.filling import carried_forward
from gnnlab.data.time_splits import chronological
from gnnlab.evaluation.metrics import (
    ErrorSums,
    error_sums,
    fac2,
    mae,
    normalized_mean_bias,
    rmse,
    scored,
)

SCORES = ("mae", "rmse", "normalized_mean_bias", "fac2")


def drawn(seed: int, targets: int = 40) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Forecasts, targets (zeros among them) and which are observed (at least one)."""
    draws = np.random.default_rng(seed)
    forecast, truth = draws.gamma(2, 30, (2, targets, 3)).astype(np.float32)
    truth[draws.random(truth.shape) < 0.1] = 0
    observed = draws.random(truth.shape) < 0.7
    observed[0, 0] = True
    truth[0, 0] = 7
    return forecast, truth, observed


def by_loop(
    forecast: np.ndarray, truth: np.ndarray, observed: np.ndarray
) -> tuple[float, float, float, float]:
    pairs = [
        (float(f), float(t))
        for f, t, seen in zip(forecast.flat, truth.flat, observed.flat, strict=True)
        if seen
    ]
    return (
        sum(abs(f - t) for f, t in pairs) / len(pairs),
        math.sqrt(sum((f - t) ** 2 for f, t in pairs) / len(pairs)),
        sum(f - t for f, t in pairs) / sum(t for _, t in pairs),
        sum(0.5 <= f / t <= 2 if t else f == 0 for f, t in pairs) / len(pairs),
    )


@given(st.integers(0, 2**32 - 1))
def test_they_are_the_sums_written_out(seed: int) -> None:
    forecast, truth, observed = drawn(seed)
    ours = [score(forecast, truth, observed) for score in (mae, rmse, normalized_mean_bias, fac2)]
    assert ours == pytest.approx(by_loop(forecast, truth, observed))
    flat = forecast[observed].astype(float), truth[observed].astype(float)
    assert ours[:2] == pytest.approx(
        [score(*flat) for score in (mean_absolute_error, root_mean_squared_error)]
    )


@given(st.integers(0, 2**32 - 1), st.lists(st.integers(0, 40), max_size=4))
def test_batches_add_up_to_the_whole(seed: int, borders: list[int]) -> None:
    arrays = drawn(seed)
    sums = ErrorSums()
    for batch in zip(*(np.split(array, sorted(borders)) for array in arrays), strict=True):
        sums.add(*batch)
    whole = error_sums(*arrays)
    for score in SCORES:
        assert getattr(sums, score) == pytest.approx(getattr(whole, score))
    assert (sums.count, sums.within_factor_2) == (whole.count, whole.within_factor_2)


def test_a_mean_of_batch_means_would_be_another_number() -> None:
    sums = ErrorSums()
    sums.add(np.array([10.0]), np.array([0.0]), np.array([True]))
    sums.add(np.zeros(9), np.zeros(9), np.ones(9, bool))
    assert sums.mae == 1


@given(st.integers(0, 2**32 - 1), st.sampled_from([np.nan, np.inf, -1e30]))
def test_what_was_not_observed_does_not_matter(seed: int, there: float) -> None:
    forecast, truth, observed = drawn(seed)
    expected = error_sums(forecast, truth, observed)
    assert expected == error_sums(
        np.where(observed, forecast, there), np.where(observed, truth, there), observed
    )


def test_zero_is_a_value() -> None:
    sums = error_sums(np.array([4.0, 0.0]), np.array([0.0, 0.0]), np.ones(2, bool))
    assert (sums.count, sums.mae, sums.fac2) == (2, 2, 0.5)
    with pytest.raises(ValueError, match="must not sum to 0"):
        _ = sums.normalized_mean_bias


@pytest.mark.parametrize("score", SCORES)
def test_nothing_observed_has_no_score(score: str) -> None:
    sums = error_sums(np.ones(3), np.ones(3), np.zeros(3, bool))
    with pytest.raises(ValueError, match="at least 1 observed target, got 0"):
        getattr(sums, score)


def test_float32_is_added_up_in_float64() -> None:
    ones = np.ones(3_000_001, np.float32)
    assert mae(ones * np.float32(1e-4), ones * 0, ones > 0) == pytest.approx(1e-4, rel=1e-7)


HORIZONS = (1, 3, 6, 12, 24, 48, 72)


def persistence(series: SensorSeries, horizon: int, carried: bool) -> ErrorSums:
    """Scores at origins from the first test hour to the last whose target is there."""
    truth = series.of("PM2.5").astype(np.float64)
    first = chronological(len(truth)).test.start
    known = carried_forward(truth) if carried else truth
    forecast, target = known[first:-horizon], truth[first + horizon :]
    return error_sums(forecast, target, scored(~np.isnan(target), forecast))


def test_persistence_on_beijing_is_the_known_row(beijing: SensorSeries) -> None:
    """Measured elsewhere, by another program: the row of the peers' table."""
    sums = [persistence(beijing, horizon, carried=False) for horizon in HORIZONS]
    assert [round(each.mae, 2) for each in sums] == [
        10.10,
        21.20,
        32.09,
        44.22,
        57.59,
        73.05,
        75.53,
    ]
    assert [round(each.rmse, 2) for each in sums] == [
        *(19.58, 38.86, 55.64, 73.08, 88.16, 104.36, 108.45)
    ]


def test_persistence_that_carries_the_last_value_scores_every_target(beijing: SensorSeries) -> None:
    hour, day = (persistence(beijing, horizon, carried=True) for horizon in (1, 24))
    assert (round(hour.mae, 2), round(day.mae, 2)) == (10.20, 57.45)
    assert hour.count > persistence(beijing, 1, carried=False).count
