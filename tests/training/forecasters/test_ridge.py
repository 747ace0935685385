from dataclasses import replace

import numpy as np
import pytest
from sklearn.linear_model import Ridge as Reference
from small_series import small_series

from gnnlab.data import chronological
from gnnlab.data.forecast_features import FeatureTable, ForecastFeatures
from gnnlab.training.forecasters import Ridge, feature_scaler, ridge

SERIES = small_series(400)
SPLIT = chronological(400)


@pytest.mark.parametrize("shift", [0, 40])
def test_it_is_the_regression_of_scikit_learn(
    shift: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of square roots, and of values as they are where some are negative."""
    monkeypatch.setattr(feature_scaler, "BLOCK", 70)
    values = SERIES.values.copy()
    values[..., 0] -= shift
    series, rooted = replace(SERIES, values=values), not shift
    model = Ridge.fit(series, SPLIT, (1, 6))
    assert model.rooted == rooted
    if rooted:
        values = values.copy()
        values[..., 0] = np.sqrt(values[..., 0])
    learned = replace(series, values=values)
    origins = np.arange(SPLIT.train.stop)
    table = ForecastFeatures.fit(learned.between(0, SPLIT.train.stop)).table(learned)
    rows, asked = table.at(origins), table.at(np.arange(300, 340))
    center, scale = rows.mean(axis=0, dtype=float), rows.std(axis=0, dtype=float)
    scale[scale == 0] = 1
    found = model.forecast(series, np.arange(300, 340))
    for place, horizon in enumerate((1, 6)):
        ahead = values[horizon : SPLIT.train.stop, :, 0].ravel()
        known = ((rows - center) / scale)[: len(ahead)]
        seen = ~np.isnan(ahead)
        reference = Reference(alpha=ridge.PENALTY).fit(known[seen], ahead[seen])
        expected = reference.predict((asked - center) / scale).reshape(40, 3)
        expected = np.maximum(expected, 0) ** 2 if rooted else expected
        np.testing.assert_allclose(found[:, place], expected, rtol=1e-3, atol=1e-2)


def test_a_few_negative_readings_are_still_a_concentration() -> None:
    values = SERIES.values.copy()
    values[7, 0, 0] = -1
    model = Ridge.fit(replace(SERIES, values=values), SPLIT, (1,))
    assert model.rooted
    assert (model.forecast(SERIES, np.arange(400)) >= 0).all()


def test_of_many_stations_few_rows_are_in_memory_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    series = small_series(400, stations=20)
    split = chronological(400)
    expected = Ridge.fit(series, split, (1, 6))
    sizes = []

    def spied(table: FeatureTable, steps: np.ndarray) -> np.ndarray:
        rows = at(table, steps)
        sizes.append(len(rows))
        return rows

    at = FeatureTable.at
    monkeypatch.setattr(feature_scaler, "ROWS", 600)
    monkeypatch.setattr(FeatureTable, "at", spied)
    found = Ridge.fit(series, split, (1, 6))
    assert max(sizes) <= 600
    np.testing.assert_allclose(found.coefficients, expected.coefficients, rtol=1e-3, atol=1e-4)
