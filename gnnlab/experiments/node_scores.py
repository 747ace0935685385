"""What networks predict of a graph's nodes, and how good that is."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

import numpy as np
from jaxtyping import Float, Int
from scipy.special import softmax

from gnnlab.data import NodeDataset, Split
from gnnlab.errors import RunError
from gnnlab.evaluation import (
    accuracy,
    brier_score,
    confusion_matrix,
    expected_calibration_error,
    macro_f1,
    recall_by_class,
    summary,
    temperature,
)


@dataclass(frozen=True)
class Prediction:
    """What one network, trained on ``split``, makes of the graph."""

    split: Split
    hidden: Float[np.ndarray, "node hidden"]
    logits: Float[np.ndarray, "node class"]

    @cached_property
    def classes(self) -> Int[np.ndarray, " node"]:
        """The most probable class of each node."""
        return self.logits.argmax(axis=1)

    def probabilities(self, scale: float = 1.0) -> Float[np.ndarray, "node class"]:
        """softmax(logits / scale)."""
        return softmax(self.logits.astype(np.float64) / scale, axis=1)

    def temperature(self, labels: np.ndarray) -> float:
        """The scale that fits the validation part best."""
        nodes = self.split.validation
        return temperature(self.logits[nodes], labels[nodes])


@dataclass(frozen=True)
class NetworkScores:
    """How good one network is; calibration is that of test nodes, before and after scaling."""

    split: str
    test_accuracy: float
    validation_accuracy: float
    macro_f1: float
    recall: np.ndarray
    temperature: float
    calibration_errors: tuple[float, float]
    brier_scores: tuple[float, float]


def score(dataset: NodeDataset, one: Prediction) -> NetworkScores:
    """The scores of one network.

    Raises:
        RunError: its outputs are not finite.
    """
    check_finite(one.logits)
    labels, test = dataset.labels, one.split.test
    scale = one.temperature(labels)
    before, after = one.probabilities()[test], one.probabilities(scale)[test]
    truth = labels[test]
    counts = confusion_matrix(one.classes[test], truth, len(dataset.classes))
    validation = one.split.validation
    return NetworkScores(
        split=one.split.name,
        test_accuracy=accuracy(one.classes[test], truth),
        validation_accuracy=accuracy(one.classes[validation], labels[validation]),
        macro_f1=macro_f1(counts),
        recall=recall_by_class(counts),
        temperature=scale,
        calibration_errors=(
            expected_calibration_error(before, truth),
            expected_calibration_error(after, truth),
        ),
        brier_scores=(brier_score(before, truth), brier_score(after, truth)),
    )


def check_finite(logits: np.ndarray) -> None:
    """See that a network has not diverged.

    Raises:
        RunError: its outputs are not finite.
    """
    if not np.isfinite(logits).all():
        raise RunError(
            "the outputs of a network must be finite, got others: it has diverged; "
            "a smaller learning rate may help"
        )


def scores_of(
    dataset: NodeDataset, networks: Sequence[NetworkScores], seconds: float
) -> dict[str, Any]:
    """The scores of a run: each a summary over its networks, as ``scores.json`` holds them.

    ``seeds`` counts networks, those of all splits.
    """
    names = list(dict.fromkeys(one.split for one in networks))
    recall = np.array([one.recall for one in networks]).mean(axis=0)
    return {
        "dataset": dataset.name,
        "split": names[0] if len(names) == 1 else f"{len(names)} random splits",
        "model": "gcn",
        "seeds": len(networks),
        "test_accuracy": _summary([one.test_accuracy for one in networks]),
        "validation_accuracy": _summary([one.validation_accuracy for one in networks]),
        "macro_f1": _summary([one.macro_f1 for one in networks]),
        "recall_by_class": {
            name: share if np.isfinite(share) else None
            for name, share in zip(dataset.classes, recall.tolist(), strict=True)
        },
        "calibration": {
            "temperature": _summary([one.temperature for one in networks]),
            **{
                when: {
                    "expected_calibration_error": _summary(
                        [one.calibration_errors[place] for one in networks]
                    ),
                    "brier_score": _summary([one.brier_scores[place] for one in networks]),
                }
                for place, when in enumerate(("before", "after"))
            },
        },
        "seconds": round(seconds, 3),
        "data_sha256": dataset.fingerprint,
    }


def _summary(values: Sequence[float]) -> dict[str, Any]:
    return asdict(summary(values))
