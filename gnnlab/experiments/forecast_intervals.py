"""What a run's quantiles held over its validation part."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int

from gnnlab.errors import RunError
from gnnlab.experiments.forecast_readings import RunReadings
from gnnlab.experiments.forecast_review import evenings, looked_at
from gnnlab.experiments.forecast_runs import ForecastRun
from gnnlab.training.forecasters import (
    LEVELS,
    Calibrated,
    Tell,
    target_of,
    targets_ahead,
    untold,
)

FAN = (0.05, 0.25, 0.5, 0.75, 0.95)  # levels that are kept of what is issued in the evening

MONDAY, WEEK = np.datetime64("1970-01-05"), np.timedelta64(7, "D")


@dataclass(frozen=True, eq=False)
class IntervalReview:
    """Targets among quantiles, over steps that these were not calibrated on if that can be.

    Args:
        readings: that were forecast.
        horizons: steps ahead.
        origins: steps of the series, in a row.
        below: how many of the levels lie below each target; -1 where none is scored.
        held: whether the 90 % interval holds it.
        evenings: steps of the series, the last of local days.
        fans: quantiles at `FAN` and all horizons from 1 on, issued then.
        flattered: whether they were calibrated on the same steps.
    """

    readings: RunReadings
    horizons: Sequence[int]
    origins: Int[np.ndarray, " origin"]
    below: Int[np.ndarray, "origin horizon station"]
    held: Bool[np.ndarray, "origin horizon station"]
    evenings: Int[np.ndarray, " day"]
    fans: Float[np.ndarray, "day ahead station 5"]
    flattered: bool

    @property
    def coverage(self) -> list[float]:
        """The share of targets in 90 % intervals at the horizons, NaN where none is scored."""
        return [_share(held, seen) for held, seen in self._by_horizon()]

    @property
    def reliability(self) -> Float[np.ndarray, "horizon level"]:
        """The share of targets that are at most the quantile at each of the levels."""
        return np.array(
            [
                [_share(below <= level, below >= 0) for level in range(len(LEVELS))]
                for below in np.moveaxis(self.below, 1, 0)
            ]
        )

    @property
    def by_week(self) -> tuple[np.ndarray, Float[np.ndarray, "horizon week"]]:
        """The Mondays of the weeks in which forecasts were issued, and the coverage of each."""
        weeks = self._weeks
        numbers = np.unique(weeks)
        shares = [
            [_share(held[weeks == each], seen[weeks == each]) for each in numbers]
            for held, seen in self._by_horizon()
        ]
        return MONDAY + numbers * WEEK, np.array(shares)

    @property
    def worst_week(self) -> list[float]:
        """The least coverage of a week at the horizons, NaN where there is none.

        Only a week of which half the steps are scored counts: the first and the last may be of few
        hours; and of a single one none is the worst.
        """
        weeks, half = self._weeks, WEEK / self.readings.series.step / 2
        worst = []
        for held, seen in self._by_horizon():
            scored = weeks[seen.any(axis=1)]
            whole = [each for each in np.unique(scored) if np.count_nonzero(scored == each) >= half]
            shares = [_share(held[weeks == each], seen[weeks == each]) for each in whole]
            worst.append(min(shares) if len(shares) > 1 else float("nan"))
        return worst

    @property
    def _weeks(self) -> Int[np.ndarray, " origin"]:
        """In which week each forecast was issued, counted from a Monday."""
        local = self.readings.series.local_times[self.origins]
        return ((local.astype("datetime64[D]") - MONDAY) // WEEK).astype(np.int64)

    def _by_horizon(self) -> list[tuple[np.ndarray, np.ndarray]]:
        seen = self.below >= 0
        return [*zip(np.moveaxis(self.held, 1, 0), np.moveaxis(seen, 1, 0), strict=True)]


def review_intervals(
    run: ForecastRun, readings: RunReadings, tell: Tell = untold
) -> IntervalReview:
    """Make the quantiles of the second half of the validation part anew, calibrated on the first.

    So ``scores.json`` has them. Where the training part is not at hand, which calibration needs, or
    the second half has no target, they are the run's own, which it calibrated on the whole
    validation part.

    Args:
        run: what forecasts.
        readings: of its fit.
        tell: is told how far the work is.

    Raises:
        RunError: a run whose quantiles are not calibrated.
    """
    model = run.forecaster
    if not isinstance(model, Calibrated):
        raise RunError(f"{run.path} must hold calibrated quantiles, got a {type(model).__name__}")
    series, horizons = readings.series, looked_at(run.horizon)
    places = np.array(horizons) - 1
    start = readings.judged.start
    apart = bool(readings.train) and readings.middle < readings.judged.stop - 1
    if apart:
        model = Calibrated.of(model.forecaster, series, readings.halves, range(1, run.horizon + 1))
        start = readings.middle
    tell(0.5)
    issued = np.arange(start, readings.judged.stop - 1)
    late = evenings(series, issued)
    kept = [LEVELS.index(level) for level in FAN]
    below, held, fans = [], [], []
    for origins, quantiles in model.in_turn(series, issued):
        truth = targets_ahead(target_of(series), origins, horizons)[..., None]
        some = quantiles[:, places]
        scored = ~np.isnan(truth[..., 0]) & ~np.isnan(some[..., 0])
        below.append(np.where(scored, (some < truth).sum(axis=-1), -1).astype(np.int8))
        within = (some[..., :1] <= truth) & (truth <= some[..., -1:])
        held.append(within[..., 0] & scored)
        fans.append(quantiles[np.isin(origins, late)][..., kept])
        tell(0.5 + 0.5 * (origins[-1] - start + 1) / len(issued))
    return IntervalReview(
        readings,
        horizons,
        issued,
        np.concatenate(below),
        np.concatenate(held),
        late,
        np.concatenate(fans),
        not apart,
    )


def _share(part: Bool[np.ndarray, "*shape"], whole: Bool[np.ndarray, "*shape"]) -> float:
    count = int(whole.sum())
    return int((part & whole).sum()) / count if count else float("nan")
