import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pytest
from small_series import HOUR, small_series

from gnnlab.data import SensorSeries, TimeSplit, chronological
from gnnlab.errors import DataError
from gnnlab.evaluation.metrics import LEVELS as SCORED_LEVELS
from gnnlab.training.forecasters import (
    FORECASTERS,
    LEVELS,
    MEDIAN,
    Calibrated,
    Forecaster,
    QuantileForecaster,
    target_of,
    targets_ahead,
)
from gnnlab.training.forecasters import conformal as module

HORIZONS = (1, 6, 24)
STEPS = 600
SPLIT = chronological(STEPS)
TEST = np.arange(SPLIT.test.start, STEPS)
BLOCK = 48  # two days, so that a small series has many

QUICK = ("persistence", "climatology", "damped-persistence", "ridge")

quick = pytest.mark.parametrize("name", QUICK)


@pytest.fixture
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BLOCK", BLOCK)
    monkeypatch.setattr(module, "RATE", 0.02)


@dataclass(frozen=True)
class Constant:
    """The same medians always."""

    median: float
    horizons: Sequence[int] = HORIZONS

    def forecast(self, series: SensorSeries, origins: np.ndarray) -> np.ndarray:
        shape = (len(origins), len(self.horizons), len(series.stations))
        return np.full(shape, self.median, np.float32)


@dataclass(frozen=True)
class Wide(Constant):
    """Quantiles a number apart."""

    apart: float = 1.0

    def quantiles(self, series: SensorSeries, origins: np.ndarray) -> np.ndarray:
        around = self.apart * (np.arange(19, dtype=np.float32) - 9)
        return self.forecast(series, origins)[..., None] + around


@dataclass(frozen=True)
class Asked(Constant):
    """The origins that it is asked for are kept."""

    origins: list[int] = field(default_factory=list)

    def forecast(self, series: SensorSeries, origins: np.ndarray) -> np.ndarray:
        self.origins.extend(origins.tolist())
        return super().forecast(series, origins)


def calibrated(name: str, series: SensorSeries, horizons: Sequence[int] = HORIZONS) -> Calibrated:
    model = FORECASTERS[name](series, SPLIT, horizons, 0)
    return Calibrated.of(model, series, SPLIT, horizons)


def with_targets(series: SensorSeries, targets: np.ndarray) -> SensorSeries:
    values = series.values.copy()
    values[..., 0] = targets
    return replace(series, values=values)


@quick
@pytest.mark.usefixtures("small_blocks")
def test_quantiles_do_not_look_ahead(name: str) -> None:
    series = small_series(STEPS, missing=0.1)
    model = calibrated(name, series)
    whole = model.quantiles(series, TEST)
    assert whole.shape == (len(TEST), 3, 3, 19)
    for origin in (TEST[0], TEST[50], TEST[-2]):
        values = series.values.copy()
        values[origin + 1 :, :, :2] = 1e5
        issued = TEST[origin >= TEST]
        other = model.quantiles(replace(series, values=values), TEST)
        np.testing.assert_array_equal(other[: len(issued)], whole[: len(issued)])
        cut = model.quantiles(series.between(0, int(origin) + 1), issued)
        np.testing.assert_allclose(cut, whole[: len(issued)], rtol=1e-4)


@pytest.mark.usefixtures("small_blocks")
def test_what_was_observed_by_the_origin_counts() -> None:
    series = small_series(STEPS, missing=0)
    model = calibrated("climatology", series)
    origin = int(TEST[-30])
    before = model.quantiles(series, np.array([origin]))
    targets = target_of(series).copy()
    targets[origin, 1] = 1e4  # of a forecast 1, 6 and 24 steps before
    after = model.quantiles(with_targets(series, targets), np.array([origin]))
    assert (after != before).any(axis=-1)[0].tolist() == [[False, True, False]] * 3


@pytest.mark.usefixtures("small_blocks")
def test_quantiles_are_a_function_of_two_blocks_and_the_horizon() -> None:
    series = small_series(STEPS, missing=0.1)
    model = calibrated("climatology", series)
    memory = 2 * BLOCK + max(HORIZONS)
    changed = target_of(series).copy()
    changed[: TEST[-1] - memory] = 1e4
    whole = model.quantiles(series, TEST)
    other = model.quantiles(with_targets(series, changed), TEST)
    np.testing.assert_array_equal(other[-1], whole[-1])
    assert (other != whole).any()
    late = series.between(int(TEST[-1]) - memory, STEPS)  # a file of a few days
    np.testing.assert_array_equal(model.quantiles(late, np.array([memory]))[0], whole[-1])


