import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn import metrics

from gnnlab.evaluation import accuracy, confusion_matrix, macro_f1, recall_by_class

pairs = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1)


@given(pairs)
def test_they_are_those_of_scikit_learn(pairs: list[tuple[int, int]]) -> None:
    predicted, truth = np.array(pairs).T
    assert accuracy(predicted, truth) == pytest.approx(metrics.accuracy_score(truth, predicted))
    np.testing.assert_array_equal(
        confusion_matrix(predicted, truth, 4),
        metrics.confusion_matrix(truth, predicted, labels=range(4)),
    )
    counts = confusion_matrix(predicted, truth, 4)
    assert macro_f1(counts) == pytest.approx(metrics.f1_score(truth, predicted, average="macro"))
    present = np.unique(truth)
    recall = metrics.recall_score(truth, predicted, labels=present, average=None)
    np.testing.assert_allclose(recall_by_class(counts)[present], recall)
    assert np.isnan(recall_by_class(counts)).sum() == 4 - len(present)


def test_nothing_to_judge_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 1 prediction"):
        accuracy(np.zeros(0, dtype=int), np.zeros(0, dtype=int))
