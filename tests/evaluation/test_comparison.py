import numpy as np
import pytest

from gnnlab.evaluation.comparison import compared, least_block, side_by_side
from gnnlab.evaluation.significance import difference_interval

DAY = np.timedelta64(86_400, "s")
DRAW = np.random.default_rng(0)
OURS, THEIRS = (DRAW.normal(size=(300, 2)).astype(np.float32) for _ in range(2))


@pytest.mark.parametrize(("horizon", "block"), [(1, 7), (7, 7), (20, 20), (30, 30)])
def test_a_block_is_as_long_as_the_horizon_and_at_least_a_week(horizon: int, block: int) -> None:
    expected = difference_interval(OURS, THEIRS, block=block, level=0.9)
    found = compared(OURS, THEIRS, horizon, DAY)
    assert found == (expected.mean, expected.low, expected.high, expected.p_value)


def test_fewer_than_ten_blocks_have_no_interval() -> None:
    expected = np.abs(OURS, dtype=float).mean() - np.abs(THEIRS, dtype=float).mean()
    assert compared(OURS, THEIRS, 31, DAY) == (pytest.approx(expected), None, None, None)
    gaps = np.where(np.arange(300)[:, None] % 2, OURS, np.nan)
    expected = np.abs(OURS[1::2], dtype=float).mean() - np.abs(THEIRS[1::2], dtype=float).mean()
    assert compared(gaps, THEIRS, 31, DAY) == (pytest.approx(expected), None, None, None)


def test_models_without_a_common_error_have_no_difference() -> None:
    never = np.full_like(OURS, np.nan)
    assert compared(never, THEIRS, 1, DAY) == (None,) * 4
    assert compared(THEIRS, never, 1, DAY) == (None,) * 4


def test_steps_longer_than_a_week_count_as_one() -> None:
    assert [least_block(days * DAY) for days in (1, 2, 7, 30)] == [7, 3, 1, 1]


def test_parts_come_one_after_the_other_and_seeds_side_by_side() -> None:
    found = side_by_side([[OURS[:20], OURS[20:]], [THEIRS[:50], THEIRS[50:]]])
    np.testing.assert_array_equal(found, np.concatenate([OURS, THEIRS], axis=1))
