from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pytest
from small_series import small_series

from gnnlab.data import SensorSeries, TimeSplit, chronological, rolling_origins
from gnnlab.errors import DataError
from gnnlab.evaluation import comparison
from gnnlab.evaluation.backtest import Score, backtest
from gnnlab.evaluation.metrics import LEVELS
from gnnlab.evaluation.significance import difference_interval
from gnnlab.training.forecasters import (
    FORECASTERS,
    Calibrated,
    Climatology,
    DampedPersistence,
    Persistence,
    conformal,
)

STEPS = 300
SERIES = small_series(STEPS)
SPLIT = chronological(STEPS)


@dataclass(frozen=True)
class Constant:
    """Forecasts one number, which is its seed times 10."""

    horizons: Sequence[int]
    value: float

    @classmethod
    def fit(
        cls,
        series: SensorSeries,
        split: TimeSplit,
        horizons: Sequence[int],
        seed: int = 0,
        tell: object = None,
    ) -> "Constant":
        return cls(horizons, 10 * seed)

    def forecast(self, series: SensorSeries, origins: np.ndarray) -> np.ndarray:
        shape = (len(origins), len(self.horizons), len(series.stations))
        return np.full(shape, self.value, np.float32)


def plain_errors(fit: object, horizon: int, split: TimeSplit) -> dict[tuple[int, int], float]:
    """The absolute error of each forecast that has one, by target and station, in loops."""
    model = fit(SERIES, split, (horizon,))  # type: ignore[operator]
    errors = {}
    for origin in split.test:
        if origin + horizon >= split.test.stop:
            continue
        said = model.forecast(SERIES, np.array([origin]))[0, 0]
        for station, forecast in enumerate(said):
            truth = SERIES.of("PM2.5")[origin + horizon, station]
            if not np.isnan(truth) and not np.isnan(forecast):
                errors[origin, station] = float(truth) - float(forecast)
    return errors


