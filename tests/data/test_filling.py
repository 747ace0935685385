import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from gnnlab.data.filling import GapFiller, carried_forward
from gnnlab.errors import DataError

NAN = np.nan
gappy = arrays(float, (8, 3), elements=st.one_of(st.just(NAN), st.floats(-5, 5)))


@given(gappy)
def test_a_gap_holds_what_was_observed_last(values):
    carried = carried_forward(values)
    for step, station in np.ndindex(*values.shape):
        seen = [value for value in values[: step + 1, station] if not np.isnan(value)]
        np.testing.assert_equal(carried[step, station], seen[-1] if seen else NAN)


@given(gappy)
def test_the_future_is_not_carried_back(values):
    cut = values.copy()
    cut[5:] = 99
    np.testing.assert_equal(carried_forward(cut)[:5], carried_forward(values)[:5])


def test_what_is_usual_is_the_mean_by_hour_then_by_station_then_of_all():
    values = np.full((48, 2, 1), NAN)
    values[[3, 27], 0, 0] = 2, 4  # three o'clock of both days at station 0
    values[5, 0, 0] = 9
    usual = GapFiller.fit(values, np.arange(48) % 24).usual[..., 0]
    assert usual[3, 0] == 3
    assert usual[5, 0] == 9
    assert usual[7, 0] == (2 + 4 + 9) / 3  # never observed at that hour
    assert (usual[:, 1] == 5).all()  # never observed there


def test_a_window_is_filled_from_itself_then_from_what_is_usual():
    filler = GapFiller(np.full((24, 1, 1), 7.0))
    inputs = np.array([NAN, 1, NAN, NAN, 3]).reshape(1, 5, 1, 1)
    filler.fill(inputs, np.arange(5)[None])
    assert inputs.ravel().tolist() == [7, 1, 1, 1, 3]


def test_a_variable_that_was_never_observed_is_refused():
    values = np.ones((24, 2, 2))
    values[..., 1] = NAN
    with pytest.raises(DataError, match="observed in the training part, got nothing of number 1"):
        GapFiller.fit(values, np.arange(24))
