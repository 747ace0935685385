import numpy as np
import pytest
from sklearn.ensemble import HistGradientBoostingRegressor
from small_series import small_series

from gnnlab.data import chronological
from gnnlab.data.forecast_features import ForecastFeatures
from gnnlab.training.forecasters import GradientBoosting, gbdt

STEPS = 600
SERIES = small_series(STEPS)
SPLIT = chronological(STEPS)


def test_it_is_scikit_learns_of_the_change_and_further_on_of_the_value() -> None:
    found = GradientBoosting.fit(SERIES, SPLIT, (3, 12), 4).forecast(SERIES, np.arange(500, 550))
    table = ForecastFeatures.fit(SERIES.between(0, SPLIT.train.stop)).table(SERIES)
    rows, asked = table.at(np.arange(SPLIT.train.stop)), table.at(np.arange(500, 550))
    for place, (horizon, settings) in enumerate(((3, gbdt.LARGE), (12, gbdt.SMALL))):
        ahead = SERIES.of("PM2.5")[horizon : SPLIT.train.stop].ravel()
        known, seen = rows[: len(ahead)], ~np.isnan(ahead)
        start = known[:, 0] if horizon == 3 else 0
        model = HistGradientBoostingRegressor(
            loss="absolute_error", min_samples_leaf=100, random_state=4, **settings
        ).fit(known[seen], (ahead - start)[seen])
        expected = model.predict(asked) + (asked[:, 0] if horizon == 3 else 0)
        np.testing.assert_allclose(found[:, place], expected.reshape(50, 3), rtol=1e-5)


def test_of_too_many_pairs_some_are_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gbdt, "MOST_ROWS", 500)
    pairs = gbdt._drawn(3 * STEPS, 0)
    assert len(set(pairs.tolist())) == 500
    assert pairs.max() < 3 * STEPS
    assert (pairs != gbdt._drawn(3 * STEPS, 1)).any()
    first, second = (
        GradientBoosting.fit(SERIES, SPLIT, (6,), seed).forecast(SERIES, np.arange(500, 550))
        for seed in (0, 1)
    )
    assert (first != second).any()
