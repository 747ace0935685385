from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm
from sklearn.metrics import mean_pinball_loss

from gnnlab.evaluation.metrics import (
    LEVELS,
    IntervalSums,
    QuantileSums,
    crps,
    interval_score,
    pinball,
)


def drawn(seed: int, targets: int = 30) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Quantiles [target, station, level], targets and which are observed (at least one)."""
    draws = np.random.default_rng(seed)
    truth = draws.normal(50, 20, (targets, 2)).astype(np.float32)
    spread = draws.normal(0, 20, (targets, 2, len(LEVELS)))
    quantiles = np.sort(50 + spread, axis=-1).astype(np.float32)
    observed = draws.random(truth.shape) < 0.7
    observed[0, 0] = True
    return quantiles, truth, observed


def test_the_levels_are_nineteen() -> None:
    np.testing.assert_allclose(LEVELS, np.arange(1, 20) * 0.05)


@given(st.integers(0, 2**32 - 1))
def test_pinball_is_that_of_scikit_learn(seed: int) -> None:
    quantiles, truth, observed = drawn(seed)
    expected = [
        mean_pinball_loss(truth[observed], quantiles[observed][:, number], alpha=level)
        for number, level in enumerate(LEVELS)
    ]
    np.testing.assert_allclose(pinball(quantiles, truth, observed), expected, rtol=1e-5)
    assert crps(quantiles, truth, observed) == pytest.approx(2 * np.mean(expected), rel=1e-5)


@pytest.mark.parametrize("truth", [-1.0, 0.0, 0.7])
def test_the_crps_comes_near_that_of_the_normal_distribution(truth: float) -> None:
    exact = truth * (2 * norm.cdf(truth) - 1) + 2 * norm.pdf(truth) - 1 / np.sqrt(np.pi)
    quantiles = norm.ppf(LEVELS)[None]
    found = crps(quantiles, np.array([truth]), np.array([True]))
    assert found == pytest.approx(exact, rel=0.06)  # Gneiting and Raftery 2007, eq. 21; 19 levels


@given(st.integers(0, 2**32 - 1), st.lists(st.integers(0, 30), max_size=4))
def test_batches_add_up_to_the_whole(seed: int, borders: list[int]) -> None:
    arrays = drawn(seed)
    quantiles, intervals = QuantileSums(), IntervalSums(share=0.9)
    for parts, truth, observed in zip(
        *(np.split(array, sorted(borders)) for array in arrays), strict=True
    ):
        quantiles.add(parts, truth, observed)
        intervals.add(parts[..., 0], parts[..., -1], truth, observed)
    values, truth, observed = arrays
    np.testing.assert_allclose(quantiles.pinball, pinball(*arrays))
    assert intervals.score == pytest.approx(
        interval_score(values[..., 0], values[..., -1], truth, observed, share=0.9)
    )


@given(st.integers(0, 2**32 - 1), st.sampled_from([np.nan, np.inf]))
def test_what_was_not_observed_does_not_matter(seed: int, there: float) -> None:
    quantiles, truth, observed = drawn(seed)
    other = np.where(observed[..., None], quantiles, there), np.where(observed, truth, there)
    np.testing.assert_array_equal(pinball(*other, observed), pinball(quantiles, truth, observed))
    lower, upper = quantiles[..., 0], quantiles[..., -1]
    assert interval_score(other[0][..., 0], other[0][..., -1], other[1], observed, 0.9) == (
        interval_score(lower, upper, truth, observed, 0.9)
    )


@given(st.integers(0, 2**32 - 1))
def test_the_interval_score_is_the_pinball_loss_of_its_bounds(seed: int) -> None:
    """Of a central interval: twice the sum of both losses over 1 - share (Bracher et al. 2021)."""
    quantiles, truth, observed = drawn(seed)
    losses = pinball(quantiles[..., [1, -2]], truth, observed, levels=(0.1, 0.9))
    found = interval_score(quantiles[..., 1], quantiles[..., -2], truth, observed, share=0.8)
    assert found == pytest.approx(2 * losses.sum() / 0.2, rel=1e-5)


def test_coverage_and_width_of_normal_draws() -> None:
    truth = np.random.default_rng(0).normal(size=20_000)
    low, high = (np.full(truth.shape, bound) for bound in norm.interval(0.9))
    sums = IntervalSums(share=0.9)
    sums.add(low, high, truth, np.ones(truth.shape, bool))
    assert sums.coverage == pytest.approx(0.9, abs=0.01)
    assert sums.width == pytest.approx(2 * norm.ppf(0.95))


def test_bounds_belong_to_the_interval() -> None:
    sums = IntervalSums(share=0.5)
    both = np.array([0.0, 2.0])
    sums.add(np.zeros(2), np.full(2, 2.0), both, np.ones(2, bool))
    assert (sums.coverage, sums.score) == (1, 2)


@pytest.mark.parametrize(
    "levels", [(), (0.5, 0.5), (0.0, 0.5), (0.5, 1.0), (0.9, 0.1), (np.nan,), (0.5, np.nan)]
)
def test_levels_must_ascend_between_0_and_1(levels: tuple[float, ...]) -> None:
    with pytest.raises(ValueError, match="levels must ascend between 0 and 1, got"):
        QuantileSums(levels)


def test_the_crps_needs_the_nineteen_levels() -> None:
    sums = QuantileSums((0.1, 0.9))
    sums.add(np.zeros((1, 2)), np.zeros(1), np.array([True]))
    with pytest.raises(ValueError, match=r"levels 0.05, 0.1, \.\.\., 0.95, got 0.1, 0.9"):
        _ = sums.crps


@pytest.mark.parametrize(
    "levels", [np.linspace(0.05, 0.95, 19).tolist(), [0.05 * n for n in range(1, 20)]]
)
def test_levels_that_differ_by_rounding_are_the_nineteen(levels: Sequence[float]) -> None:
    quantiles, truth, observed = drawn(0)
    sums = QuantileSums(levels)
    sums.add(quantiles, truth, observed)
    assert sums.crps == pytest.approx(crps(quantiles, truth, observed))


def test_one_quantile_a_level() -> None:
    with pytest.raises(ValueError, match=r"quantiles must be of shape \[3, 19\], got \[3, 5\]"):
        crps(np.zeros((3, 5)), np.zeros(3), np.ones(3, bool))


@pytest.mark.parametrize("share", [0.0, 1.0, 90.0])
def test_the_share_is_a_fraction(share: float) -> None:
    with pytest.raises(ValueError, match=f"share must be between 0 and 1, got {share}"):
        IntervalSums(share)


def test_crossed_bounds_are_refused() -> None:
    with pytest.raises(ValueError, match="must not be above upper ones, got 1"):
        interval_score(np.array([2.0, 0.0]), np.ones(2), np.ones(2), np.ones(2, bool), 0.9)


@pytest.mark.parametrize("score", ["coverage", "width", "score"])
def test_nothing_observed_has_no_score(score: str) -> None:
    with pytest.raises(ValueError, match="at least 1 observed target, got 0"):
        getattr(IntervalSums(share=0.9), score)
    with pytest.raises(ValueError, match="at least 1 observed target, got 0"):
        _ = QuantileSums().pinball
