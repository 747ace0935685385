"""Scores of predictions: classes, numbers, distributions and events."""

from gnnlab.evaluation.metrics.classification import (
    accuracy,
    confusion_matrix,
    macro_f1,
    recall_by_class,
)
from gnnlab.evaluation.metrics.deterministic import (
    ErrorSums,
    error_sums,
    fac2,
    mae,
    normalized_mean_bias,
    rmse,
)
from gnnlab.evaluation.metrics.events import EventCounts
from gnnlab.evaluation.metrics.observed import scored
from gnnlab.evaluation.metrics.probabilistic import (
    LEVELS,
    IntervalSums,
    QuantileSums,
    crps,
    interval_score,
    pinball,
)
from gnnlab.evaluation.metrics.summary import Summary, summary

__all__ = [
    "LEVELS",
    "ErrorSums",
    "EventCounts",
    "IntervalSums",
    "QuantileSums",
    "Summary",
    "accuracy",
    "confusion_matrix",
    "crps",
    "error_sums",
    "fac2",
    "interval_score",
    "macro_f1",
    "mae",
    "normalized_mean_bias",
    "pinball",
    "recall_by_class",
    "rmse",
    "scored",
    "summary",
]
