"""Whether predicted probabilities can be believed, and mending them with one number."""

import numpy as np
from jaxtyping import Float, Int
from scipy.optimize import minimize_scalar
from scipy.special import log_softmax

BINS = 15


def expected_calibration_error(
    probabilities: Float[np.ndarray, "n class"], truth: Int[np.ndarray, " n"], bins: int = BINS
) -> float:
    """How far confidence and accuracy are apart, mean over predictions, a fraction.

    Predictions are put into ``bins`` of equal width by the probability of their most probable
    class (Guo et al. 2017, eq. 3).

    >>> expected_calibration_error(np.array([[0.9, 0.1], [0.9, 0.1]]), np.array([0, 1]))
    0.4
    """
    confidence, right, count = reliability(probabilities, truth, bins)
    filled = count > 0
    gaps = np.abs(confidence[filled] - right[filled]) * count[filled]
    return float(gaps.sum() / count.sum())


def reliability(
    probabilities: Float[np.ndarray, "n class"], truth: Int[np.ndarray, " n"], bins: int = BINS
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """By bin of confidence: mean confidence, accuracy (NaN where empty), and how many there are.

    >>> reliability(np.array([[0.9, 0.1], [0.9, 0.1]]), np.array([0, 1]), bins=2)
    (array([nan, 0.9]), array([nan, 0.5]), array([0, 2]))
    """
    confidence = probabilities.max(axis=1).astype(np.float64)
    right = probabilities.argmax(axis=1) == truth
    place = np.minimum((confidence * bins).astype(np.int64), bins - 1)
    count = np.bincount(place, minlength=bins)
    filled = np.where(count > 0, count, np.nan)
    sums = (np.bincount(place, weights=each, minlength=bins) for each in (confidence, right))
    mean_confidence, accuracy = (total / filled for total in sums)
    return mean_confidence, accuracy, count


def brier_score(probabilities: Float[np.ndarray, "n class"], truth: Int[np.ndarray, " n"]) -> float:
    """Mean squared distance of the probabilities from the truth, summed over classes (Brier 1950).

    >>> brier_score(np.array([[0.5, 0.5]]), np.array([0]))
    0.5
    """
    one_hot = np.eye(probabilities.shape[1])[truth]
    return float(((probabilities - one_hot) ** 2).sum(axis=1).mean())


def temperature(logits: Float[np.ndarray, "n class"], truth: Int[np.ndarray, " n"]) -> float:
    """The T whose softmax(logits / T) has the least cross-entropy, from 0.01 to 100.

    One number, which changes no prediction (Guo et al. 2017, section 4.2). Fit it on validation
    nodes.

    >>> round(temperature(np.array([[2.0, 0.0], [2.0, 0.0], [2.0, 0.0]]), np.array([0, 0, 1])), 2)
    2.89
    """
    logits = logits.astype(np.float64)

    def cross_entropy(log_temperature: float) -> float:
        scaled = log_softmax(logits / np.exp(log_temperature), axis=1)
        return -float(scaled[np.arange(len(truth)), truth].mean())

    bounds = (np.log(0.01), np.log(100.0))
    return float(np.exp(minimize_scalar(cross_entropy, bounds=bounds, method="bounded").x))
