import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gnnlab.evaluation.metrics import summary


@given(st.lists(st.floats(0, 1), min_size=2))
def test_the_deviation_has_ddof_1(values: list[float]) -> None:
    found = summary(values)
    assert found.mean == pytest.approx(np.mean(values))
    assert found.std == pytest.approx(np.std(values, ddof=1), abs=1e-12)
    assert found.per_seed == tuple(values)


def test_one_seed_has_no_deviation() -> None:
    assert summary([0.5]).std is None
