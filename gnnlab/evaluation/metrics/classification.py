"""How good predicted classes are."""

import numpy as np
from jaxtyping import Float, Int


def accuracy(predicted: Int[np.ndarray, " n"], truth: Int[np.ndarray, " n"]) -> float:
    """The share of predictions that are right, a fraction.

    Raises:
        ValueError: nothing to judge.

    >>> accuracy(np.array([0, 1, 1, 2]), np.array([0, 1, 2, 2]))
    0.75
    """
    if not len(truth):
        raise ValueError("accuracy needs at least 1 prediction, got 0")
    return int((predicted == truth).sum()) / len(truth)


def confusion_matrix(
    predicted: Int[np.ndarray, " n"], truth: Int[np.ndarray, " n"], num_classes: int
) -> Int[np.ndarray, "truth predicted"]:
    """How often each class (row) was taken for each class (column).

    >>> confusion_matrix(np.array([0, 1, 1]), np.array([0, 1, 0]), 2)
    array([[1, 1],
           [0, 1]])
    """
    counts = np.bincount(truth * num_classes + predicted, minlength=num_classes**2)
    return counts.reshape(num_classes, num_classes)


def recall_by_class(counts: Int[np.ndarray, "truth predicted"]) -> Float[np.ndarray, " class"]:
    """The share of each class's members that are found; NaN for a class without members.

    Args:
        counts: a :func:`confusion_matrix`.

    >>> recall_by_class(np.array([[3, 1], [0, 2]]))
    array([0.75, 1.  ])
    """
    members = counts.sum(axis=1)
    return np.diagonal(counts) / np.where(members > 0, members, np.nan)


def macro_f1(counts: Int[np.ndarray, "truth predicted"]) -> float:
    """The mean over classes of F1 = 2 right / (members + predictions), as scikit-learn's.

    Classes that have neither members nor predictions are left out.

    Args:
        counts: a :func:`confusion_matrix`.

    >>> macro_f1(np.array([[1, 1], [0, 1]]))
    0.6666666666666666
    """
    both = counts.sum(axis=0) + counts.sum(axis=1)
    return float((2 * np.diagonal(counts)[both > 0] / both[both > 0]).mean())
