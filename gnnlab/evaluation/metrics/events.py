"""Whether forecasts say when a threshold is exceeded, counted over observed targets."""

from __future__ import annotations

from dataclasses import dataclass

from gnnlab.evaluation.metrics.observed import Mask, Numbers, at_observed
from gnnlab.evaluation.standards import above


@dataclass
class EventCounts:
    """How often values above a threshold were forecast and came, added up batch by batch.

    The threshold may be that of a standard,
    :attr:`Limit.canonical <gnnlab.evaluation.standards.Limit.canonical>`, and the values means over
    its averaging period. A score is NaN where nothing happened that it could be of.

    Args:
        threshold: an event is a value above it, not at it, by the rule of
            :func:`~gnnlab.evaluation.standards.above`.

    >>> import numpy as np
    >>> counts = EventCounts(threshold=75)
    >>> forecast, truth = np.array([80.0, 80.0, 10.0, 10.0]), np.array([90.0, 75.0, 90.0, 0.0])
    >>> counts.add(forecast, truth, np.ones(4, bool))
    >>> counts.probability_of_detection, counts.false_alarm_ratio
    (0.5, 0.5)
    >>> round(counts.critical_success_index, 6)
    0.333333
    """

    threshold: float
    hits: int = 0
    misses: int = 0
    false_alarms: int = 0
    correct_negatives: int = 0

    def add(self, forecast: Numbers, truth: Numbers, observed: Mask) -> None:
        """Count a batch; all three of one shape.

        Raises:
            ValueError: different shapes, or a value that is not finite where observed.
        """
        said = above(at_observed(forecast, observed, "forecasts"), self.threshold)
        came = above(at_observed(truth, observed, "targets"), self.threshold)
        self.hits += int((said & came).sum())
        self.misses += int((~said & came).sum())
        self.false_alarms += int((said & ~came).sum())
        self.correct_negatives += int((~said & ~came).sum())

    @property
    def probability_of_detection(self) -> float:
        """POD: the share of events that were forecast."""
        return _share(self.hits, self.hits + self.misses)

    @property
    def false_alarm_ratio(self) -> float:
        """The share of forecast events that did not come.

        Not the false alarm *rate*, whose denominator is all that did not come (Barnes et al. 2009).
        """
        return _share(self.false_alarms, self.hits + self.false_alarms)

    @property
    def critical_success_index(self) -> float:
        """CSI: the hits among all events that were forecast or came."""
        return _share(self.hits, self.hits + self.misses + self.false_alarms)


def _share(part: int, whole: int) -> float:
    return part / whole if whole else float("nan")
