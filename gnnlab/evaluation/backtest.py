"""Forecasts issued all through a test part, scored where the targets were observed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

import numpy as np

from gnnlab.data import SensorSeries, TimeSplit
from gnnlab.errors import DataError
from gnnlab.evaluation.metrics import ErrorSums, scored, summary
from gnnlab.training.forecasters import (
    Climatology,
    DampedPersistence,
    Fit,
    Forecaster,
    Tell,
    target_of,
    targets_ahead,
)

ORIGINS = 512  # that forecasts are asked for at a time
REFERENCES: Sequence[Fit] = (DampedPersistence.fit, Climatology.fit)  # skill is over the better

OnProgress = Callable[[str, int, float], None]  # model, seed, share of its work that is done


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
        crps: ``None``: there are no quantiles yet.
        coverage90: the same.
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


@dataclass
class _Sums:
    """Of one model and seed at one horizon: its own errors, and the references' at its targets."""

    own: ErrorSums = field(default_factory=ErrorSums)
    references: Sequence[ErrorSums] = field(
        default_factory=lambda: tuple(ErrorSums() for _ in REFERENCES)
    )


def backtest(
    series: SensorSeries,
    models: Mapping[str, Fit],
    horizons: Sequence[int],
    splits: Sequence[TimeSplit],
    seeds: Sequence[int] = (0,),
    on_progress: OnProgress = lambda *_: None,
) -> list[Score]:
    """One row a model and horizon, models in their order.

    A forecast is issued at each step of the test part, and for each horizon scored at each station
    where the target was observed and lies in the test part, too. Sums go over all of them, and over
    all splits. Where a model says nothing (NaN) it is not scored, and ``n`` is smaller.

    Args:
        series: of all steps.
        models: what fits them, by name; each is fitted once a split and seed.
        horizons: steps ahead.
        splits: one, or rolling origins.
        seeds: that models are fitted with.
        on_progress: is told how far each model is.

    Raises:
        ValueError: no horizon, one below 1, or no seed.
        DataError: a test part without an observed target that far ahead, or a training part with
            nothing to learn from.
    """
    _check(series, horizons, splits, seeds)
    references = [[fit(series, split, horizons) for fit in REFERENCES] for split in splits]
    scores = []
    for name, fit in models.items():
        by_seed = []
        for seed in seeds:
            sums = [_Sums() for _ in horizons]
            for number, split in enumerate(splits):
                tell = _told(partial(on_progress, name, seed), number, len(splits))
                model = fit(series, split, horizons, seed, tell)
                _add(sums, series, split, horizons, [model, *references[number]])
            on_progress(name, seed, 1.0)
            by_seed.append(sums)
        for place, horizon in enumerate(horizons):
            scores.append(_score(name, horizon, [sums[place] for sums in by_seed]))
    return scores


def _told(tell: Tell, number: int, parts: int) -> Tell:
    """What tells of a part of the work how much of the whole is done."""
    return lambda share: tell((number + share) / parts)


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
    forecasters: Sequence[Forecaster],
) -> None:
    """Score a model, and the references that follow it, through a test part."""
    known = series.between(0, split.test.stop)
    origins = np.arange(split.test.start, split.test.stop - min(horizons))
    for some in np.array_split(origins, -(-len(origins) // ORIGINS)):
        truth = targets_ahead(target_of(known), some, horizons)
        forecasts = [each.forecast(known, some) for each in forecasters]
        rows = scored(~np.isnan(truth), *forecasts)
        for place, of_horizon in enumerate(sums):
            for each, forecast in zip(
                (of_horizon.own, *of_horizon.references), forecasts, strict=True
            ):
                each.add(forecast[:, place], truth[:, place], rows[:, place])


def _score(name: str, horizon: int, by_seed: Sequence[_Sums]) -> Score:
    n = by_seed[0].own.count
    if not n:
        return Score(name, horizon, None, None, None, 0, None)
    mae = summary([sums.own.mae for sums in by_seed])
    rmse = summary([sums.own.rmse for sums in by_seed])
    reference = min(each.mae for each in by_seed[0].references)
    skill = 1 - mae.mean / reference if reference else None
    return Score(name, horizon, mae.mean, rmse.mean, skill, n, mae.std)
