"""What networks predict of a graph's nodes, and how good that is."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from statistics import fmean
from typing import Any

import numpy as np
from jaxtyping import Float, Int
from scipy.special import softmax

from gnnlab.data import NodeDataset, Split
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


def scores_of(
    dataset: NodeDataset, predictions: Sequence[Prediction], seconds: float
) -> dict[str, Any]:
    """The scores of a run, each a summary over its networks; calibration is that of test nodes."""
    labels = dataset.labels
    scales = [one.temperature(labels) for one in predictions]

    def summarised(score: Callable[[Prediction, float], float]) -> dict[str, Any]:
        return asdict(summary([score(*pair) for pair in zip(predictions, scales, strict=True)]))

    def accuracy_in(part: str) -> Callable[[Prediction, float], float]:
        def score(one: Prediction, _: float) -> float:
            nodes = one.split.parts()[part]
            return accuracy(one.classes[nodes], labels[nodes])

        return score

    def confusion(one: Prediction) -> np.ndarray:
        test = one.split.test
        return confusion_matrix(one.classes[test], labels[test], len(dataset.classes))

    def calibration(scaled: bool) -> dict[str, Any]:
        def judged(measure: Callable[..., float]) -> dict[str, Any]:
            def score(one: Prediction, scale: float) -> float:
                test = one.split.test
                probabilities = one.probabilities(scale if scaled else 1.0)[test]
                return measure(probabilities, labels[test])

            return summarised(score)

        return {
            "expected_calibration_error": judged(expected_calibration_error),
            "brier_score": judged(brier_score),
        }

    recalls = np.array([recall_by_class(confusion(one)) for one in predictions])
    names = list(dict.fromkeys(one.split.name for one in predictions))
    return {
        "dataset": dataset.name,
        "split": names[0] if len(names) == 1 else f"{len(names)} random splits",
        "model": "gcn",
        "seeds": len(predictions),
        "test_accuracy": summarised(accuracy_in("test")),
        "validation_accuracy": summarised(accuracy_in("validation")),
        "macro_f1": summarised(lambda one, _: macro_f1(confusion(one))),
        "recall_by_class": {
            name: fmean(recall) if np.isfinite(recall).all() else None
            for name, recall in zip(dataset.classes, recalls.T.tolist(), strict=True)
        },
        "calibration": {
            "temperature": asdict(summary(scales)),
            "before": calibration(scaled=False),
            "after": calibration(scaled=True),
        },
        "seconds": round(seconds, 3),
        "data_sha256": dataset.sha256,
    }