@pytest.mark.parametrize("name", ["persistence", "climatology", "damped-persistence"])
def test_scores_are_those_of_all_forecasts_one_by_one(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(conformal, "CELLS", 1)
    fit, horizons = FORECASTERS[name], (1, 5, 24)
    for row, horizon in zip(
        backtest(SERIES, {name: fit}, horizons, [SPLIT]), horizons, strict=True
    ):
        own = plain_errors(fit, horizon, SPLIT)
        references = [
            plain_errors(each, horizon, SPLIT) for each in (DampedPersistence.fit, Climatology.fit)
        ]
        reference = min(
            np.mean([abs(errors[key]) for key in own]) for errors in references
        )  # at the targets that both have
        mae = np.mean(np.abs(list(own.values())))
        assert (row.model, row.horizon, row.n) == (name, horizon, len(own))
        assert row.mae == pytest.approx(mae, rel=1e-5)
        assert row.rmse == pytest.approx(np.sqrt(np.mean(np.square(list(own.values())))), rel=1e-5)
        assert row.skill == pytest.approx(1 - mae / reference, abs=1e-5)
        assert row.mae_std is None


def test_quantiles_are_scored_one_by_one() -> None:
    """CRPS, coverage, width and interval score by their formulas, in loops, by whom and when."""
    horizon, split = 5, TimeSplit("spring", range(20), range(20, 30), range(30, 80))
    fit = FORECASTERS["damped-persistence"]
    (row,) = backtest(SERIES, {"damped": fit}, (horizon,), [split])
    model = Calibrated.of(fit(SERIES, split, (horizon,)), SERIES, split, (horizon,))
    losses, inside, widths, penalties = [], {}, [], []
    for origin in range(30, 80 - horizon):
        said = model.quantiles(SERIES, np.array([origin]))[0, 0].astype(float)
        for station, quantiles in enumerate(said):
            truth = float(SERIES.of("PM2.5")[origin + horizon, station])
            if np.isnan(truth):
                continue
            for level, quantile in zip(LEVELS, quantiles, strict=True):
                losses.append((level - (truth < quantile)) * (truth - quantile))
            month = SERIES.local_times[origin + horizon].astype(object).month
            season = "DJF" if month == 2 else "MAM"
            inside[f"s{station}", season, origin] = quantiles[0] <= truth <= quantiles[-1]
            widths.append(quantiles[-1] - quantiles[0])
            penalties.append(max(quantiles[0] - truth, truth - quantiles[-1], 0))
    assert row.crps == pytest.approx(2 * np.mean(losses), rel=1e-5)
    assert row.coverage90 == pytest.approx(np.mean(list(inside.values())))
    assert row.width90 == pytest.approx(np.mean(widths), rel=1e-5)
    score = np.mean(widths) + 20 * np.mean(penalties)
    assert row.interval_score90 == pytest.approx(score, rel=1e-5)
    for found, axis in ((row.coverage90_by_station, 0), (row.coverage90_by_season, 1)):
        names = {key[axis] for key in inside}
        assert len(names) > 1
        assert found == pytest.approx(
            {name: np.mean([held for key, held in inside.items() if key[axis] == name])
             for name in names}
        )  # fmt: skip


def test_over_seeds_scores_of_quantiles_are_means() -> None:
    single = [backtest(SERIES, {"c": Constant.fit}, (1,), [SPLIT], [seed])[0] for seed in (2, 5)]
    (row,) = backtest(SERIES, {"c": Constant.fit}, (1,), [SPLIT], (2, 5))
    for name in ("crps", "coverage90", "interval_score90", "width90"):
        assert getattr(row, name) == pytest.approx(
            np.mean([getattr(each, name) for each in single])
        )
    for station, share in row.coverage90_by_station.items():
        assert share == pytest.approx(
            np.mean([each.coverage90_by_station[station] for each in single])
        )


def test_intervals_in_beijing_hold_what_they_promise(beijing: SensorSeries) -> None:
    split = chronological(len(beijing.times))
    rows = backtest(beijing, {"ridge": FORECASTERS["ridge"]}, (1, 3, 6, 12, 24, 48, 72), [split])
    for row in rows:
        assert 0.87 <= (row.coverage90 or 0) <= 0.93, row
        assert np.isfinite(row.width90 or np.inf)
        by_season = dict(row.coverage90_by_season)
        assert 0.85 <= by_season.pop("MAM") <= 0.97, row  # 20 days of May
        for shares in (row.coverage90_by_station, by_season):
            assert all(0.85 <= share <= 0.95 for share in shares.values()), row


def test_persistence_in_beijing_is_what_it_is_known_to_be(beijing: SensorSeries) -> None:
    horizons = (1, 3, 6, 12, 24, 48, 72)
    split = chronological(len(beijing.times))
    rows = backtest(
        beijing,
        {"persistence": Persistence.fit, "climatology": Climatology.fit},
        horizons,
        [split],
    )
    persistence = rows[: len(horizons)]
    assert [round(row.mae or 0, 2) for row in persistence] == [
        10.10, 21.20, 32.09, 44.22, 57.59, 73.05, 75.53
    ]  # fmt: skip
    assert [round(row.rmse or 0, 2) for row in persistence] == [
        19.58, 38.86, 55.64, 73.08, 88.16, 104.36, 108.45
    ]  # fmt: skip
    assert all(55 < (row.mae or 0) < 57 for row in rows[len(horizons) :])
    assert [(row.skill or 0) > 0 for row in persistence] == [True] * 3 + [False] * 4


def test_scores_do_not_depend_on_the_other_horizons() -> None:
    models = {"persistence": Persistence.fit, "climatology": Climatology.fit}
    alone = backtest(SERIES, models, (5,), [SPLIT])
    among = backtest(SERIES, models, (24, 5, 1), [SPLIT])
    assert alone == [row for row in among if row.horizon == 5]


def test_readings_after_the_test_part_count_for_nothing() -> None:
    values = SERIES.values.copy()
    split = TimeSplit("early", range(150), range(150, 180), range(180, 240))
    values[240:] = 1e6
    models = {"persistence": Persistence.fit, "ridge": FORECASTERS["ridge"]}
    first, second = (
        backtest(each, models, (1, 24), [split])
        for each in (SERIES, replace(SERIES, values=values))
    )
    assert first == second


def test_over_seeds_are_the_mean_and_the_deviation() -> None:
    single = [backtest(SERIES, {"c": Constant.fit}, (1,), [SPLIT], [seed])[0] for seed in (0, 5, 9)]
    (row,) = backtest(SERIES, {"c": Constant.fit}, (1,), [SPLIT], (0, 5, 9))
    maes = [each.mae for each in single]
    assert row.mae == pytest.approx(np.mean(maes))
    assert row.mae_std == pytest.approx(np.std(maes, ddof=1))
    assert row.rmse == pytest.approx(np.mean([each.rmse for each in single]))
    assert row.skill == pytest.approx(np.mean([each.skill for each in single]))
    assert row.n == single[0].n


def test_sums_go_over_all_folds() -> None:
    splits = rolling_origins(STEPS, 2, 6, part_steps=50)
    (row,) = backtest(SERIES, {"persistence": Persistence.fit}, (6,), splits)
    errors = [
        abs(error) for split in splits for error in plain_errors(Persistence.fit, 6, split).values()
    ]
    assert row.n == len(errors)
    assert row.mae == pytest.approx(np.mean(errors), rel=1e-5)


def test_a_difference_is_that_of_errors_where_both_models_have_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Persistence has gaps, climatology none; a week has 14 steps of half a day."""
    monkeypatch.setattr(comparison, "LEAST_BLOCKS", 2)
    slow = replace(SERIES, times=SERIES.times[0] + np.arange(STEPS) * 12 * SERIES.step)
    fits = {"persistence": Persistence.fit, "climatology": Climatology.fit}
    for horizon, block in ((5, 14), (18, 18)):
        errors = np.full((2, 60 - horizon, 3), np.nan, np.float32)
        for into, fit in zip(errors, fits.values(), strict=True):
            model = fit(slow, SPLIT, (horizon,))
            for number, origin in enumerate(range(240, STEPS - horizon)):
                forecast = model.forecast(slow, np.array([origin]))[0, 0]
                into[number] = forecast - slow.of("PM2.5")[origin + horizon]
        there = ~np.isnan(errors)
        assert there.all(axis=0).sum() < there[1].sum()
        expected = difference_interval(*errors, block=block)
        row, other = backtest(slow, fits, (horizon,), [SPLIT], against="climatology")
        assert (row.difference, row.difference_low, row.difference_high) == pytest.approx(
            (expected.mean, expected.low, expected.high), rel=1e-5
        )
        assert row.difference_p == pytest.approx(expected.p_value, abs=0.002)
        assert (other.difference, other.difference_low, other.difference_high) == (0, 0, 0)
        assert other.difference_p == 1


def test_a_comparison_changes_no_score_and_no_order() -> None:
    models = {name: FORECASTERS[name] for name in ("persistence", "ridge", "climatology")}
    plain = backtest(SERIES, models, (1, 6), [SPLIT], (0, 1))
    found = backtest(SERIES, models, (1, 6), [SPLIT], (0, 1), against="ridge")
    none = dict.fromkeys(("difference", "difference_low", "difference_high", "difference_p"))
    assert [replace(row, **none) for row in found] == plain
    assert all(row.difference is None for row in plain)
    assert all(row.difference is not None for row in found)


def test_errors_of_seeds_and_folds_are_compared_together() -> None:
    splits = rolling_origins(STEPS, 2, 6, part_steps=50)
    models = {"c": Constant.fit, "persistence": Persistence.fit}
    rows = backtest(SERIES, models, (6,), splits, (1, 4), against="persistence")
    apart = []
    for split in splits:
        theirs = plain_errors(Persistence.fit, 6, split)
        for seed in (1, 4):
            apart += [
                abs(10 * seed - float(SERIES.of("PM2.5")[origin + 6, station])) - abs(error)
                for (origin, station), error in theirs.items()
            ]
    assert rows[0].difference == pytest.approx(np.mean(apart), rel=1e-5)


def test_a_model_is_fitted_to_what_it_is_shown_and_forecasts_from_that() -> None:
    issued = small_series(STEPS, runs=True)
    seen = []

    class Recording(Constant):
        def forecast(self, series: SensorSeries, origins: np.ndarray) -> np.ndarray:
            seen.append(len(series.forecasts))
            return super().forecast(series, origins)

    def fit(series: SensorSeries, *given: object) -> Recording:
        seen.append(len(series.forecasts))
        return Recording((1,), 40)

    for shown, forecasts in ((None, 1), ({"c": replace(issued, forecasts=())}, 0)):
        seen.clear()
        backtest(issued, {"c": fit}, (1,), [SPLIT], shown=shown)
        assert len(seen) > 2
        assert set(seen) == {forecasts}


def test_models_are_compared_to_one_of_them() -> None:
    message = "models must be compared to one of persistence, got 'ridge'"
    with pytest.raises(ValueError, match=message):
        backtest(SERIES, {"persistence": Persistence.fit}, (1,), [SPLIT], against="ridge")


def test_what_has_no_forecast_has_no_score() -> None:
    values = SERIES.values.copy()
    values[::2, :, 0] = np.nan  # an odd horizon goes from nothing to something
    series = replace(SERIES, values=values)
    assert backtest(series, {"persistence": Persistence.fit}, (1,), [SPLIT]) == [
        Score("persistence", 1, None, None, None, 0, None)
    ]


def test_a_perfect_reference_leaves_no_skill_to_measure() -> None:
    values = SERIES.values.copy()
    values[..., 0] = 30
    rows = backtest(replace(SERIES, values=values), {"c": Constant.fit}, (1,), [SPLIT], [3])
    assert (rows[0].mae, rows[0].skill) == (0, None)


def test_progress_is_told() -> None:
    told: list[tuple[str, int, float]] = []
    splits = rolling_origins(STEPS, 2, 6, part_steps=50)
    models = {name: FORECASTERS[name] for name in ("climatology", "gbdt")}
    backtest(SERIES, models, (1, 6), splits, (0, 1), lambda *each: told.append(each))
    assert told[-1] == ("gbdt", 1, 1.0)
    ours = [share for name, seed, share in told if (name, seed) == ("gbdt", 0)]
    assert ours == [0, 0.25, 0.5, 0.75, 1]
    assert ("climatology", 1, 1.0) in told


def test_no_horizon_and_no_seed_are_refused() -> None:
    models = {"persistence": Persistence.fit}
    for horizons in ((), (0, 1)):
        with pytest.raises(ValueError, match="horizons must be 1 step or more, got"):
            backtest(SERIES, models, horizons, [SPLIT])
    with pytest.raises(ValueError, match="at least 1 seed, got none"):
        backtest(SERIES, models, (1,), [SPLIT], ())


def test_a_horizon_as_long_as_the_test_part_is_refused() -> None:
    models = {"persistence": Persistence.fit}
    with pytest.raises(DataError, match="shorter than the test part of 60 steps, got 60"):
        backtest(SERIES, models, (1, 60), [SPLIT])
    assert backtest(SERIES, models, (59,), [SPLIT])[0].n <= 3


def test_a_test_part_without_targets_is_refused() -> None:
    values = SERIES.values.copy()
    values[250:, :, 0] = np.nan
    message = "PM2.5 must be observed in the test part, 20 steps after its first, got no value in"
    with pytest.raises(DataError, match=message):
        backtest(replace(SERIES, values=values), {"c": Constant.fit}, (1, 20), [SPLIT])
