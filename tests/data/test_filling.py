import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from gnnlab.data.filling import carried_forward, usual_by_hour

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
    usual = usual_by_hour(values, np.arange(48) % 24)[..., 0]
    assert usual[3, 0] == 3
    assert usual[5, 0] == 9
    assert usual[7, 0] == (2 + 4 + 9) / 3  # never observed at that hour
    assert (usual[:, 1] == 5).all()  # never observed there