@pytest.mark.usefixtures("small_blocks")
def test_the_recursion_is_that_of_gibbs_and_candes(monkeypatch: pytest.MonkeyPatch) -> None:
    """In plain loops from their eq. 2, one bound, horizon and station at a time."""
    monkeypatch.setattr(module, "RATE", 0.005)
    series = small_series(STEPS, missing=0.2)
    model = calibrated("damped-persistence", series)
    origin = TEST[-7]
    found = model.quantiles(series, np.array([origin]))[0]
    number = series.times.astype("datetime64[h]").astype(int)
    start = int(np.flatnonzero(number // BLOCK == number[origin] // BLOCK - 1)[0])
    months = series.local_times.astype("datetime64[M]").astype(int) % 12
    scaler, shares = model.scaler, np.linspace(0, 1, 101)

    def scaled(value: float, station: int) -> float:
        return (np.sqrt(max(value, 0)) - scaler.center[station, 0]) / scaler.scale[station, 0]

    for place, horizon in enumerate(HORIZONS):
        medians = model.forecast(series, np.arange(STEPS))[:, place].astype(float)
        for station in range(3):
            for level in (0, 5, 12, 18):
                kept, wanted = model.scores[place, level], LEVELS[level]
                alpha = wanted
                for step in range(start, origin + 1):
                    truth = float(target_of(series)[step, station])
                    if np.isnan(truth):
                        continue
                    ours = scaled(medians[step - horizon, station], station)
                    score = (scaled(truth, station) - ours) / model.spread[months[step]]
                    err = score <= np.interp(alpha, shares, kept)
                    alpha += 0.005 * (wanted - err)
                add = np.interp(alpha, shares, kept)
                month = (series.local_times[origin] + horizon * HOUR).astype(object).month - 1
                moved = scaled(medians[origin, station], station) + add * model.spread[month]
                moved = moved * scaler.scale[station, 0] + scaler.center[station, 0]
                bound = (min if level < MEDIAN else max)(
                    max(moved, 0.0) ** 2, medians[origin, station]
                )
                assert 0.01 < alpha != wanted
                assert found[place, station, level] == pytest.approx(bound, rel=1e-3)


@pytest.mark.usefixtures("small_blocks")
def test_many_origins_are_calibrated_as_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    series = small_series(STEPS)
    model = calibrated("climatology", series)
    whole = model.quantiles(series, TEST)
    picked = np.array([TEST[80], TEST[3], TEST[80]])
    np.testing.assert_array_equal(model.quantiles(series, picked), whole[[80, 3, 80]])
    for place in (0, 60, 119):
        one = model.quantiles(series, TEST[[place]])
        np.testing.assert_array_equal(one[0], whole[place])
    monkeypatch.setattr(module, "CELLS", 1)
    parts = [*model.in_turn(series, TEST)]
    assert len(parts) > 1
    np.testing.assert_array_equal(np.concatenate([part for _, part in parts]), whole)
    np.testing.assert_array_equal(np.concatenate([origins for origins, _ in parts]), TEST)


@pytest.mark.usefixtures("small_blocks")
def test_some_stations_at_a_time_are_calibrated_as_all(monkeypatch: pytest.MonkeyPatch) -> None:
    series = small_series(STEPS, stations=5)
    model = calibrated("ridge", series)
    whole = model.quantiles(series, TEST)
    for together in (1, 2, 5):
        monkeypatch.setattr(module, "STATIONS", together)
        np.testing.assert_array_equal(model.quantiles(series, TEST), whole)


def test_of_many_pairs_some_are_learned_from(monkeypatch: pytest.MonkeyPatch) -> None:
    """All hours of the validation part have 882 origins and 3 stations."""
    series, split = with_errors(np.full(9000, 0.2)), chronological(9000)
    series = with_targets(series, np.nan_to_num(target_of(series), nan=30))
    whole = Calibrated.of(Constant(30), series, split, HORIZONS).scores
    kept, sizes = module._kept, []

    def counted(scores: np.ndarray) -> np.ndarray:
        sizes.append((~np.isnan(scores)).sum())
        return np.asarray(kept(scores))

    monkeypatch.setattr(module, "_kept", counted)
    for pairs, origins, at_each in ((1200, 400, 3), (1200, 600, 2), (800, 800, 1)):
        monkeypatch.setattr(module, "PAIRS", pairs)
        monkeypatch.setattr(module, "ORIGINS", origins)
        sizes.clear()
        models = [Asked(30), Asked(30)]
        scores = [Calibrated.of(each, series, split, HORIZONS).scores for each in models]
        np.testing.assert_array_equal(*scores)
        np.testing.assert_allclose(scores[0][..., 5:-5], whole[..., 5:-5], atol=0.2)
        assert (scores[0] != whole).any()
        asked = models[0].origins
        assert asked == sorted(set(asked)) == models[1].origins
        assert len(asked) == origins
        assert set(asked) <= set(split.validation)
        assert max(np.diff(asked)) < 30
        late = sum(origin + HORIZONS[0] >= split.validation.stop for origin in asked)
        assert sizes[1] == (origins - late) * at_each


def test_of_beijing_all_pairs_are_learned_from() -> None:
    assert module.PAIRS >= 12 * 35_064 / 5
    assert module.STATIONS >= 12


def test_forecasts_whose_errors_count_for_nothing_are_not_made() -> None:
    series, asked = small_series(STEPS), Asked(30)
    model = Calibrated.of(asked, series, SPLIT, HORIZONS)
    for origin, first in ((TEST[0], SPLIT.validation.start), (100, 100)):
        asked.origins.clear()
        model.quantiles(series, np.array([origin]))
        assert asked.origins == [*range(first, origin + 1)]


def test_scores_are_those_of_the_validation_part() -> None:
    series = small_series(STEPS)
    targets = target_of(series).copy()
    targets[SPLIT.validation.stop :] = 1e5
    clean, dirty = (calibrated("ridge", each) for each in (series, with_targets(series, targets)))
    np.testing.assert_array_equal(clean.scores, dirty.scores)
    np.testing.assert_array_equal(clean.spread, dirty.spread)
    targets[SPLIT.validation.start :] = 1e5
    assert (calibrated("ridge", with_targets(series, targets)).scores != clean.scores).any()
    origins = np.arange(SPLIT.validation.start, SPLIT.validation.stop)
    seen = series.between(0, SPLIT.validation.stop)
    truth = targets_ahead(target_of(seen), origins, HORIZONS)
    medians = clean.forecast(seen, origins)
    higher = np.nanmean(np.where(np.isnan(truth), np.nan, truth > medians), axis=(0, 2))
    above = (clean.scores[:, 0] > 0).mean(axis=1)
    np.testing.assert_allclose(above, higher, atol=0.02)


def test_errors_of_what_was_learned_from_count_for_nothing() -> None:
    series = small_series(STEPS)
    early = np.arange(SPLIT.train.stop - 5, SPLIT.validation.start + 1)
    targets = target_of(series).copy()
    targets[: SPLIT.train.stop - 30] *= 7
    changed = with_targets(series, targets)
    model = Calibrated.of(Constant(30), series, SPLIT, HORIZONS)
    assert model.since == int(series.times[SPLIT.validation.start].astype(int))
    np.testing.assert_array_equal(model.quantiles(series, early), model.quantiles(changed, early))


@quick
def test_quantiles_ascend_through_the_medians(name: str) -> None:
    series = small_series(STEPS)
    model = calibrated(name, series)
    assert isinstance(model, Forecaster)
    assert isinstance(model, QuantileForecaster)
    found = model.quantiles(series, TEST)
    medians = FORECASTERS[name](series, SPLIT, HORIZONS, 0).forecast(series, TEST)
    np.testing.assert_array_equal(found[..., MEDIAN], medians)
    np.testing.assert_array_equal(model.forecast(series, TEST), medians)
    there = ~np.isnan(medians)
    assert np.isfinite(found[there]).all()
    assert np.isnan(found[~there]).all()
    assert (np.diff(found[there]) >= 0).all()
    assert (found[there] >= 0).all()
    assert found.dtype == np.float32
    assert LEVELS == SCORED_LEVELS


def with_errors(size: np.ndarray) -> SensorSeries:
    """Targets around 30, with gaps, whose logarithms deviate so much from it, step by step."""
    series = small_series(len(size), missing=0.1)
    drawn = np.random.default_rng(0).normal(size=(len(size), 3))
    gaps = np.where(np.isnan(target_of(series)), np.nan, 0)
    return with_targets(series, 30 * np.exp(size[:, None] * drawn) + gaps)


def shares_below(forecaster: Forecaster, series: SensorSeries) -> np.ndarray:
    """The share of the test part's targets below each quantile, [horizon, level]."""
    split = chronological(len(series.times))
    origins = np.arange(split.test.start, split.test.stop - max(HORIZONS))
    model = Calibrated.of(forecaster, series, split, HORIZONS)
    truth = targets_ahead(target_of(series), origins, HORIZONS)[..., None]
    below = np.where(np.isnan(truth), np.nan, truth <= model.quantiles(series, origins))
    return np.asarray(np.nanmean(below, axis=(0, 2)))


@pytest.mark.parametrize("forecaster", [Constant(30), Wide(30, apart=0.1), Wide(30, apart=20)])
def test_the_share_below_a_quantile_is_its_level(forecaster: Forecaster) -> None:
    """Whatever the forecaster thinks its quantiles are."""
    found = shares_below(forecaster, with_errors(np.full(9000, 0.2)))
    np.testing.assert_allclose(found, np.tile(LEVELS, (3, 1)), atol=0.03)


def test_errors_that_grow_are_followed(monkeypatch: pytest.MonkeyPatch) -> None:
    series = with_errors(np.where(np.arange(9000) < 6900, 0.1, 0.15))
    followed = shares_below(Constant(30), series)
    monkeypatch.setattr(module, "RATE", 0.0)
    ignored = shares_below(Constant(30), series)
    assert (np.abs(ignored[:, -1] - ignored[:, 0] - 0.9) > 0.1).all()
    assert (np.abs(followed[:, -1] - followed[:, 0] - 0.9) < 0.06).all()


def test_quantiles_that_learn_quickly_do_not_cross(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "RATE", 0.3)
    series = small_series(STEPS)
    found = Calibrated.of(Wide(30, apart=5), series, SPLIT, HORIZONS).quantiles(series, TEST)
    assert (np.diff(found) >= 0).all()


@pytest.mark.usefixtures("small_blocks")
def test_intervals_stay_near_what_validation_has_seen() -> None:
    """A sensor that breaks for days does not widen them without end."""
    series = small_series(STEPS, missing=0)
    targets = target_of(series).copy()
    targets[TEST[20] :] = 1e6
    model = Calibrated.of(Constant(30), series, SPLIT, HORIZONS)
    found = model.quantiles(with_targets(series, targets), TEST)
    score = 2 * model.scores[:, -1, -1] - model.scores[:, -1, -2]  # as far beyond as is between
    scale, center = model.scaler.scale[:, 0], model.scaler.center[:, 0]
    ours = (np.sqrt(30) - center) / scale + score[:, None] * model.spread[2]
    expected = np.square(ours * scale + center)
    np.testing.assert_allclose(found[-30, :, :, -1], expected, rtol=1e-3)


def test_medians_below_zero_are_errors_of_an_amount_like_any() -> None:
    """Those of damped persistence are, after a high value in a season of low ones."""
    rng = np.random.default_rng(0)

    @dataclass(frozen=True)
    class Swinging(Constant):
        def forecast(self, series: SensorSeries, origins: np.ndarray) -> np.ndarray:
            swing = np.where(origins % 5 == 0, -40, 40)[:, None, None]
            return super().forecast(series, origins) * 0 + swing.astype(np.float32)

    series = with_targets(small_series(STEPS), rng.gamma(2, 20, (STEPS, 3)))
    found = Calibrated.of(Swinging(0), series, SPLIT, HORIZONS).quantiles(series, TEST)
    assert found.max() < 500
    swung = TEST % 5 == 0
    assert (found[swung, ..., 0] == -40).all()
    assert (found[~swung] >= 0).all()


def test_a_target_below_zero_stays_in_its_unit() -> None:
    rng = np.random.default_rng(0)
    series = with_targets(small_series(STEPS), rng.normal(0, 5, (STEPS, 3)))
    found = calibrated("climatology", series).quantiles(series, TEST)
    truth = targets_ahead(target_of(series), TEST, HORIZONS)[:-24]
    inside = (found[:-24, ..., 0] <= truth) & (truth <= found[:-24, ..., -1])
    assert inside.mean() == pytest.approx(0.9, abs=0.05)
    assert found[..., 0].mean() == pytest.approx(-1.64 * 5, abs=2)


@pytest.mark.parametrize("forecaster", [Constant(30), Wide(30)])
def test_without_scores_intervals_are_what_is_known_without_them(forecaster: Constant) -> None:
    series = small_series(STEPS, missing=0)
    targets = target_of(series).copy()
    targets[SPLIT.train.stop :] = np.nan
    silent = with_targets(series, targets)
    found = Calibrated.of(forecaster, silent, SPLIT, HORIZONS).quantiles(silent, TEST)
    if isinstance(forecaster, Wide):
        np.testing.assert_allclose(found, forecaster.quantiles(silent, TEST), rtol=1e-5)
    else:  # around the median as targets are around their mean
        past = np.sqrt(targets[: SPLIT.train.stop])
        spread = np.quantile(past - past.mean(axis=0), [0.05, 0.95])
        expected = np.square(np.maximum(np.sqrt(30) + spread, 0))
        np.testing.assert_allclose(found[0, 0, 0, [0, -1]], expected, rtol=0.15)


def test_a_part_that_is_too_short_for_a_horizon_has_intervals() -> None:
    series, horizons = small_series(STEPS), (1, 45, 200)
    model = calibrated("climatology", series, horizons)
    found = model.quantiles(series, TEST)
    assert np.isfinite(found).all()
    assert (found[..., -1] > found[..., 0] + 20).all()
    np.testing.assert_array_equal(model.scores[1], model.scores[2])  # 15 forecasts, and none
    assert (model.scores[0] != model.scores[2]).any()
    only = Calibrated.of(Constant(30, (200,)), series, SPLIT, (200,))
    assert np.isfinite(only.quantiles(series, TEST)).all()


def test_gaps_and_a_silent_station_have_intervals() -> None:
    targets = target_of(small_series(STEPS, missing=0.7)).copy()
    targets[:, 1] = np.nan  # never heard of
    targets[SPLIT.train.stop :, 2] = np.nan  # silent since
    series = with_targets(small_series(STEPS), targets)
    found = calibrated("ridge", series).quantiles(series, np.array([0, *TEST]))
    assert np.isfinite(found).all()
    assert (found < 1000).all()


def test_a_constant_has_no_spread() -> None:
    series = with_targets(small_series(STEPS), np.full((STEPS, 3), 30))
    found = calibrated("climatology", series).quantiles(series, TEST)
    np.testing.assert_allclose(found, 30, rtol=1e-4)


def test_a_new_month_has_the_spread_of_all() -> None:
    series = small_series(STEPS)
    model = calibrated("climatology", series)  # March; training knows nothing of July
    later = replace(series, times=series.times + 120 * 24 * HOUR)
    assert np.isfinite(model.quantiles(later, TEST)).all()
    assert (model.spread > 0).all()


def test_a_split_may_begin_later() -> None:
    series = small_series(STEPS)
    late = TimeSplit("late", range(100, 420), range(430, 480), SPLIT.test)
    targets = target_of(series).copy()
    targets[:100] = 1e5
    found = [
        Calibrated.of(Constant(30), each, late, HORIZONS).quantiles(each, TEST)
        for each in (series, with_targets(series, targets))
    ]
    np.testing.assert_array_equal(*found)


def test_a_training_part_without_the_target_is_refused() -> None:
    targets = target_of(small_series(STEPS)).copy()
    targets[: SPLIT.train.stop] = np.nan
    series = with_targets(small_series(STEPS), targets)
    with pytest.raises(DataError, match="must be observed in the training part, got no"):
        Calibrated.of(Constant(30), series, SPLIT, HORIZONS)


def test_a_year_takes_seconds() -> None:
    series, split = small_series(9000, stations=12), chronological(9000, 10, 10)
    horizons = (1, 3, 6, 12, 24, 48, 72)
    model = Calibrated.of(Constant(30, horizons), series, split, horizons)
    before = time.process_time()
    count = sum(len(part) for _, part in model.in_turn(series, np.arange(1800, 9000)))
    assert count == 7200
    assert time.process_time() - before < 20
