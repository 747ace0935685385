import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import log_softmax
from sklearn.metrics import brier_score_loss

from gnnlab.evaluation import brier_score, expected_calibration_error, reliability, temperature


def drawn(seed: int, nodes: int = 400) -> tuple[np.ndarray, np.ndarray]:
    """Logits and labels that follow softmax(logits)."""
    draws = np.random.default_rng(seed)
    logits = draws.normal(0, 2, (nodes, 3))
    uniform = draws.random((nodes, 1))
    labels = (np.exp(log_softmax(logits, axis=1)).cumsum(axis=1) < uniform).sum(axis=1)
    return logits, labels


def test_the_calibration_error_is_the_sum_written_out() -> None:
    logits, labels = drawn(0)
    probabilities = np.exp(log_softmax(logits, axis=1))
    expected = 0.0
    for step in range(15):
        confidence = probabilities.max(axis=1)
        inside = (confidence >= step / 15) & (confidence < (step + 1) / 15)
        if inside.any():
            right = probabilities[inside].argmax(axis=1) == labels[inside]
            expected += inside.mean() * abs(confidence[inside].mean() - right.mean())
    assert expected_calibration_error(probabilities, labels) == pytest.approx(expected)
    assert reliability(probabilities, labels)[2].sum() == 400


def test_certainty_falls_into_the_last_bin() -> None:
    sure = np.array([[0.0, 1.0], [1.0, 0.0]])
    assert expected_calibration_error(sure, np.array([1, 0])) == 0
    assert expected_calibration_error(sure, np.array([0, 1])) == 1


@given(st.integers(0, 2**32 - 1))
def test_the_brier_score_of_two_classes_is_twice_scikit_learns(seed: int) -> None:
    draws = np.random.default_rng(seed)
    chance, truth = draws.random(20), draws.integers(0, 2, 20)
    ours = brier_score(np.stack([1 - chance, chance], axis=1), truth)
    assert ours == pytest.approx(2 * brier_score_loss(truth, chance))


@pytest.mark.parametrize("scale", [0.3, 1.0, 4.0])
def test_the_temperature_finds_by_how_much_logits_are_too_large(scale: float) -> None:
    logits, labels = drawn(1, nodes=20_000)
    assert temperature(scale * logits, labels) == pytest.approx(scale, rel=0.05)
