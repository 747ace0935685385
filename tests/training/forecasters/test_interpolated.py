from dataclasses import dataclass

import numpy as np
from small_series import small_series

from gnnlab.data import SensorSeries
from gnnlab.training.forecasters import Forecaster, QuantileForecaster
from gnnlab.training.forecasters.interpolated import Interpolated, interpolated, knots


@dataclass
class _Squares:
    """The square of the horizon, NaN at origin 0."""

    horizons: list[int]

    def forecast(self, series: SensorSeries, origins: np.ndarray) -> np.ndarray:
        squares = np.square(np.array(self.horizons, np.float32))
        found = np.tile(squares[None, :, None], (len(origins), 1, 2))
        found[origins == 0] = np.nan
        return found


def test_knots_begin_with_1_and_end_with_the_horizon() -> None:
    for horizon in (1, 2, 5, 72, 73, 168):
        found = knots(horizon)
        assert (found[0], found[-1]) == (1, horizon)
        assert found == sorted(set(found))
    assert knots(1) == [1]


def test_forecasts_are_kept_at_knots_and_linear_between() -> None:
    model = Interpolated(_Squares([1, 2, 6]), [1, 2, 6], range(1, 7))
    assert isinstance(model, Forecaster)
    found = model.forecast(small_series(20, stations=2), np.array([0, 3]))
    assert found.dtype == np.float32
    assert found.shape == (2, 6, 2)
    assert np.isnan(found[0]).all()
    np.testing.assert_array_equal(found[1, :, 0], [1, 4, 12, 20, 28, 36])


def test_what_is_nan_at_a_knot_stays_away_from_the_knots_beside_it() -> None:
    class Half(_Squares):
        def forecast(self, series: SensorSeries, origins: np.ndarray) -> np.ndarray:
            found = super().forecast(series, origins)
            found[:, -1] = np.nan
            return found

    model = Interpolated(Half([1, 3]), [1, 3], [1, 2, 3])
    found = model.forecast(small_series(20, stations=2), np.array([3]))[0, :, 0]
    np.testing.assert_array_equal(found, [1, np.nan, np.nan])


class _WithQuantiles(_Squares):
    def quantiles(self, series: SensorSeries, origins: np.ndarray) -> np.ndarray:
        return np.stack([k * self.forecast(series, origins) for k in (1, 2, 5)], axis=-1)


def test_quantiles_are_interpolated_as_medians_are() -> None:
    series, origins = small_series(20, stations=2), np.array([0, 3])
    model = interpolated(_WithQuantiles([1, 2, 6]), [1, 2, 6], range(1, 7))
    assert isinstance(model, QuantileForecaster)
    found, medians = model.quantiles(series, origins), model.forecast(series, origins)
    assert (found.shape, found.dtype) == ((2, 6, 2, 3), np.float32)
    for level, times in enumerate((1, 2, 5)):
        np.testing.assert_array_equal(found[..., level], times * medians)


def test_what_has_no_quantiles_gets_none_and_what_has_all_horizons_stays() -> None:
    model = interpolated(_Squares([1, 3]), [1, 3], range(1, 4))
    assert isinstance(model, Interpolated)
    assert not isinstance(model, QuantileForecaster)
    whole = _WithQuantiles([1, 2])
    assert interpolated(whole, [1, 2], range(1, 3)) is whole
