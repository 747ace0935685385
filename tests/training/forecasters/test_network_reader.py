from dataclasses import replace

import numpy as np
import pytest
import torch
from small_series import small_series

from gnnlab.data import Variable
from gnnlab.errors import DataError
from gnnlab.training.forecasters.network_reader import NetworkReader

SERIES = small_series(200, runs=True)
PAST = SERIES.between(0, 140)
READER = NetworkReader.fit(PAST, (2, 5), input_steps=4)


def test_a_network_reads_values_masks_and_what_is_known_ahead() -> None:
    batch = READER.windows(SERIES, np.array([10, 150]))[[0, 1]]
    x, known, last = READER.read(batch)
    assert x.shape == (2, 4, 3, READER.in_channels)
    assert READER.in_channels == 2 + 6 + 2
    torch.testing.assert_close(x[..., :8], batch.inputs)
    seen = np.stack([SERIES.observed[7:11, :, :2], SERIES.observed[147:151, :, :2]])
    np.testing.assert_array_equal(x[..., 8:].numpy(), seen)
    assert known.shape == (2, 2, 3, READER.known_channels)
    assert READER.known_channels == 2 * (6 + 1)
    torch.testing.assert_close(known[:, 1, :, :7], batch.future[:, 4])
    torch.testing.assert_close(known[:, 0, :, 7:], batch.future_observed[:, 1].float())
    torch.testing.assert_close(last, batch.inputs[:, 3, :, 0])


def test_targets_are_scaled_logarithms_and_come_back() -> None:
    batch = READER.windows(SERIES, np.array([10, 150]))[[0, 1]]
    scaled, targets = READER.targets(batch)
    for place, horizon in enumerate((2, 5)):
        expected = SERIES.values[[10 + horizon, 150 + horizon], :, 0]
        np.testing.assert_array_equal(targets[:, place].numpy(), expected)
    logs = np.log1p(PAST.values[..., 0])
    expected = (np.log1p(targets.numpy()) - np.nanmean(logs)) / np.nanstd(logs)
    np.testing.assert_allclose(scaled.numpy(), expected, rtol=1e-4, atol=1e-5)
    back = READER.in_unit(scaled.unsqueeze(-1)).squeeze(-1)
    np.testing.assert_allclose(back, targets.numpy(), rtol=1e-4)


def test_a_target_that_is_often_negative_is_taken_as_it_is() -> None:
    values = SERIES.values.copy()
    values[..., 0] -= 40
    reader = NetworkReader.fit(replace(PAST, values=values[:140]), (2, 5), input_steps=4)
    assert reader.preparation.scaler.logarithm.tolist() == [False, True] + [False] * 6


def test_another_target_is_found_where_it_stands() -> None:
    other = PAST.with_kinds(target=["NO2"])
    reader = NetworkReader.fit(other, (2, 5), input_steps=4)
    batch = reader.windows(other, np.array([50]))[[0]]
    np.testing.assert_array_equal(reader.targets(batch)[1][0, 0].numpy(), PAST.values[52, :, 1])
    torch.testing.assert_close(reader.read(batch)[2], batch.inputs[:, -1, :, 1])


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
