"""Do forecasts stay as they are when what came after them is replaced by noise?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from jaxtyping import Float

from gnnlab.data import ForecastRuns, SensorSeries, TimeSplit
from gnnlab.errors import GnnlabError
from gnnlab.training.forecasters import Calibrated, Quantiles

SEED = 0  # of hours and noise
DEVIATION = 100.0  # of noise: it changes whatever looks at it
MISSING = 0.1  # share of noise that is no value: where something was observed tells as well


@dataclass
class LookAhead:
    """Makes forecasts again with noise after an hour, and counts them.

    Args:
        horizons: steps ahead that models forecast.
        hours: in the middle of each test part, on the local clock, by the split's name.
        forecasts: that were made twice: one a model, seed, origin, horizon and station, each with
            its quantiles.
        changed: of these.
    """

    horizons: Sequence[int]
    hours: dict[str, str] = field(default_factory=dict)
    forecasts: int = 0
    changed: int = 0

    def check(self, name: str, series: SensorSeries, split: TimeSplit, model: Calibrated) -> None:
        """Compare all quantiles that a model issues in the test part up to the hour, bit for bit.

        Args:
            name: of the model.
            series: of all steps, as the model sees it. What is declared known ahead stays.
            split: its parts.
            model: fitted.

        Raises:
            GnnlabError: a forecast that changes.
        """
        step = _drawn(split.test)
        hour = str(series.local_times[step])
        self.hours[split.name] = hour
        known = series.between(0, split.test.stop)
        issued = np.arange(split.test.start, step + 1)
        parts = zip(
            model.in_turn(known, issued),
            model.in_turn(with_noise_after(known, step), issued),
            strict=True,
        )
        for (_, first), (_, second) in parts:
            changed = _bits(first) != _bits(second)
            of_horizons = changed.any(axis=-1).sum(axis=(0, 2))
            self.forecasts += first[..., 0].size
            self.changed += int(of_horizons.sum())
            if of_horizons.any():
                horizon = self.horizons[int(of_horizons.argmax())]
                raise GnnlabError(
                    f"{name} must not look ahead: forecasts at horizon {horizon} that it issued up "
                    f"to {hour} ({series.time_zone}) changed with what came later"
                )

    @property
    def found(self) -> dict[str, Any]:
        """What was compared, for a protocol."""
        return {
            "hours": list(self.hours.values()),
            "forecasts": self.forecasts,
            "changed": self.changed,
        }


def with_noise_after(series: SensorSeries, step: int) -> SensorSeries:
    """The series with noise for all that nobody knew at a step.

    These are later readings of what is not declared known ahead, and runs of others that were not
    out yet.
    """
    draw = np.random.default_rng(SEED)
    unknown = [number for number, each in enumerate(series.variables) if each.kind != "future"]
    values = series.values.copy()
    values[step + 1 :, :, unknown] = _noise(draw, values[step + 1 :, :, unknown])
    forecasts = [_not_out(draw, runs, series.times[step]) for runs in series.forecasts]
    return replace(series, values=values, forecasts=forecasts)


def _not_out(draw: np.random.Generator, runs: ForecastRuns, time: np.datetime64) -> ForecastRuns:
    late = runs.issued + runs.latency > time
    values = runs.values.copy()
    values[late] = _noise(draw, values[late])
    return replace(runs, values=values)


def _noise(
    draw: np.random.Generator, like: Float[np.ndarray, "*shape"]
) -> Float[np.ndarray, "*shape"]:
    noise = draw.normal(0, DEVIATION, like.shape).astype(like.dtype)
    noise[draw.random(like.shape) < MISSING] = np.nan
    return noise


def _drawn(part: range) -> int:
    """A step in the middle half of a part, never the last one."""
    quarter = len(part) // 4
    return part[int(np.random.default_rng(SEED).integers(quarter, len(part) - max(quarter, 1)))]


def _bits(quantiles: Quantiles) -> np.ndarray:
    """Numbers that are the same only where all bits are."""
    return np.ascontiguousarray(quantiles).view(f"u{quantiles.itemsize}")
