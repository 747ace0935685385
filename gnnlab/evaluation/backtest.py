"""Forecasts issued all through a test part, scored where the targets were observed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from statistics import fmean

import numpy as np

from gnnlab.data import SensorSeries, TimeSplit
from gnnlab.errors import DataError
from gnnlab.evaluation.comparison import compared, side_by_side
from gnnlab.evaluation.forecast_sums import ForecastSums, add_all
from gnnlab.evaluation.metrics import ErrorSums, scored, summary
from gnnlab.evaluation.significance import Errors
from gnnlab.training.forecasters import (
    MEDIAN,
    Calibrated,
    Climatology,
    DampedPersistence,
    Fit,
    Forecaster,
    target_of,
    targets_ahead,
    told,
)

REFERENCES: Sequence[Fit] = (DampedPersistence.fit, Climatology.fit)  # skill is over the better

OnProgress = Callable[[str, int, float], None]  # model, seed, share of its work that is done
OnFitted = Callable[[str, SensorSeries, TimeSplit, Calibrated], None]  # model, what it is shown


@dataclass(frozen=True)
class Score:
    """How good one model is at one horizon.

    Args:
        model: its name.
        horizon: steps ahead.
        mae: the mean absolute error, the mean over seeds; ``None`` where nothing was scored.
        rmse: the same of the root of the mean squared error.
        skill: 1 - mae / that of the better of damped persistence and climatology, on the same
            targets; ``None`` where that is 0.
        n: scored pairs of an origin and a station.
        mae_std: over seeds, ddof 1; ``None`` for one seed.
        crps: of the 19 quantiles, the mean over seeds; so of what follows.
        coverage90: the share of targets in the interval from the first to the last quantile.
        interval_score90: of that interval.
        width90: its mean width.
        coverage90_by_station: the same share of each station that has a target.
        coverage90_by_season: of each season: DJF, MAM, JJA, SON, on the local clock.
        difference: mae less that of the model it is compared to, where both are scored; ``None``
            where nothing is compared.
        difference_low: where the interval begins in which 90 % of such differences lie; see
            :func:`gnnlab.evaluation.comparison.compared`.
        difference_high: where it ends.
        difference_p: the p-value of the difference; see there, too.
    """

    model: str
    horizon: int
    mae: float | None
    rmse: float | None
    skill: float | None
    n: int
    mae_std: float | None
    crps: float | None = None
    coverage90: float | None = None
    interval_score90: float | None = None
    width90: float | None = None
    coverage90_by_station: Mapping[str, float] = field(default_factory=dict)
    coverage90_by_season: Mapping[str, float] = field(default_factory=dict)
    difference: float | None = None
    difference_low: float | None = None
    difference_high: float | None = None
    difference_p: float | None = None


@dataclass
class _Sums:
    """Of one model and seed at one horizon: its own scores, and the references' at its targets.

    Args:
        own: of the model.
        references: of each.
        errors: of the model's medians, one part after the other, if they are kept.
    """

    own: ForecastSums
    references: Sequence[ErrorSums] = field(
        default_factory=lambda: tuple(ErrorSums() for _ in REFERENCES)
    )
    errors: list[Errors] = field(default_factory=list)


def backtest(
    series: SensorSeries,
    models: Mapping[str, Fit],
    horizons: Sequence[int],
    splits: Sequence[TimeSplit],
    seeds: Sequence[int] = (0,),
    on_progress: OnProgress = lambda *_: None,
    *,
    against: str | None = None,
    shown: Mapping[str, SensorSeries] | None = None,
    on_fitted: OnFitted = lambda *_: None,
) -> list[Score]:
    """One row a model and horizon, models in their order.

    A forecast is issued at each step of the test part, and for each horizon scored at each station
    where the target was observed and lies in the test part, too. Sums go over all of them, and over
    all splits. Where a model says nothing (NaN) it is not scored, and ``n`` is smaller. The
    quantiles of every model are those of :class:`gnnlab.training.forecasters.Calibrated`.

    Args:
        series: of all steps.
        models: what fits them, by name; each is fitted once a split and seed.
        horizons: steps ahead.
        splits: one, or rolling origins.
        seeds: that models are fitted with.
        on_progress: is told how far each model is.
        against: the model that all are compared to, which is fitted first.
        shown: what models are shown instead of the series, by their names: the same readings, with
            other forecasts of others or other variables known ahead.
        on_fitted: is given each model once it is fitted.

    Raises:
        ValueError: no horizon, one below 1, no seed, or a comparison to none of the models.
        DataError: a test part without an observed target that far ahead, or a training part with
            nothing to learn from.
    """
    _check(series, horizons, splits, seeds)
    if against is not None and against not in models:
        raise ValueError(f"models must be compared to one of {', '.join(models)}, got {against!r}")
    references = [[fit(series, split, horizons) for fit in REFERENCES] for split in splits]
    scores: dict[str, list[Score]] = {}
    yardstick: Sequence[Sequence[_Sums]] = ()
    for name in sorted(models, key=lambda name: name != against):
        seen, by_seed = (shown or {}).get(name, series), []
        for seed in seeds:
            sums = [_Sums(ForecastSums([*map(str, series.stations.index)])) for _ in horizons]
            for number, split in enumerate(splits):
                tell = told(partial(on_progress, name, seed), number, len(splits))
                fitted = models[name](seen, split, horizons, seed, tell)
                model = Calibrated.of(fitted, seen, split, horizons)
                on_fitted(name, seen, split, model)
                _add(sums, seen, split, horizons, model, references[number], bool(against))
            on_progress(name, seed, 1.0)
            by_seed.append(sums)
        by_horizon = [*zip(*by_seed, strict=True)]
        rows = [_score(name, *each) for each in zip(horizons, by_horizon, strict=True)]
        if against:
            yardstick = yardstick or by_horizon
            rows = [
                _compared(*each, series.step)
                for each in zip(rows, by_horizon, yardstick, strict=True)
            ]
        scores[name] = rows
    return [row for name in models for row in scores[name]]


def _check(
    series: SensorSeries,
    horizons: Sequence[int],
    splits: Sequence[TimeSplit],
    seeds: Sequence[int],
) -> None:
    if not horizons or min(horizons) < 1:
        raise ValueError(f"horizons must be 1 step or more, got {[*horizons]}")
    if not seeds:
        raise ValueError("there must be at least 1 seed, got none")
    for split in splits:
        if max(horizons) >= len(split.test):
            raise DataError(
                f"a horizon must be shorter than the test part of {len(split.test)} steps, got "
                f"{max(horizons)}"
            )
        ahead = target_of(series)[split.test.start + max(horizons) : split.test.stop]
        if np.isnan(ahead).all():
            raise DataError(
                f"{series.names('target')[0]} must be observed in the test part, {max(horizons)} "
                f"steps after its first, got no value in {len(ahead)} steps"
            )


def _add(
    sums: Sequence[_Sums],
    series: SensorSeries,
    split: TimeSplit,
    horizons: Sequence[int],
    model: Calibrated,
    references: Sequence[Forecaster],
    keep_errors: bool,
) -> None:
    """Score a model through a test part, and the references where it is scored."""
    known = series.between(0, split.test.stop)
    issued = np.arange(split.test.start, split.test.stop - min(horizons))
    for origins, quantiles in model.in_turn(known, issued):
        truth = targets_ahead(target_of(known), origins, horizons)
        forecasts = [each.forecast(known, origins) for each in references]
        rows = scored(~np.isnan(truth), quantiles[..., MEDIAN], *forecasts)
        own = [each.own for each in sums]
        add_all(own, horizons, known, origins, quantiles, truth, rows)
        for place, of_horizon in enumerate(sums):
            for each, forecast in zip(of_horizon.references, forecasts, strict=True):
                each.add(forecast[:, place], truth[:, place], rows[:, place])
            if keep_errors:
                errors = quantiles[:, place, :, MEDIAN] - truth[:, place]
                kept = np.where(rows[:, place], errors, np.nan)
                of_horizon.errors.append(kept.astype(np.float32))


def _score(name: str, horizon: int, by_seed: Sequence[_Sums]) -> Score:
    own = [sums.own for sums in by_seed]
    n = own[0].errors.count
    if not n:
        return Score(name, horizon, None, None, None, 0, None)
    mae = summary([each.errors.mae for each in own])
    reference = min(each.mae for each in by_seed[0].references)
    return Score(
        name,
        horizon,
        mae=mae.mean,
        rmse=fmean(each.errors.rmse for each in own),
        skill=1 - mae.mean / reference if reference else None,
        n=n,
        mae_std=mae.std,
        crps=fmean(each.quantiles.crps for each in own),
        coverage90=fmean(each.interval.coverage for each in own),
        interval_score90=fmean(each.interval.score for each in own),
        width90=fmean(each.interval.width for each in own),
        coverage90_by_station=_means([each.coverage_by_station for each in own]),
        coverage90_by_season=_means([each.coverage_by_season for each in own]),
    )


def _compared(
    row: Score, own: Sequence[_Sums], other: Sequence[_Sums], step: np.timedelta64
) -> Score:
    """The row with its difference; sums are of each seed."""
    ours, theirs = (side_by_side([sums.errors for sums in each]) for each in (own, other))
    difference, low, high, p_value = compared(ours, theirs, row.horizon, step)
    return replace(
        row,
        difference=difference,
        difference_low=low,
        difference_high=high,
        difference_p=p_value,
    )


def _means(by_seed: Sequence[Mapping[str, float]]) -> Mapping[str, float]:
    """The mean over seeds of each name's value; all have the same names."""
    return {name: fmean(each[name] for each in by_seed) for name in by_seed[0]}
