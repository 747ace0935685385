import numpy as np
import pytest

from gnnlab.evaluation.metrics import mae, scored


def test_models_are_compared_where_both_forecast() -> None:
    truth = np.array([0.0, 0.0, 0.0, np.nan])
    observed = ~np.isnan(truth)
    first = np.array([1.0, np.nan, 3.0, 4.0])
    second = np.array([2.0, 2.0, np.nan, 2.0])
    rows = scored(observed, first, second)
    assert rows.tolist() == [True, False, False, False]
    assert (mae(first, truth, rows), mae(second, truth, rows)) == (1, 2)
    assert observed.tolist() == [True, True, True, False]


def test_shapes_that_only_broadcast_are_refused() -> None:
    with pytest.raises(ValueError, match=r"forecasts must be of shape \[2\], got \[1\]"):
        mae(np.zeros(1), np.zeros(2), np.ones(2, bool))
    with pytest.raises(ValueError, match=r"targets must be of shape \[2\], got \[2, 1\]"):
        mae(np.zeros(2), np.zeros((2, 1)), np.ones(2, bool))


def test_what_is_not_finite_where_it_counts_is_refused() -> None:
    with pytest.raises(ValueError, match=r"forecasts must be finite .* got 1 that are not"):
        mae(np.array([np.nan, 1.0]), np.zeros(2), np.ones(2, bool))
    with pytest.raises(ValueError, match=r"targets must be finite .* got 2 that are not"):
        mae(np.zeros(2), np.array([np.inf, np.nan]), np.ones(2, bool))
