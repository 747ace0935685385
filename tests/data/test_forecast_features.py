from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_series import small_series

from gnnlab.data import SensorSeries, Variable
from gnnlab.data.forecast_features import MEMORY, MOST_AROUND, OWN_LAGS, ForecastFeatures
from gnnlab.errors import DataError


def weather_series(steps: int = 200, missing: float = 0.1) -> SensorSeries:
    """As the small series, but with temperature and wind."""
    small = small_series(steps, missing=missing)
    draw = np.random.default_rng(1)
    weather = draw.normal(5, 3, (steps, 3, 3)).astype(np.float32)
    names = ("temperature", "wind u", "wind v")
    return replace(
        small,
        values=np.concatenate([small.values, weather], axis=2),
        variables=(*small.variables, *(Variable(name, "1", "past") for name in names)),
    )


def plain_fill(values: np.ndarray, train: int) -> np.ndarray:
    """The last of the 6 steps before, else the mean of the training part, in loops."""
    carried = values.astype(np.float64)
    for station in range(values.shape[1]):
        age = 99
        for step in range(len(values)):
            age = 0 if not np.isnan(values[step, station]) else age + 1
            if 0 < age <= 6 and step >= age:
                carried[step, station] = values[step - age, station]
    return np.where(np.isnan(carried), np.nanmean(carried[:train], axis=0), carried)


def test_a_row_holds_what_the_definition_says() -> None:
    series, train, t, i = weather_series(), 150, 170, 1
    row = (
        ForecastFeatures.fit(series.between(0, train))
        .table(series)
        .rows(np.array([t]), np.array([i]))[0]
    )
    p = plain_fill(series.of("PM2.5"), train)
    no2, temperature, u, v = (
        plain_fill(series.of(name), train) for name in ("NO2", "temperature", "wind u", "wind v")
    )
    speed = np.hypot(u, v)
    day = p[t - 23 : t + 1]
    expected = [
        *(p[t - lag, i] for lag in OWN_LAGS),
        *(p[t - steps + 1 : t + 1, i].mean() for steps in (6, 24, 72)),
        day[:, i].max(),
        day[:, i].min(),
        *(p[t, i] - p[t - lag, i] for lag in (1, 3, 24)),
        *(x[t, i] for x in (no2, temperature, speed)),
        *(x[t - lag, i] for x in (temperature, speed) for lag in (3, 6, 12, 24)),
        u[t, i],
        v[t, i],
        *(p[t - lag].mean() for lag in (0, 1, 3, 6, 12, 23, 47)),
        p[t].std(),
        p[t].max(),
        p[t].min(),
        *(x[t].mean() for x in (no2, temperature, speed)),
        *(x[t - 6].mean() for x in (temperature, speed)),
        *(x[t - lag].mean() for x in (u, v) for lag in (0, 6, 12)),
        *(series.values[t, 0, series.index(f"{wave} of {cycle}")]
          for cycle in ("day", "week", "year") for wave in ("sine", "cosine")),
        *p[t],
        *(p[t] - p[t - 1]),
        i,
    ]  # fmt: skip
    np.testing.assert_allclose(row, expected, rtol=1e-5, atol=1e-4)


@settings(max_examples=20)
@given(origin=st.integers(0, 198), seed=st.integers(0, 5))
def test_what_comes_after_a_step_does_not_change_its_rows(origin: int, seed: int) -> None:
    series = weather_series(missing=0.6)  # gaps that are longer than what is carried
    features = ForecastFeatures.fit(series.between(0, 100))
    values = series.values.copy()
    values[origin + 1 :] = np.random.default_rng(seed).normal(0, 1e6, values[origin + 1 :].shape)
    other = replace(series, values=values)
    before = np.arange(origin + 1)
    first, second = (features.table(each).at(before) for each in (series, other))
    np.testing.assert_array_equal(first, second)


def test_only_the_steps_that_count_are_read() -> None:
    series = weather_series(400, missing=0.6)
    features = ForecastFeatures.fit(series.between(0, 200))
    origins = np.array([301, 300, 350])
    whole = features.table(series).at(origins)
    np.testing.assert_allclose(features.at(series, origins), whole, rtol=1e-5, atol=1e-4)
    values = series.values.copy()
    values[: 300 - MEMORY] = np.nan
    early = features.at(replace(series, values=values), origins)
    np.testing.assert_array_equal(early, features.at(series, origins))


def test_what_was_never_observed_is_a_number() -> None:
    series = weather_series()
    values = series.values.copy()
    values[:, 0, series.index("PM2.5")] = np.nan
    values[:, :, series.index("NO2")] = np.nan
    series = replace(series, values=values)
    features = ForecastFeatures.fit(series.between(0, 150))
    rows = features.table(series).at(np.arange(200))
    assert np.isfinite(rows).all()
    others = plain_fill(series.of("PM2.5")[:150, 1:], 150)
    assert rows[0, 0] == pytest.approx(np.nanmean(others), rel=0.05)  # gaps of 7 steps are few


def test_of_many_stations_the_most_alike_are_seen_one_by_one() -> None:
    draw = np.random.default_rng(0)
    series = small_series(300, 20, missing=0)
    shared = draw.normal(size=(300, 2)).cumsum(axis=0)
    values = series.values.copy()
    values[:, :, 0] = np.repeat(shared, 10, axis=1) + draw.normal(0, 0.1, (300, 20))
    values[:, 3, 0] = 7.0
    series = replace(series, values=values)
    neighbors = ForecastFeatures.fit(series).neighbors
    assert neighbors.shape == (20, MOST_AROUND)
    for station in (0, 5, 10, 19):  # of each half
        assert neighbors[station, 0] == station
        half = set(range(10)) - {3} if station < 10 else set(range(10, 20))
        assert set(neighbors[station, : len(half)].tolist()) == half
    table = ForecastFeatures.fit(series).table(series)
    row = table.rows(np.array([40]), np.array([12]))[0]
    around = row[-1 - 2 * MOST_AROUND : -1 - MOST_AROUND]
    np.testing.assert_array_equal(around, values[40, neighbors[12], 0])


def test_columns_take_no_more_memory_than_values() -> None:
    series = weather_series()
    table = ForecastFeatures.fit(series).table(series)
    columns = [*(column for column, _ in (*table.own, *table.region)), *table.around]
    assert {column.dtype for column in columns} == {np.dtype(np.float32)}


def test_other_stations_are_refused() -> None:
    series = weather_series()
    features = ForecastFeatures.fit(series.between(0, 100))
    with pytest.raises(DataError, match=r"the 3 stations .* got s0, s2"):
        features.table(series.at_stations(["s0", "s2"]))


def test_other_variables_are_refused() -> None:
    series = weather_series()
    features = ForecastFeatures.fit(series.between(0, 100))
    fewer = replace(series, values=series.values[..., :-1], variables=series.variables[:-1])
    with pytest.raises(DataError, match="got 'wind v'"):
        features.table(fewer)
