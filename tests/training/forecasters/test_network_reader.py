import tracemalloc
from dataclasses import replace

import numpy as np
import pytest
import torch
from small_series import small_series

from gnnlab.data import SensorSeries, Variable
from gnnlab.data.forecast_features import ForecastFeatures
from gnnlab.errors import DataError
from gnnlab.training.forecasters import feature_scaler, network_reader
from gnnlab.training.forecasters.network_reader import NetworkReader

SERIES = small_series(200, runs=True)
PAST = SERIES.between(0, 140)
READER = NetworkReader.fit(PAST, (2, 5), input_steps=4, around=True)


def test_a_network_reads_values_masks_and_what_is_known_ahead() -> None:
    seen = READER.windows(SERIES, np.array([10, 150]))[np.array([0, 1])]
    batch, (x, features, known, last) = seen.batch, READER.read(seen)
    assert x.shape == (2, 4, 3, READER.in_channels)
    assert READER.in_channels == 2 + 6 + 2
    torch.testing.assert_close(x[..., :8], batch.inputs)
    observed = np.stack([SERIES.observed[7:11, :, :2], SERIES.observed[147:151, :, :2]])
    np.testing.assert_array_equal(x[..., 8:].numpy(), observed)
    assert known.shape == (2, 2, 3, READER.known_channels)
    assert READER.known_channels == 2 * (6 + 1)
    torch.testing.assert_close(known[:, 1, :, :7], batch.future[:, 4])
    torch.testing.assert_close(known[:, 0, :, 7:], batch.future_observed[:, 1].float())
    torch.testing.assert_close(last, batch.inputs[:, 3, :, 0])
    assert features.shape == (2, 3, READER.feature_channels)


def test_what_is_scaled_and_features_are_not_in_memory_together(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(feature_scaler, "ROWS", 400)
    past = small_series(3000, stations=40)
    tracemalloc.start()
    NetworkReader.fit(past, (2, 5), input_steps=4, around=True)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 3.2 * past.values.nbytes


@pytest.mark.parametrize(("pairs", "together"), [(1, 1), (20, 6), (10**6, 8)])
def test_all_windows_come_in_turn(
    pairs: int, together: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As many together as have so many pairs with 3 stations, 8 at most."""
    monkeypatch.setattr(network_reader, "TOGETHER", 8)
    monkeypatch.setattr(network_reader, "PAIRS", pairs)
    parts = [*READER.windows(SERIES, np.arange(100, 120)).in_turn()]
    np.testing.assert_array_equal(np.concatenate(parts), np.arange(20))
    assert max(map(len, parts)) == together


def test_features_are_scaled_roots_of_those_of_the_training_part() -> None:
    origins = np.array([0, 30, 150])
    found = READER.read(READER.windows(SERIES, origins)[np.arange(3)])[1]
    table = ForecastFeatures.fit(PAST)

    def roots(series: SensorSeries, steps: np.ndarray) -> np.ndarray:
        rows = table.at(series, steps)[:, :-1].astype(np.float64)
        return np.sign(rows) * np.sqrt(np.abs(rows))

    learned = roots(PAST, np.arange(140))
    scale = np.where(learned.std(axis=0) > 1e-6, learned.std(axis=0), 1)
    expected = ((roots(SERIES, origins) - learned.mean(axis=0)) / scale).reshape(3, 3, -1)
    np.testing.assert_allclose(found, expected, rtol=1e-3, atol=1e-3)


def test_without_those_around_a_station_sees_only_means_of_the_others() -> None:
    series = small_series(200, missing=0)
    every, alone = (
        NetworkReader.fit(series.between(0, 140), (2, 5), input_steps=4, around=around)
        for around in (True, False)
    )
    assert alone.feature_channels == every.feature_channels - 2 * 3
    values = series.values.copy()
    values[:150, [1, 2]] = values[:150, [2, 1]]
    origins = np.array([30, 149])

    def of_first(reader: NetworkReader, series: SensorSeries) -> torch.Tensor:
        return reader.read(reader.windows(series, origins)[np.arange(2)])[1][:, 0]

    swapped = replace(series, values=values)
    for reader, same in ((alone, True), (every, False)):
        ours, theirs = of_first(reader, series), of_first(reader, swapped)
        assert torch.allclose(ours, theirs, atol=1e-4) == same


def test_targets_are_those_of_the_horizons_and_answers_scaled_logarithms() -> None:
    targets = READER.targets(READER.windows(SERIES, np.array([10, 150]))[np.array([0, 1])])
    for place, horizon in enumerate((2, 5)):
        expected = SERIES.values[[10 + horizon, 150 + horizon], :, 0]
        np.testing.assert_array_equal(targets[:, place].numpy(), expected)
    logs = np.log1p(PAST.values[..., 0])
    scaled = (torch.log1p(targets) - np.nanmean(logs)) / np.nanstd(logs)
    torch.testing.assert_close(
        READER.in_unit(scaled), targets, rtol=1e-4, atol=1e-4, equal_nan=True
    )


def test_no_answer_lies_far_outside_all_that_was_learned_from() -> None:
    logs = np.log1p(PAST.values[..., 0])
    found = READER.in_unit(torch.tensor([-1e4, 1e4]))
    least, highest = np.nanmin(logs) - 1, np.nanmax(logs) + 1
    expected = np.sign(least) * np.expm1(np.abs(least)), np.expm1(highest)
    np.testing.assert_allclose(found, expected, rtol=1e-3)


def test_a_target_that_is_often_negative_is_taken_as_it_is() -> None:
    values = SERIES.values.copy()
    values[..., 0] -= 40
    reader = NetworkReader.fit(
        replace(PAST, values=values[:140]), (2, 5), input_steps=4, around=True
    )
    scaler = reader.preparation.scaler
    assert scaler.logarithm.tolist() == [False, True] + [False] * 6
    center, scale = (float(each.ravel()[0]) for each in (scaler.center, scaler.scale))
    answer = torch.tensor([-2.0, 100.0])
    torch.testing.assert_close(reader.in_unit(answer), answer * scale + center)


def test_another_target_is_found_where_it_stands() -> None:
    other = PAST.with_kinds(target=["NO2"])
    reader = NetworkReader.fit(other, (2, 5), input_steps=4, around=True)
    seen = reader.windows(other, np.array([50]))[np.array([0])]
    np.testing.assert_array_equal(reader.targets(seen)[0, 0].numpy(), PAST.values[52, :, 1])
    torch.testing.assert_close(reader.read(seen)[3], seen.batch.inputs[:, -1, :, 1])


def test_other_stations_variables_and_forecasts_are_refused() -> None:
    fewer = SERIES.at_stations(["s2", "s1"])
    message = "stations must be the 3 that the network was fitted on, in their order, "
    with pytest.raises(DataError, match=message + "s0, s1, s2, got s2, s1"):
        READER.windows(fewer, np.array([10]))
    renamed = (SERIES.variables[0], Variable("O3", "ug/m3", "past"), *SERIES.variables[2:])
    with pytest.raises(DataError, match=r"order, PM2\.5, NO2, got PM2\.5, O3"):
        READER.windows(replace(SERIES, variables=renamed), np.array([10]))
    with pytest.raises(DataError, match="order, wind forecast, got none"):
        READER.windows(replace(SERIES, forecasts=()), np.array([10]))
