"""What forecasts of one horizon are scored by, in global sums over observed targets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from jaxtyping import Bool, Float, Int

from gnnlab.data import SensorSeries
from gnnlab.evaluation.metrics import ErrorSums, IntervalSums, QuantileSums

SEASONS = ("DJF", "MAM", "JJA", "SON")  # by their months
SHARE = 0.9  # of targets that the interval from the first to the last quantile shall hold

Targets = Float[np.ndarray, "origin station"]
Mask = Bool[np.ndarray, "origin station"]


@dataclass
class ForecastSums:
    """Errors of medians, losses of quantiles, and what the 90 % interval holds, by whom and when.

    Args:
        stations: their names.
    """

    stations: Sequence[str]
    errors: ErrorSums = field(default_factory=ErrorSums)
    quantiles: QuantileSums = field(default_factory=QuantileSums)
    interval: IntervalSums = field(default_factory=lambda: IntervalSums(SHARE))
    held: Int[np.ndarray, "season station"] = field(init=False)
    counted: Int[np.ndarray, "season station"] = field(init=False)

    def __post_init__(self) -> None:
        self.held = np.zeros((len(SEASONS), len(self.stations)), np.int64)
        self.counted = self.held.copy()

    def add(
        self,
        quantiles: Float[np.ndarray, "origin station level"],
        truth: Targets,
        observed: Mask,
        season: Int[np.ndarray, " origin"],
    ) -> None:
        """Count a batch.

        Args:
            quantiles: at the levels 0.05, 0.10, ..., 0.95.
            truth: the targets.
            observed: which targets are scored.
            season: a number of `SEASONS`, that of each target.
        """
        lower, upper = quantiles[..., 0], quantiles[..., -1]
        self.errors.add(quantiles[..., quantiles.shape[-1] // 2], truth, observed)
        self.quantiles.add(quantiles, truth, observed)
        self.interval.add(lower, upper, truth, observed)
        np.add.at(self.held, season, observed & (lower <= truth) & (truth <= upper))
        np.add.at(self.counted, season, observed)

    @property
    def coverage_by_station(self) -> Mapping[str, float]:
        """The share of targets inside, of each station that has one."""
        return _shares(self.stations, self.held.sum(axis=0), self.counted.sum(axis=0))

    @property
    def coverage_by_season(self) -> Mapping[str, float]:
        """The share of targets inside, of each season that has one."""
        return _shares(SEASONS, self.held.sum(axis=1), self.counted.sum(axis=1))


def add_all(
    sums: Sequence[ForecastSums],
    horizons: Sequence[int],
    series: SensorSeries,
    origins: Int[np.ndarray, " origin"],
    quantiles: Float[np.ndarray, "origin horizon station level"],
    truth: Float[np.ndarray, "origin horizon station"],
    observed: Bool[np.ndarray, "origin horizon station"],
) -> None:
    """Count forecasts that are issued at some steps of a series, those of each horizon by its sums.

    Args:
        sums: one for each horizon.
        horizons: steps ahead.
        series: in which each target that is scored lies.
        origins: steps of it.
        quantiles: see :meth:`ForecastSums.add`.
        truth: the targets.
        observed: which targets are scored.
    """
    for place, (each, horizon) in enumerate(zip(sums, horizons, strict=True)):
        ahead = np.minimum(origins + horizon, len(series.times) - 1)  # beyond none is scored
        when = seasons(series, ahead)
        each.add(quantiles[:, place], truth[:, place], observed[:, place], when)


def seasons(series: SensorSeries, steps: Int[np.ndarray, " some"]) -> Int[np.ndarray, " some"]:
    """The number of the season that each step lies in, on the local clock; see `SEASONS`."""
    month = series.local_times[steps].astype("datetime64[M]").astype(np.int64) % 12
    return (month + 1) % 12 // 3


def _shares(
    names: Sequence[str], held: Int[np.ndarray, " name"], counted: Int[np.ndarray, " name"]
) -> dict[str, float]:
    return {
        name: int(inside) / int(count)
        for name, inside, count in zip(names, held, counted, strict=True)
        if count
    }
