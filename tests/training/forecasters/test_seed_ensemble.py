from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np
import pytest
from small_series import small_series

from gnnlab.data import SensorSeries, TimeSplit, chronological
from gnnlab.training.forecasters import MEDIAN, QuantileForecaster
from gnnlab.training.forecasters.minibatches import Recipe
from gnnlab.training.forecasters.network import NetworkForecaster
from gnnlab.training.forecasters.seed_ensemble import SeedEnsemble

SERIES = small_series(400)
SPLIT, HORIZONS = chronological(400), (1, 6)
ORIGINS = np.arange(340, 360)


def test_quantiles_are_means_over_seeds() -> None:
    network: Any = partial(NetworkForecaster.fit, recipe=Recipe(epochs=1))
    found = SeedEnsemble.fit(SERIES, SPLIT, HORIZONS, 3, model=network, seeds=2)
    assert isinstance(found, QuantileForecaster)
    alone = [network(SERIES, SPLIT, HORIZONS, seed).quantiles(SERIES, ORIGINS) for seed in (6, 7)]
    assert (alone[0] != alone[1]).any()
    quantiles = found.quantiles(SERIES, ORIGINS)
    assert quantiles.dtype == np.float32
    np.testing.assert_allclose(quantiles, np.mean(alone, axis=0), rtol=1e-5)
    assert (np.diff(quantiles, axis=-1) >= 0).all()
    np.testing.assert_array_equal(found.forecast(SERIES, ORIGINS), quantiles[..., MEDIAN])


def test_how_far_all_seeds_are_is_told() -> None:
    told: list[float] = []

    def fit(
        series: SensorSeries, split: TimeSplit, horizons: Sequence[int], seed: int, tell: Any
    ) -> Any:
        tell(0.5)
        return SeedEnsemble([])

    SeedEnsemble.fit(SERIES, SPLIT, HORIZONS, 0, told.append, model=fit, seeds=4)
    assert told == [0.125, 0.375, 0.625, 0.875]


def test_no_seeds_are_refused() -> None:
    with pytest.raises(ValueError, match="at least 1 seed, got 0"):
        SeedEnsemble.fit(SERIES, SPLIT, HORIZONS, model=NetworkForecaster.fit, seeds=0)
