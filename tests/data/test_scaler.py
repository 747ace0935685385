import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn.preprocessing import RobustScaler, StandardScaler

from gnnlab.data.scaler import Scaler
from gnnlab.errors import DataError

settings = st.fixed_dictionaries(
    {
        "per_station": st.booleans(),
        "robust": st.booleans(),
        "logarithm": st.sampled_from([(), (0,), (0, 1)]),
    }
)


def readings(dtype=np.float64, seed=0):
    rng = np.random.default_rng(seed)
    values = rng.normal(40, 30, (300, 3, 2)).astype(dtype)
    values[rng.random(values.shape) < 0.2] = np.nan
    return values


@pytest.mark.parametrize("per_station", [False, True])
@pytest.mark.parametrize("robust", [False, True])
def test_it_is_scikit_learns_scaler_over_observed_values(per_station, robust):
    values = readings()
    scaled = Scaler.fit(values, per_station=per_station, robust=robust).transform(values)
    for variable in range(2):
        columns = values[..., variable] if per_station else values[..., variable].reshape(-1, 1)
        oracle = RobustScaler(unit_variance=True) if robust else StandardScaler()
        expected = oracle.fit_transform(columns).reshape(300, 3)
        np.testing.assert_allclose(scaled[..., variable], expected, rtol=2e-4 if robust else 1e-9)


@given(settings, arrays(float, (5, 3, 2), elements=st.floats(-1e4, 1e4)))
def test_the_inverse_is_exact(how, given_values):
    scaler = Scaler.fit(readings(), **how)
    back = scaler.inverse(scaler.transform(given_values))
    np.testing.assert_allclose(back, given_values, rtol=1e-12, atol=1e-12)
    single = given_values.astype(np.float32)
    back = scaler.inverse(scaler.transform(single))
    assert back.dtype == np.float32
    np.testing.assert_allclose(back, single, rtol=2e-5, atol=1e-4)


def test_what_is_missing_stays_missing_and_the_input_is_untouched():
    values = readings()
    before = values.copy()
    scaled = Scaler.fit(values, logarithm=(1,)).transform(values)
    np.testing.assert_array_equal(values, before)
    np.testing.assert_array_equal(np.isnan(scaled), np.isnan(values))


def test_some_variables_scale_as_they_did_among_all():
    values = readings()
    scaler = Scaler.fit(values, per_station=True, logarithm=(1,))
    np.testing.assert_array_equal(
        scaler.of(np.array([1])).transform(values[..., 1:]), scaler.transform(values)[..., 1:]
    )


def test_what_never_changes_is_moved_to_0_and_a_silent_station_has_the_common_scale():
    values = readings()
    values[..., 0] = 5
    values[:, 2, 1] = np.nan
    scaler = Scaler.fit(values, per_station=True)
    assert (scaler.transform(values)[..., 0] == 0).all()
    common = Scaler.fit(values)
    assert scaler.center[2, 1] == common.center[0, 1]
    assert scaler.scale[2, 1] == common.scale[0, 1]


@pytest.mark.parametrize("robust", [False, True])
def test_a_station_that_was_observed_once_has_the_common_scale(robust):
    values = readings()
    values[:, 2, 1] = np.nan
    values[7, 2, 1] = 300
    scaler = Scaler.fit(values, per_station=True, robust=robust)
    assert scaler.center[2, 1] == 300
    assert scaler.scale[2, 1] == Scaler.fit(values, robust=robust).scale[0, 1]


def test_it_is_said_in_a_line_what_a_scaler_is():
    assert repr(Scaler.fit(readings())) == "Scaler(shape=(1, 2), logarithm=[])"
    own = Scaler.fit(readings(), per_station=True, logarithm=(1,))
    assert repr(own) == "Scaler(shape=(3, 2), logarithm=[1])"


def test_a_variable_that_was_never_observed_is_refused():
    values = readings()
    values[..., 1] = np.nan
    with pytest.raises(DataError, match="got nothing of number 1"):
        Scaler.fit(values)
