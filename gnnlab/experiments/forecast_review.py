"""What a run's forecasts were worth over its validation part, beside those of simple rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int

from gnnlab.data import SensorSeries
from gnnlab.data.calendar import local_times
from gnnlab.evaluation.comparison import compared
from gnnlab.evaluation.metrics import scored
from gnnlab.experiments.forecast_readings import RunReadings
from gnnlab.experiments.forecast_runs import ForecastRun
from gnnlab.experiments.forecast_validation import ORIGINS
from gnnlab.training.forecasters import (
    FORECASTERS,
    CarriedPersistence,
    Forecaster,
    Tell,
    target_of,
    targets_ahead,
    untold,
)

SHOWN = (1, 3, 6, 12, 24, 48, 72)  # horizons that are looked at, and the run's last one
RULES = {
    "persistence": "persistence-carried",
    "damped-persistence": "damped-persistence",
    "climatology": "climatology",
}

Errors = Float[np.ndarray, "origin horizon station"]
Chosen = Bool[np.ndarray, "origin horizon station"]


@dataclass(frozen=True, eq=False)
class Evenings:
    """Forecasts that were issued at the last step of local days.

    Args:
        origins: steps of the series.
        medians: at all horizons from 1 on, by model.
    """

    origins: Int[np.ndarray, " day"]
    medians: Mapping[str, Float[np.ndarray, "day ahead station"]]


@dataclass(frozen=True)
class OverRule:
    """A model beside the best rule at a horizon.

    Args:
        rule: its name.
        mean: the model's mean absolute error less that of the rule.
        low: where the interval begins in which 90 % of such differences lie; ``None`` where there
            are too few origins to tell, and so of what follows.
        high: where it ends.
        p_value: of the difference.
    """

    rule: str
    mean: float
    low: float | None
    high: float | None
    p_value: float | None


@dataclass(frozen=True, eq=False)
class ForecastReview:
    """Errors of a run's medians and of simple rules, at the same targets.

    Args:
        model: its name.
        readings: that were forecast.
        horizons: steps ahead.
        origins: steps of the series: each of the validation part but the last.
        truth: the targets, NaN where none is scored.
        errors: forecast less truth, of the model and then of each rule; NaN where none is scored.
        evenings: forecasts of the same at all horizons.
    """

    model: str
    readings: RunReadings
    horizons: Sequence[int]
    origins: Int[np.ndarray, " origin"]
    truth: Errors
    errors: Mapping[str, Errors]
    evenings: Evenings

    @property
    def rules(self) -> list[str]:
        """The names of the simple rules."""
        return [name for name in self.errors if name != self.model]

    def mae(self, name: str, chosen: Chosen | None = None) -> list[float]:
        """Mean absolute errors at the horizons, NaN where nothing is scored.

        Args:
            name: of the model or a rule.
            chosen: which targets; all unless said.
        """
        return [mean(np.abs(each)) for each in self._by_horizon(name, chosen)]

    def bias(self, name: str, chosen: Chosen | None = None) -> list[float]:
        """Mean errors, as :meth:`mae`."""
        return [mean(each) for each in self._by_horizon(name, chosen)]

    def over_rules(self, place: int) -> OverRule | None:
        """The model beside the best rule at a horizon; ``None`` where none is or nothing is scored.

        The interval is that of :func:`gnnlab.evaluation.comparison.compared`.
        """
        found = {name: self.mae(name)[place] for name in self.rules}
        if not found or np.isnan([*found.values()]).all():
            return None
        best = min(found, key=lambda name: found[name])
        ours, theirs = (self.errors[name][:, place] for name in (self.model, best))
        mean, *bounds = compared(ours, theirs, self.horizons[place], self.readings.series.step)
        return None if mean is None else OverRule(best, mean, *bounds)

    def _by_horizon(self, name: str, chosen: Chosen | None) -> list[np.ndarray]:
        errors = self.errors[name]
        if chosen is not None:
            errors = np.where(chosen, errors, np.nan)
        return [*np.moveaxis(errors, 1, 0)]


def mean(values: Float[np.ndarray, "*shape"]) -> float:
    """Of what is not NaN; NaN where nothing is.

    >>> mean(np.array([1.0, np.nan, 2.0])), mean(np.array([np.nan]))
    (1.5, nan)
    """
    count = np.count_nonzero(~np.isnan(values))
    return float(np.nansum(values, dtype=np.float64) / count) if count else float("nan")


def review(run: ForecastRun, readings: RunReadings, tell: Tell = untold) -> ForecastReview:
    """Make all forecasts of the validation part anew.

    A target is scored where it was observed and the model and every rule have a forecast. Rules are
    fitted on the training part; where that is not at hand there is only persistence.

    Args:
        run: what forecasts.
        readings: of its fit.
        tell: is told how far the work is.
    """
    series, judged = readings.series, readings.judged
    horizons = looked_at(run.horizon)
    places = np.array(horizons) - 1
    models = {run.model: run.forecaster} | _rules(run, readings)
    issued = np.arange(judged.start, judged.stop - 1)
    evening = np.isin(issued, evenings(series, issued))
    parts: dict[str, list[np.ndarray]] = {name: [] for name in models}
    medians: dict[str, list[np.ndarray]] = {name: [] for name in models}
    truth = targets_ahead(target_of(series), issued, horizons)
    blocks = np.array_split(np.arange(len(issued)), -(-len(issued) // ORIGINS))
    for number, block in enumerate(blocks):
        for name, model in models.items():
            found = model.forecast(series, issued[block]).astype(np.float32, copy=False)
            parts[name].append(found[:, places] - truth[block])
            medians[name].append(found[evening[block]])
        tell((number + 1) / len(blocks))
    errors = {name: np.concatenate(some) for name, some in parts.items()}
    rows = scored(~np.isnan(truth), *errors.values())
    return ForecastReview(
        run.model,
        readings,
        horizons,
        issued,
        np.where(rows, truth, np.nan),
        {name: np.where(rows, some, np.nan) for name, some in errors.items()},
        Evenings(issued[evening], {name: np.concatenate(each) for name, each in medians.items()}),
    )


def looked_at(horizon: int) -> list[int]:
    """Some horizons up to one, and that.

    >>> looked_at(30)
    [1, 3, 6, 12, 24, 30]
    """
    return [*(each for each in SHOWN if each < horizon), horizon]


def evenings(series: SensorSeries, steps: Int[np.ndarray, " step"]) -> Int[np.ndarray, " day"]:
    """Those of some steps after which a new local day begins."""
    now = series.times[steps]
    today, next_day = (
        local_times(each, series.time_zone).astype("datetime64[D]")
        for each in (now, now + series.step)
    )
    return steps[today != next_day]


def _rules(run: ForecastRun, readings: RunReadings) -> dict[str, Forecaster]:
    """Fitted simple rules, by name, without the run's own model."""
    series, horizons = readings.series, range(1, run.horizon + 1)
    if not readings.train:
        median = float(np.nanmedian(target_of(series)))
        found: dict[str, Forecaster] = {"persistence": CarriedPersistence(horizons, median)}
    else:
        found = {
            name: FORECASTERS[fit](series, readings.halves, horizons) for name, fit in RULES.items()
        }
    return {name: rule for name, rule in found.items() if name != run.model}
