"""A weighted mean of other forecasters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from gnnlab.data import SensorSeries, TimeSplit, rolling_origins
from gnnlab.errors import DataError
from gnnlab.training.forecasters.forecaster import (
    Fit,
    Forecaster,
    Forecasts,
    Origins,
    Tell,
    target_of,
    targets_ahead,
    told,
    untold,
)

Weights = Float[np.ndarray, " member"]

PARTS = 10  # a fold's test part is one of them: three of 3.2 years are nearly a year
PAIRS = 40_000  # pairs of an origin and a station that a fold is judged by
SHRINKAGES = np.array([1, 0.7, 0.5, 0.3, 0.2, 0.1, 0.01])  # never 0: each member has a say
ROUNDS = 100  # of reweighting


@dataclass(frozen=True, eq=False)
class Blend:
    """Weighted means of other forecasters' medians, with weights of each horizon.

    Weights from the errors of one season lose in another. So members are fitted on rolling folds as
    well, whose test parts span a year where there are a few, and what is learned from these is
    shrunk towards equal weights: w = (1 - s) w_fitted + s / members. The share s is the one of
    `SHRINKAGES` with the least absolute error on folds of which each is left out in turn: weights
    fitted on the others, shrunk, are judged on it. With fewer than two folds weights are equal.

    Args:
        members: fitted, by name.
        weights: of each member, positive; at each horizon their sum is 1.
        shrinkage: s, of each horizon.
    """

    members: Mapping[str, Forecaster]
    weights: Mapping[str, Float[np.ndarray, " horizon"]]
    shrinkage: Float[np.ndarray, " horizon"]

    @classmethod
    def fit(
        cls,
        series: SensorSeries,
        split: TimeSplit,
        horizons: Sequence[int],
        seed: int = 0,
        tell: Tell = untold,
        *,
        members: Mapping[str, Fit],
        folds: int = 3,
    ) -> Blend:
        """Fit members to the training part, and weights on folds of it and the validation part.

        A fold on which a member finds nothing to learn from is left out. On folds members are
        fitted with seed 0: weights are those of kinds of models, not of their draws.

        Args:
            series: of all steps.
            split: its parts.
            horizons: steps ahead that will be asked for.
            seed: that each member is fitted with on the training part.
            tell: is told how far the work is.
            members: what fits them, by name; each is fitted once, and once more a fold.
            folds: how many.

        Raises:
            ValueError: no members, or no folds.
            DataError: a member has nothing to learn from in the training part.
        """
        if not members:
            raise ValueError("a blend must have at least 1 member, got none")
        parts = _folds(split.train.start, split.validation.stop, max(horizons), folds)
        fits = len(members) * (1 + len(parts))

        def fitted(split: TimeSplit, seed: int, before: int) -> dict[str, Forecaster]:
            return {
                name: fit(series, split, horizons, seed, told(tell, before + number, fits))
                for number, (name, fit) in enumerate(members.items())
            }

        whole, errors = fitted(split, seed, 0), []
        for number, fold in enumerate(parts, 1):
            try:
                some = fitted(fold, 0, number * len(members))
            except DataError:
                continue
            errors.append(_errors(some, series.between(0, fold.test.stop), fold, horizons))
        learned = [
            _learned([_rows(each[:, place]) for each in errors], len(members))
            for place in range(len(horizons))
        ]
        by_member = np.stack([weights for weights, _ in learned], axis=1)
        return cls(
            whole,
            dict(zip(members, by_member, strict=True)),
            np.array([shrinkage for _, shrinkage in learned]),
        )

    def forecast(self, series: SensorSeries, origins: Origins) -> Forecasts:
        """See :class:`~gnnlab.training.forecasters.Forecaster`.

        Where members have no forecast it is the mean of the others.
        """
        found = np.stack([each.forecast(series, origins) for each in self.members.values()])
        weights = np.stack([self.weights[name] for name in self.members])[:, None, :, None]
        weights = np.where(np.isnan(found), 0, weights)
        total, weight = (weights * np.nan_to_num(found)).sum(axis=0), weights.sum(axis=0)
        return np.where(weight, total / np.where(weight, weight, 1), np.nan).astype(np.float32)


def _folds(start: int, stop: int, horizon: int, folds: int) -> list[TimeSplit]:
    """Rolling folds of some steps; none of too few for a training part as long as a test part.

    A test part is at least twice as long as the horizon.
    """
    steps = stop - start
    part = max(steps // PARTS, 2 * horizon)
    if steps < (folds + 2) * part + 2 * horizon:
        return []

    def moved(part: range) -> range:
        return range(start + part.start, start + part.stop)

    return [
        TimeSplit(fold.name, moved(fold.train), moved(fold.validation), moved(fold.test))
        for fold in rolling_origins(steps, folds, horizon, part_steps=part)
    ]


def _errors(
    members: Mapping[str, Forecaster],
    series: SensorSeries,
    fold: TimeSplit,
    horizons: Sequence[int],
) -> Float[np.ndarray, "origin horizon station member"]:
    """Of forecasts of targets in a fold's test part, with which the series ends.

    Origins are drawn where there are too many.
    """
    origins = np.arange(fold.test.start, fold.test.stop - min(horizons))
    most = max(PAIRS // len(series.stations), 1)
    if len(origins) > most:
        drawn = np.random.default_rng(0).choice(origins, most, replace=False)
        origins = np.sort(drawn)
    truth = targets_ahead(target_of(series), origins, horizons)
    return np.stack([each.forecast(series, origins) - truth for each in members.values()], axis=-1)


def _rows(
    errors: Float[np.ndarray, "origin station member"],
) -> Float[np.ndarray, "row member"]:
    """Errors where all members have one."""
    rows = errors.reshape(-1, errors.shape[-1]).astype(np.float64)
    return rows[~np.isnan(rows).any(axis=1)]


def _learned(folds: Sequence[Float[np.ndarray, "_ member"]], members: int) -> tuple[Weights, float]:
    """Weights that were learned from errors on folds and shrunk, and how much."""
    equal, folds = np.full(members, 1 / members), [each for each in folds if len(each)]
    if len(folds) < 2:
        return equal, 1.0

    def shrunk(weights: Weights) -> Float[np.ndarray, "shrinkage member"]:
        return weights + SHRINKAGES[:, None] * (equal - weights)

    lost = np.zeros(len(SHRINKAGES))
    for number, left_out in enumerate(folds):
        others = np.concatenate([*folds[:number], *folds[number + 1 :]])
        lost += np.abs(left_out @ shrunk(least_absolute(others)).T).sum(axis=0)
    chosen = int(lost.argmin())
    return shrunk(least_absolute(np.concatenate(folds)))[chosen], float(SHRINKAGES[chosen])


def least_absolute(errors: Float[np.ndarray, "row member"]) -> Weights:
    """Weights, none below 0 and 1 in sum, with which the mean absolute error is least.

    Squares over what errors were before are least, again and again: no round makes the sum of
    absolute errors larger (Schlossmacher 1973, "An iterative technique for absolute deviations
    curve fitting"). Of all w with sum 1 and none below 0, w'Gw is least at v / sum(v), where v,
    none below 0, makes v'Gv / 2 - sum(v) least, for both ask the same of gradients; with G = LL'
    that is L'v = 1/L in nonnegative least squares.

    Args:
        errors: of each member; finite.

    >>> least_absolute(np.array([[1.0, -3.0], [-1.0, 3.0], [2.0, -6.0]])).round(3)
    array([0.75, 0.25])
    """
    from scipy.linalg import solve_triangular
    from scipy.optimize import nnls

    members = errors.shape[1]
    weights, ones = np.full(members, 1 / members), np.ones(members)
    least = 1e-4 * np.abs(errors).mean()
    if not least:
        return weights
    for _ in range(ROUNDS):
        before = weights
        over = np.maximum(np.abs(errors @ weights), least)
        gram = (errors / over[:, None]).T @ errors
        gram += 1e-9 * np.trace(gram) * np.eye(members)  # twins share alike
        lower = np.linalg.cholesky(gram)
        found, _ = nnls(lower.T, solve_triangular(lower, ones, lower=True))
        weights = found / found.sum()
        if np.abs(weights - before).max() < 1e-6:
            break
    return weights
