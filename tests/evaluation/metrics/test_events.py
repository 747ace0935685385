import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import jaccard_score, precision_score, recall_score

from gnnlab.evaluation.metrics import EventCounts

SCORES = ("probability_of_detection", "false_alarm_ratio", "critical_success_index")
values = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4), st.booleans()), min_size=1)


@given(values, st.integers(0, 30))
def test_they_are_recall_precision_and_jaccard(
    rows: list[tuple[int, int, bool]], border: int
) -> None:
    forecast, truth = (np.array(column, float) for column in list(zip(*rows, strict=True))[:2])
    observed = np.array([row[2] for row in rows])
    counts = EventCounts(threshold=2)
    for part in (slice(border), slice(border, None)):
        counts.add(forecast[part], truth[part], observed[part])
    came, said = truth[observed] > 2, forecast[observed] > 2
    assert counts.hits + counts.misses == came.sum()
    assert counts.hits + counts.false_alarms == said.sum()
    assert counts.correct_negatives == (~came & ~said).sum()
    expected = [
        recall_score(came, said, zero_division=np.nan) if came.any() else math.nan,
        1 - precision_score(came, said, zero_division=np.nan) if said.any() else math.nan,
        jaccard_score(came, said) if (came | said).any() else math.nan,
    ]
    assert [getattr(counts, score) for score in SCORES] == pytest.approx(expected, nan_ok=True)


def test_the_threshold_itself_is_no_event() -> None:
    counts = EventCounts(threshold=75)
    counts.add(np.array([75.0]), np.array([75.0]), np.array([True]))
    assert counts.correct_negatives == 1


def test_the_ratio_is_not_the_rate() -> None:
    """90 quiet hours that were forecast as such would make the rate 0.05, not the ratio."""
    counts = EventCounts(threshold=1)
    forecast, truth = np.zeros(100), np.zeros(100)
    forecast[:10] = 2
    truth[:5] = 2
    counts.add(forecast, truth, np.ones(100, bool))
    assert counts.false_alarm_ratio == 0.5
