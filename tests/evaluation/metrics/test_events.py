import math

import numpy as np
import pandas
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import jaccard_score, precision_score, recall_score

from gnnlab.data import SensorSeries, Variable
from gnnlab.data.readings.units import to_canonical
from gnnlab.evaluation import exceeds, standard
from gnnlab.evaluation.metrics import EventCounts
from gnnlab.evaluation.standards import concentrations

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


@pytest.mark.parametrize(
    ("pollutant", "average"), [("PM2.5", "day"), ("SO2", "highest hour"), ("CO", "hour")]
)
def test_events_are_those_that_exceed_the_standard(pollutant: str, average: str) -> None:
    """A reading at the limit, once converted and kept as float32, is none to either."""
    limit = standard("us-2024").limit(pollutant, average)
    levels = np.repeat(np.array([0.99, 1, 1.01]) * limit.value, 24)
    readings = to_canonical(levels, pollutant, limit.unit)[0].astype(np.float32)
    series = SensorSeries(
        values=readings.reshape(-1, 1, 1),
        variables=[Variable(pollutant, "ug/m3", "target")],
        times=np.datetime64("2024-01-01T00", "s") + 3600 * np.arange(len(readings)),
        stations=pandas.DataFrame({"longitude": [0.0], "latitude": [0.0]}, index=["here"]),
    )
    found = exceeds(series, "us-2024", pollutant, average)["here"]
    rules = standard("us-2024").completeness
    means = concentrations(series, pollutant, average, rules)["here"].to_numpy()
    counts = EventCounts(threshold=limit.canonical)
    counts.add(means, means, found.notna().to_numpy())
    assert counts.hits == found.sum() > 0
    assert counts.misses == counts.false_alarms == 0
    assert counts.correct_negatives == (~found).sum() > 0


def test_the_ratio_is_not_the_rate() -> None:
    """90 quiet hours that were forecast as such would make the rate 0.05, not the ratio."""
    counts = EventCounts(threshold=1)
    forecast, truth = np.zeros(100), np.zeros(100)
    forecast[:10] = 2
    truth[:5] = 2
    counts.add(forecast, truth, np.ones(100, bool))
    assert counts.false_alarm_ratio == 0.5
