"""Quantiles that hold what they promise, of any forecaster."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float, Int

from gnnlab.data import Scaler, SensorSeries, TimeSplit
from gnnlab.data.calendar import local_times
from gnnlab.training.forecasters.conformal_kernels import Followed
from gnnlab.training.forecasters.forecaster import (
    LEVELS,
    MEDIAN,
    Forecaster,
    Forecasts,
    Origins,
    QuantileForecaster,
    Quantiles,
    hardly_negative,
    target_of,
    targets_ahead,
    training_part,
)

RATE = 0.001  # gamma of Gibbs and Candès, a step
BLOCK = 720  # steps: what is learned is that of 1 to 2 blocks
SHARES = np.linspace(0, 1, 101)  # levels at which scores are kept
LEAST = 20  # forecasts of the validation part without which nothing is known of their errors
CELLS = 4_000_000  # quantiles that a forecaster is asked for at a time
TOGETHER = 16  # origins that it is asked for at least
STATIONS = 64  # stations whose quantiles are calibrated at a time
PAIRS = 100_000  # pairs of an origin and a station whose scores are learned from
ORIGINS = 400  # origins that they are of at least, for scores of one hour are much alike


@dataclass(frozen=True, eq=False)
class Calibrated:
    """A forecaster, and quantiles at `LEVELS` around its medians, which stay.

    Of a forecaster without quantiles each is the median at first. A score is how far a target lies
    above a quantile, both scaled, roots where the target is hardly ever negative, and over the
    spread that is usual in that month. The quantile at level a is moved by the score that a share
    of a_t of the scores of the validation part is at most, where a_t follows the scores at that
    horizon and station (Gibbs and Candès 2021, "Adaptive conformal inference under distribution
    shift", eq. 2, for one bound): a_{t+1} = a_t + gamma (a - [score <= what was added]).

    Scores come late, a forecast's not before its target is observed, and those h steps ahead hang
    together over h steps: a gamma that learns within days follows their chance ups and downs. Of
    ridge regression in Beijing, over 17 months before the test part, 90 % intervals 72 hours ahead
    held 85 % with a gamma of 0, 89 % with 0.001 and 83 % with 0.005; roots had a lower CRPS than
    logarithms. Time is cut into blocks; what is learned begins with the block before that of the
    origin. So quantiles are a function of the readings of the last 1 to 2 blocks and the horizon.

    Args:
        forecaster: fitted.
        horizons: steps ahead, as it was fitted.
        rooted: whether roots are taken, with what is negative counted as 0.
        scaler: of the target, or its root, one variable.
        spread: mean absolute deviation of the scaled target in each month and its neighbours.
        scores: quantiles of scores at `SHARES`.
        since: seconds of the epoch, UTC: forecasts issued before may have been learned from, and
            their scores count for nothing.
    """

    forecaster: Forecaster
    horizons: Sequence[int]
    rooted: bool
    scaler: Scaler
    spread: Float[np.ndarray, " month"]
    scores: Float[np.ndarray, "horizon level share"]
    since: int

    @classmethod
    def of(
        cls,
        forecaster: Forecaster,
        series: SensorSeries,
        split: TimeSplit,
        horizons: Sequence[int],
    ) -> Calibrated:
        """Learn from forecasts of the validation part; the test part is not seen.

        Where fewer than `LEAST` of them have a target in that part, quantiles of a forecaster
        without any are as far from the median as the training part's targets are from their mean,
        and a forecaster's own quantiles stay.

        Where they have more than `PAIRS` pairs of an origin and a station, so many are drawn,
        always the same: fewer origins, but `ORIGINS` at least, and at each fewer of the stations.

        Args:
            forecaster: fitted to the training part.
            series: of all steps.
            split: its parts.
            horizons: steps ahead, as it was fitted.

        Raises:
            DataError: the target was never observed in the training part.
        """
        past, first = training_part(series, split), split.validation.start
        values = target_of(past)[..., None]
        rooted = hardly_negative(values)
        values = np.sqrt(np.maximum(values, 0)) if rooted else values
        scaler = Scaler.fit(values, per_station=True)
        scaled, months = scaler.transform(values)[..., 0], _months(past, np.arange(len(values)))
        spread = _spread(scaled, months)
        since = int(series.times[first].astype(np.int64))
        own = isinstance(forecaster, QuantileForecaster)
        usual = _kept(np.zeros(1) if own else scaled / spread[months][:, None])
        scores = np.tile(usual, (len(horizons), len(LEVELS), 1))
        made = cls(forecaster, horizons, rooted, scaler, spread, scores, since)
        seen = series.between(0, split.validation.stop)
        issued = np.arange(first, split.validation.stop - min(horizons))
        parts = [*made._learned(seen, issued)]
        for place in range(len(horizons) if parts else 0):
            found = np.concatenate([part[:, place] for part in parts])
            if (~np.isnan(found).all(axis=(1, 2))).sum() >= LEAST:
                scores[place] = [_kept(found[..., level]) for level in range(len(LEVELS))]
        return made

    def forecast(self, series: SensorSeries, origins: Origins) -> Forecasts:
        """The forecaster's; see :class:`Forecaster`."""
        return self.forecaster.forecast(series, origins)

    def quantiles(self, series: SensorSeries, origins: Origins) -> Quantiles:
        """Quantiles at `LEVELS`, in the target's unit, never crossing; NaN where the median is.

        Args:
            series: of the stations that the forecaster was fitted on.
            origins: steps of the series, at least one; see :meth:`in_turn` for many.
        """
        ascending, places = np.unique(origins, return_inverse=True)
        return np.concatenate([part for _, part in self.in_turn(series, ascending)])[places]

    def in_turn(
        self, series: SensorSeries, origins: Origins
    ) -> Iterator[tuple[Origins, Quantiles]]:
        """The same quantiles some origins at a time, in little memory; each forecast is made once.

        Args:
            series: of the stations that the forecaster was fitted on.
            origins: ascending steps of the series, at least one.
        """
        number = series.times.astype(np.int64) // int(series.step.astype(np.int64))
        opening = (number[origins[0]] // BLOCK - 1) * BLOCK - number[0]  # of the block before
        first = int((series.times.astype(np.int64) < self.since).sum())  # before it none counts
        begin = min(max(int(opening) - max(self.horizons), first, 0), int(origins[0]))
        every = np.arange(len(series.stations))
        parts = [
            (some, self._of(some), Followed(self.scores, self.horizons, len(some), LEVELS, RATE))
            for some in np.split(every, every[STATIONS::STATIONS])
        ]
        for steps in self._in_turn(np.arange(begin, origins[-1] + 1)):
            found, truth = self._found(series, steps), self._truth(series, steps)
            spread, wanted = self._spread_ahead(series, steps), np.isin(steps, origins)
            made = np.empty((wanted.sum(), *found.shape[1:]), np.float32)
            for some, ours, followed in parts:
                scaled, scores = ours._scored(series, steps, found[:, :, some], truth[..., some])
                added = followed.through(scores, number[steps] % BLOCK == 0)
                moved = scaled[wanted] + added[wanted] * spread[wanted]
                made[:, :, some] = ours._around(found[:, :, some, MEDIAN][wanted], moved)
            if wanted.any():
                yield steps[wanted], made

    def _learned(self, series: SensorSeries, issued: Origins) -> Iterator[Quantiles]:
        """Scores of forecasts issued at some steps, or of as many of them as are learned from."""
        stations, draws = len(series.stations), np.random.default_rng(0)
        most = min(len(issued), max(PAIRS // stations, ORIGINS))
        each = min(stations, PAIRS // max(most, 1))
        for steps in self._in_turn(np.sort(draws.choice(issued, most, replace=False))):
            some = np.sort(draws.choice(stations, each, replace=False))
            found, truth = self._found(series, steps), self._truth(series, steps)
            yield self._of(some)._scored(series, steps, found[:, :, some], truth[..., some])[1]

    def _found(self, series: SensorSeries, origins: Origins) -> Quantiles:
        """The forecaster's quantiles; each is the median of one without any."""
        if isinstance(self.forecaster, QuantileForecaster):
            return self.forecaster.quantiles(series, origins)
        medians = self.forecaster.forecast(series, origins)
        return np.repeat(medians[..., None], len(LEVELS), axis=-1)

    def _truth(self, series: SensorSeries, origins: Origins) -> Forecasts:
        return targets_ahead(target_of(series), origins, self.horizons)

    def _of(self, some: Int[np.ndarray, " station"]) -> Calibrated:
        """The same for the quantiles of some stations."""
        ours = Scaler(self.scaler.center[some], self.scaler.scale[some], self.scaler.logarithm)
        return replace(self, scaler=ours)

    def _scored(
        self, series: SensorSeries, origins: Origins, found: Quantiles, truth: Forecasts
    ) -> tuple[Quantiles, Quantiles]:
        """Quantiles scaled, and their scores, NaN where none counts."""
        scaled = self._scaled(found)
        above = self._scaled(truth[..., None]) - scaled
        scores = above / self._spread_ahead(series, origins)
        scores[series.times[origins].astype(np.int64) < self.since] = np.nan
        return scaled, scores

    def _scaled(self, values: Quantiles) -> Quantiles:
        values = np.sqrt(np.maximum(values, 0)) if self.rooted else values
        levels_first = np.moveaxis(values.astype(np.float32, copy=False), -1, -2)
        return np.moveaxis(self.scaler.transform(levels_first[..., None])[..., 0], -2, -1)

    def _around(self, medians: Forecasts, scaled: Quantiles) -> Quantiles:
        """Scaled quantiles in the unit, ascending through medians, amounts not below 0."""
        levels_first = np.moveaxis(scaled, -1, -2)[..., None]
        found = np.moveaxis(self.scaler.inverse(levels_first)[..., 0], -2, -1)
        if self.rooted:
            found = np.square(np.maximum(found, 0))
        found[..., MEDIAN] = medians
        lower, upper = found[..., :MEDIAN], found[..., MEDIAN + 1 :]
        np.minimum(lower, medians[..., None], out=lower)
        np.maximum(upper, medians[..., None], out=upper)
        return np.sort(found, axis=-1)

    def _spread_ahead(
        self, series: SensorSeries, origins: Origins
    ) -> Float[np.ndarray, "origin horizon 1 1"]:
        """The spread that is usual when the targets are."""
        months = _months(series, origins[:, None] + np.array(self.horizons))
        return self.spread[months][..., None, None].astype(np.float32)

    def _in_turn(self, steps: Origins) -> Iterator[Origins]:
        """As many at a time as memory has room for."""
        together = max(CELLS // (self.scores[..., 0].size * len(self.scaler.scale)), TOGETHER)
        for start in range(0, len(steps), together):
            yield steps[start : start + together]


def _kept(scores: Float[np.ndarray, "*shape"]) -> Float[np.ndarray, " share"]:
    """Quantiles at `SHARES` of what is not NaN."""
    return np.quantile(scores[~np.isnan(scores)].astype(np.float64), SHARES)


def _spread(
    scaled: Float[np.ndarray, "time station"], months: Int[np.ndarray, " time"]
) -> Float[np.ndarray, " month"]:
    """Mean absolute deviations from medians over three months; over all where there is no value.

    >>> _spread(np.array([[1.0, 5.0], [2.0, 2.0]]), np.array([0, 6]))[[0, 3, 6]]
    array([2., 1., 1.])
    """

    def deviation(values: Float[np.ndarray, "time station"]) -> float:
        return float(np.nanmean(np.abs(values - np.nanmedian(values))))

    spread = np.full(12, deviation(scaled) or 1.0)
    for month in range(12):
        near = scaled[(months - month + 1) % 12 <= 2]
        if not np.isnan(near).all():
            spread[month] = deviation(near) or spread[month]
    return spread


def _months(series: SensorSeries, steps: Int[np.ndarray, "*shape"]) -> Int[np.ndarray, "*shape"]:
    """0 to 11, on the local clock, of steps that may lie after the end."""
    local = local_times(series.times[0] + steps.ravel() * series.step, series.time_zone)
    return (local.astype("datetime64[M]").astype(np.int64) % 12).reshape(steps.shape)
