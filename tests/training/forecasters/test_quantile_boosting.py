import numpy as np
import pytest
from sklearn.ensemble import HistGradientBoostingRegressor
from small_series import small_series

from gnnlab.data import chronological
from gnnlab.data.forecast_features import ForecastFeatures
from gnnlab.errors import DataError
from gnnlab.training.forecasters import LEVELS, MEDIAN, QuantileForecaster, gbdt, target_of
from gnnlab.training.forecasters.quantile_boosting import BOOSTED, QuantileBoosting

STEPS = 600
SERIES = small_series(STEPS)
SPLIT = chronological(STEPS)
ASKED = np.arange(500, 550)


def test_quantiles_are_scikit_learns_sorted() -> None:
    model = QuantileBoosting.fit(SERIES, SPLIT, (3, 12), 4)
    found = model.quantiles(SERIES, ASKED)
    assert found.shape == (50, 2, 3, len(LEVELS))
    table = ForecastFeatures.fit(SERIES.between(0, SPLIT.train.stop)).table(SERIES)
    rows, asked = table.at(np.arange(SPLIT.train.stop)), table.at(ASKED)
    for place, (horizon, settings) in enumerate(((3, gbdt.LARGE), (12, gbdt.SMALL))):
        ahead = SERIES.of("PM2.5")[horizon : SPLIT.train.stop].ravel()
        known, seen = rows[: len(ahead)], ~np.isnan(ahead)
        start = known[:, 0] if horizon == 3 else 0
        expected = [
            HistGradientBoostingRegressor(
                loss="quantile", quantile=level, min_samples_leaf=100, random_state=4, **settings
            )
            .fit(known[seen], (ahead - start)[seen])
            .predict(asked)
            + (asked[:, 0] if horizon == 3 else 0)
            for level in BOOSTED
        ]
        places = [LEVELS.index(level) for level in BOOSTED]
        np.testing.assert_allclose(
            found[:, place][..., places],
            np.sort(expected, axis=0).T.reshape(50, 3, len(BOOSTED)),
            rtol=1e-5,
        )
        between = found[:, place, :, LEVELS.index(0.15)]
        middle = found[:, place][..., places[:2]].mean(axis=-1)
        np.testing.assert_allclose(between, middle, rtol=1e-5)
    np.testing.assert_array_equal(model.forecast(SERIES, ASKED), found[..., MEDIAN])


def test_they_hold_their_shares_of_what_was_learned() -> None:
    model = QuantileBoosting.fit(SERIES, SPLIT, (3,))
    assert isinstance(model, QuantileForecaster)
    origins = np.arange(SPLIT.train.stop - 3)
    found = model.quantiles(SERIES, origins)[:, 0]
    truth = target_of(SERIES)[origins + 3]
    below = (truth[..., None] <= found)[~np.isnan(truth)].mean(axis=0)
    np.testing.assert_allclose(below, LEVELS, atol=0.06)


def test_nothing_to_learn_from_is_refused() -> None:
    with pytest.raises(DataError, match="must be observed in the training part"):
        QuantileBoosting.fit(SERIES, SPLIT, (3, SPLIT.train.stop))
