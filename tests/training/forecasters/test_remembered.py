from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from small_series import small_series

from gnnlab.data import SensorSeries, TimeSplit, chronological
from gnnlab.training.forecasters import LEVELS, named, remembering
from gnnlab.training.forecasters.climatology import Climatology
from gnnlab.training.forecasters.remembered import Remembered

SERIES = small_series(400)
SPLIT, HORIZONS = chronological(400), (1, 6)


class Flat(Climatology):
    """With quantiles."""

    def quantiles(self, series: SensorSeries, origins: np.ndarray) -> np.ndarray:
        return np.repeat(self.forecast(series, origins)[..., None], len(LEVELS), axis=-1)


@pytest.fixture
def fits() -> list[tuple[Any, ...]]:
    return []


@pytest.fixture
def listening(fits: list[tuple[Any, ...]]) -> Any:
    def fit(
        series: SensorSeries, split: TimeSplit, horizons: Sequence[int], seed: int, tell: Any
    ) -> Climatology:
        fits.append((series, split, horizons, seed))
        return Flat.fit(series, split, horizons, seed)

    return fit


def test_the_same_is_fitted_once(listening: Any, fits: list[tuple[Any, ...]]) -> None:
    fit = Remembered(listening)
    made = fit(SERIES, SPLIT, HORIZONS)
    assert fit(SERIES, chronological(400), [1, 6], 0) is made
    assert len(fits) == 1


@pytest.mark.parametrize(
    "other",
    [
        (replace(SERIES), SPLIT, HORIZONS, 0),
        (SERIES, chronological(400, 60), HORIZONS, 0),
        (SERIES, SPLIT, (1, 5), 0),
        (SERIES, SPLIT, HORIZONS, 1),
    ],
)
def test_another_is_fitted(other: Any, listening: Any, fits: list[tuple[Any, ...]]) -> None:
    fit = Remembered(listening)
    assert fit(*other) is not fit(SERIES, SPLIT, HORIZONS)
    assert fits == [other, (SERIES, SPLIT, HORIZONS, 0)]


def test_what_is_combined_is_what_its_members_are_alone(
    monkeypatch: pytest.MonkeyPatch, listening: Any, fits: list[tuple[Any, ...]]
) -> None:
    single = dict.fromkeys(("gbdt", "ridge", "gru", "gc-dcrnn"), listening)
    monkeypatch.setattr(named, "_SINGLE", single)
    known = remembering()
    found: Any = [known[name](SERIES, SPLIT, HORIZONS, 0) for name in known]
    assert len(fits) == 4 * (1 + 3) + 4  # each once, and once a fold; 4 more seeds of an ensemble
    assert len({id(each) for each in found[-3].members}) == 5
    for each in found[-2:]:
        assert np.isfinite(each.forecast(SERIES, np.array([380]))).all()
    known["blend"](SERIES, SPLIT, HORIZONS, 1)
    assert len(fits) == 4 * (1 + 3) + 4 + 3  # folds are those of every seed
