from dataclasses import replace

import numpy as np
import pytest
from small_series import small_series

from gnnlab.data import SensorSeries, Variable
from gnnlab.errors import DataError
from gnnlab.experiments.forecast_ahead import Forecast
from gnnlab.experiments.forecast_alerts import check_alert, daily_alert
from gnnlab.training.forecasters import LEVELS

LIMIT = 15.0  # of who-2021


def readings(last: str, steps: int = 60, value: float = 10.0) -> SensorSeries:
    """Hours up to a local one in winter in Berlin, all of one value at two stations."""
    series = small_series(steps, stations=2)
    values = series.values.copy()
    values[..., 0] = value
    end = np.datetime64(last, "s") - np.timedelta64(1, "h")
    return replace(series, values=values, times=end - series.step * np.arange(steps)[::-1])


def forecast(series: SensorSeries, hours: int, seed: int = 0) -> Forecast:
    draw = np.random.default_rng(seed)
    shape = (hours, 2, 19)
    quantiles = np.sort(draw.gamma(4, 4, shape).astype(np.float32), axis=-1)
    return Forecast("some", series, quantiles)


def chance_of(means: np.ndarray) -> float:
    """Where means at the levels cross the limit, by bisection on a line between levels."""
    if means[0] > LIMIT or means[-1] <= LIMIT:
        return 0.95 if means[0] > LIMIT else 0.05
    place = int(np.flatnonzero(means <= LIMIT)[-1])
    share = (LIMIT - means[place]) / (means[place + 1] - means[place])
    return 1 - (LEVELS[place] + share * 0.05)


def test_hours_of_a_whole_day_are_high_or_low_together() -> None:
    ahead = forecast(readings("2024-01-09T23"), 24)
    found = daily_alert(ahead, "who-2021")
    assert [*map(str, found.days)] == ["2024-01-10"]
    expected = [chance_of(ahead.quantiles[:, station].mean(axis=0)) for station in range(2)]
    np.testing.assert_allclose(found.chance[0], expected, atol=1e-5)
    assert 0.05 < found.chance[0, 0] < 0.95
    assert found.observed.tolist() == [[0, 0]]
    assert (found.limit.pollutant, found.limit.value) == ("PM2.5", 15)


def test_hours_of_today_that_were_read_are_known() -> None:
    series = readings("2024-01-10T09", value=30.0)
    ahead = forecast(series, 24)
    found = daily_alert(ahead, "who-2021")
    assert [*map(str, found.days)] == ["2024-01-10"]  # tomorrow ends after the forecast
    assert found.observed.tolist() == [[10, 10]]
    today = np.concatenate([np.full((10, 2, 19), 30.0), ahead.quantiles[:14]])
    expected = [chance_of(today[:, station].mean(axis=0)) for station in range(2)]
    np.testing.assert_allclose(found.chance[0], expected, atol=1e-5)


def test_hours_that_were_not_read_are_left_out_until_they_are_too_many() -> None:
    series = readings("2024-01-10T09", value=30.0)
    values = series.values.copy()
    values[-10:-4, 0, 0] = np.nan  # 18 hours are left, which is enough
    values[-10:-3, 1, 0] = np.nan
    ahead = forecast(replace(series, values=values), 38)
    found = daily_alert(ahead, "who-2021")
    assert len(found.days) == 2
    assert found.observed.tolist() == [[4, 3], [0, 0]]
    today = np.concatenate([np.full((4, 19), 30.0), ahead.quantiles[:14, 0]])
    assert found.chance[0, 0] == pytest.approx(chance_of(today.mean(axis=0)), abs=1e-5)
    assert np.isnan(found.chance[0, 1])
    assert np.isfinite(found.chance[1]).all()


def test_a_day_of_23_hours_is_whole() -> None:
    series = replace(readings("2024-01-09T23"), times=np.datetime64("2024-03-30T22", "s")
                     - np.timedelta64(1, "h") * np.arange(60)[::-1])  # fmt: skip
    ahead = forecast(series, 23)
    found = daily_alert(ahead, "who-2021")
    assert [*map(str, found.days)] == ["2024-03-31"]
    expected = [chance_of(ahead.quantiles[:, station].mean(axis=0)) for station in range(2)]
    np.testing.assert_allclose(found.chance[0], expected, atol=1e-5)
    assert not len(daily_alert(forecast(series, 22), "who-2021").days)


@pytest.mark.parametrize(
    ("value", "chance"), [(15.0, 0.05), (15.000005, 0.05), (15.1, 0.95), (14.9, 0.05)]
)
def test_what_is_sure_is_beyond_the_levels(value: float, chance: float) -> None:
    quantiles = np.full((24, 2, 19), value, np.float32)
    found = daily_alert(Forecast("some", readings("2024-01-09T23"), quantiles), "who-2021")
    np.testing.assert_array_equal(found.chance, chance)


def test_steps_of_three_hours_make_days() -> None:
    series = readings("2024-01-09T21")
    three = replace(series, times=series.times[-1] - np.timedelta64(3, "h") * np.arange(60)[::-1])
    ahead = forecast(three, 8)
    found = daily_alert(ahead, "who-2021")
    assert [*map(str, found.days)] == ["2024-01-10"]
    expected = chance_of(ahead.quantiles[:, 0].mean(axis=0))
    assert found.chance[0, 0] == pytest.approx(expected, abs=1e-5)


def test_a_few_readings_are_enough() -> None:
    found = daily_alert(forecast(readings("2024-01-10T09", steps=2), 40), "who-2021")
    assert found.observed[0].tolist() == [2, 2]
    assert np.isnan(found.chance[0]).all()  # 16 hours
    assert np.isfinite(found.chance[1]).all()


def test_where_there_is_no_forecast_there_is_no_chance() -> None:
    ahead = forecast(readings("2024-01-09T23"), 24)
    quantiles = ahead.quantiles.copy()
    quantiles[:, 1] = np.nan
    chance = daily_alert(Forecast("some", ahead.series, quantiles), "who-2021").chance
    assert np.isnan(chance[0]).tolist() == [False, True]


def test_an_unknown_standard_and_one_without_a_daily_mean_are_refused() -> None:
    series = readings("2024-01-09T23")
    with pytest.raises(DataError, match=r"must be one of who-2021, .*, got 'who'"):
        check_alert("who", series)
    ozone = replace(series, variables=[Variable("O3", "ug/m3", "target"), *series.variables[1:]])
    with pytest.raises(DataError, match="who-2021 limits O3 by highest 8 hours, got 'day'"):
        check_alert("who-2021", ozone)
