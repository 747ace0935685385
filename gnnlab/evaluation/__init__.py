"""How good predictions are."""

from gnnlab.evaluation.calibration import (
    brier_score,
    expected_calibration_error,
    reliability,
    temperature,
)
from gnnlab.evaluation.metrics import (
    Summary,
    accuracy,
    confusion_matrix,
    macro_f1,
    recall_by_class,
    summary,
)
from gnnlab.evaluation.smoothness import dirichlet_energy, mean_average_distance

__all__ = [
    "Summary",
    "accuracy",
    "brier_score",
    "confusion_matrix",
    "dirichlet_energy",
    "expected_calibration_error",
    "macro_f1",
    "mean_average_distance",
    "recall_by_class",
    "reliability",
    "summary",
    "temperature",
]
