"""How good predictions are."""

from gnnlab.evaluation.metrics import Summary, accuracy, confusion_matrix, summary

__all__ = ["Summary", "accuracy", "confusion_matrix", "summary"]
