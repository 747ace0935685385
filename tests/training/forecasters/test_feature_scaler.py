from dataclasses import dataclass, field

import numpy as np
import pytest
from small_series import small_series

from gnnlab.data.forecast_features import FeatureTable, ForecastFeatures
from gnnlab.training.forecasters import feature_scaler as module
from gnnlab.training.forecasters.feature_scaler import FeatureScaler, blocks

SERIES = small_series(300, stations=5)
TABLE = ForecastFeatures.fit(SERIES).table(SERIES)


@dataclass(frozen=True, eq=False)
class Asked(FeatureTable):
    """The steps that it is asked for are kept, some at a time."""

    steps: list[np.ndarray] = field(default_factory=list)

    def at(self, steps: np.ndarray) -> np.ndarray:
        self.steps.append(steps)
        return super().at(steps)


def asked() -> Asked:
    return Asked(TABLE.own, TABLE.region, TABLE.around, TABLE.neighbors)


@pytest.mark.parametrize("rooted", [False, True])
@pytest.mark.parametrize("rows", [5, 70, 10**6])
def test_features_of_what_was_learned_from_have_mean_0_and_deviation_1(
    rooted: bool, rows: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "ROWS", rows)
    scaler = FeatureScaler.fit(TABLE, 200, rooted)
    found = scaler.transform(TABLE.at(np.arange(200))).astype(np.float64)
    assert found.shape == (200 * 5, len(scaler.center))
    np.testing.assert_allclose(found.mean(axis=0), 0, atol=1e-4)
    np.testing.assert_allclose(found.std(axis=0), 1, atol=1e-4)


def test_a_feature_that_never_changes_is_not_divided_by_0() -> None:
    alone = small_series(100, stations=1)
    table = ForecastFeatures.fit(alone).table(alone)
    scaler = FeatureScaler.fit(table, 100)
    assert scaler.scale[-1] == 1  # the number of the only station
    assert np.isfinite(scaler.transform(table.at(np.arange(100)))).all()


def test_of_many_stations_fewer_steps_are_in_memory_at_a_time() -> None:
    for steps, stations, together in ((10_000, 1000, 32), (100, 10**6, 1), (10_000, 12, 2048)):
        parts = blocks(steps, stations)
        np.testing.assert_array_equal(np.concatenate(parts), np.arange(steps))
        assert together / 2 < max(map(len, parts)) <= together


def test_of_many_rows_steps_with_some_are_learned_from(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LEARNED", 500)
    table, again = asked(), asked()
    scaler, same = FeatureScaler.fit(table, 200), FeatureScaler.fit(again, 200)
    drawn = np.concatenate(table.steps)
    assert len(set(drawn.tolist())) == 100
    assert drawn.tolist() == sorted(drawn)
    assert drawn.max() < 200
    np.testing.assert_array_equal(np.concatenate(again.steps), drawn)
    np.testing.assert_array_equal(scaler.center, same.center)
    rows = TABLE.at(drawn)
    np.testing.assert_allclose(scaler.center, rows.mean(axis=0, dtype=np.float64), rtol=1e-6)


def test_of_beijing_all_rows_are_learned_from() -> None:
    assert module.LEARNED >= 12 * 35_064
    assert module.ROWS // 12 >= module.BLOCK
