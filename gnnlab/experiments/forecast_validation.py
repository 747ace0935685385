"""How good a fitted forecaster is on the validation part."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from gnnlab.data import SensorSeries, TimeSplit
from gnnlab.evaluation.forecast_sums import ForecastSums, add_all
from gnnlab.evaluation.metrics import ErrorSums, scored
from gnnlab.training.forecasters import Calibrated, Forecaster, target_of, targets_ahead

ORIGINS = 512  # that forecasts are asked for at a time


def validation_scores(
    series: SensorSeries, split: TimeSplit, model: str, forecaster: Forecaster, horizon: int
) -> dict[str, Any]:
    """Errors over the validation part, and what intervals hold in its second half.

    Intervals are calibrated on the first half, so that nothing that they are scored on is known to
    them. Where a half is too short for a horizon, there is no score of its interval.

    Args:
        series: of all steps, with a target in the validation part that far ahead.
        split: its parts.
        model: the forecaster's name.
        forecaster: fitted on the training part, at horizons 1 to ``horizon``.
        horizon: the last.
    """
    part, local = split.validation, series.local_times
    middle = part.start + len(part) // 2
    intervals = _intervals(series, split, forecaster, horizon, middle)
    errors = validation_errors(series, part, forecaster, range(1, horizon + 1))
    return {
        "part": "validation",
        "steps": len(part),
        "start": str(local[part.start]),
        "end": str(local[part.stop - 1]),
        "intervals_scored_from": str(local[middle]),
        "scores": [
            {"model": model, "horizon": ahead + 1, **_errors_of(sums), **interval}
            for ahead, (sums, interval) in enumerate(zip(errors, intervals, strict=True))
        ],
    }


def validation_errors(
    series: SensorSeries, part: range, forecaster: Forecaster, horizons: Sequence[int]
) -> list[ErrorSums]:
    """Of each horizon, over all origins of a part, of targets in it.

    Args:
        series: of all steps.
        part: of them.
        forecaster: fitted.
        horizons: at which it was fitted.
    """
    known = series.between(0, part.stop)
    sums = [ErrorSums() for _ in horizons]
    issued = np.arange(part.start, part.stop - 1)
    for origins in np.array_split(issued, -(-len(issued) // ORIGINS)):
        truth = targets_ahead(target_of(known), origins, horizons)
        found = forecaster.forecast(known, origins)
        rows = scored(~np.isnan(truth), found)
        for place, each in enumerate(sums):
            each.add(found[:, place], truth[:, place], rows[:, place])
    return sums


def _errors_of(sums: ErrorSums) -> dict[str, Any]:
    if not sums.count:
        return {"mae": None, "rmse": None, "n": 0}
    return {"mae": sums.mae, "rmse": sums.rmse, "n": sums.count}


def _intervals(
    series: SensorSeries, split: TimeSplit, forecaster: Forecaster, horizon: int, middle: int
) -> list[dict[str, Any]]:
    """One for each horizon, of the half that begins in the middle."""
    part, horizons = split.validation, range(1, horizon + 1)
    halves = TimeSplit("halves", split.train, range(part.start, middle), range(middle, part.stop))
    sums = [ForecastSums([*map(str, series.stations.index)]) for _ in horizons]
    if middle < part.stop - 1:
        model = Calibrated.of(forecaster, series, halves, horizons)
        known = series.between(0, part.stop)
        for origins, quantiles in model.in_turn(known, np.arange(middle, part.stop - 1)):
            truth = targets_ahead(target_of(known), origins, horizons)
            rows = scored(~np.isnan(truth), quantiles[..., 0])
            add_all(sums, horizons, known, origins, quantiles, truth, rows)
    return [
        {
            "crps": each.quantiles.crps if each.errors.count else None,
            "coverage90": each.interval.coverage if each.errors.count else None,
            "interval_score90": each.interval.score if each.errors.count else None,
            "width90": each.interval.width if each.errors.count else None,
        }
        for each in sums
    ]
