"""What is learned before any model, and of whom."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_series import small_series

from gnnlab.data.preparation import Preparation
from gnnlab.data.time_splits import hold_out_stations
from gnnlab.errors import DataError

TRAIN = range(140)


@given(st.integers(1, 3), st.integers(0, 9), st.booleans(), st.booleans())
def test_of_stations_held_out_nothing_is_learned(count, seed, per_station, robust):
    series = small_series(stations=4, runs=True, seed=seed)
    seen, held_out = hold_out_stations(list(series.stations.index), count, seed)
    how = {"per_station": per_station, "robust": robust, "logarithm": ["PM2.5"]}
    fitted = Preparation.fit(series, TRAIN, held_out=held_out, **how)
    expected = Preparation.fit(series.at_stations(seen), TRAIN, **how)
    common = Preparation.fit(series.at_stations(seen), TRAIN, **how | {"per_station": False})
    shape = series.values.shape[1:]
    own, mean = (np.broadcast_to(fitted.scaler.center, shape), fitted.usual.mean(axis=0))
    for number, name in enumerate(series.stations.index):
        if name in seen:
            place = seen.index(name) if per_station else 0
            np.testing.assert_array_equal(own[number], expected.scaler.center[place])
            np.testing.assert_array_equal(
                fitted.usual[:, number], expected.usual[:, seen.index(name)]
            )
        else:
            np.testing.assert_array_equal(own[number], common.scaler.center[0])
            known = series.at_stations(seen).values[TRAIN.start : TRAIN.stop]
            np.testing.assert_allclose(mean[number], np.nanmean(known, axis=(0, 1)), rtol=1e-4)
    for ours, theirs in zip(fitted.forecast_scalers, expected.forecast_scalers, strict=True):
        np.testing.assert_array_equal(ours.center, theirs.center)
        np.testing.assert_array_equal(ours.scale, theirs.scale)


def test_a_station_held_out_must_be_there():
    series = small_series()
    with pytest.raises(
        DataError, match=r"a station must be one of the 3 .* got 'S1' \(closest: s1"
    ):
        Preparation.fit(series, TRAIN, held_out=["s0", "S1"])


def test_the_series_stays_as_it_was():
    series = small_series()
    before = series.values.copy()
    Preparation.fit(series, TRAIN, held_out=["s0"])
    np.testing.assert_array_equal(series.values, before)


def test_a_forecast_that_the_training_part_lacks_is_named():
    series = small_series(runs=True)
    (runs,) = series.forecasts
    late = replace(runs, issued=runs.issued + np.timedelta64(30, "D"))
    for forecasts in ([late], [replace(runs, values=runs.values * np.float32(np.nan))]):
        with pytest.raises(DataError, match="must be out in the training part, got no wind forec"):
            Preparation.fit(replace(series, forecasts=forecasts), TRAIN)


def test_it_is_said_in_a_line_of_what_a_preparation_is():
    said = repr(Preparation.fit(small_series(runs=True), TRAIN))
    assert said == "Preparation(stations=3, variables=8, forecasts=1)"
