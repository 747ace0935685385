"""Scaling readings by what the training part shows, and back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int

from gnnlab.errors import DataError


@dataclass(frozen=True, eq=False, repr=False)
class Scaler:
    """(x - center) / scale for each variable, after a logarithm where one is wanted.

    The logarithm is sign(x) log(1 + |x|), which also takes the small negative values that
    instruments report, and has an exact inverse.

    Args:
        center: [1 or station, variable].
        scale: above 0, [1 or station, variable].
        logarithm: which variables go through the logarithm first, [variable].
    """

    center: Float[np.ndarray, "station variable"]
    scale: Float[np.ndarray, "station variable"]
    logarithm: Bool[np.ndarray, " variable"]

    def __repr__(self) -> str:
        logged = np.flatnonzero(self.logarithm).tolist()
        return f"{type(self).__name__}(shape={self.center.shape}, logarithm={logged})"

    @classmethod
    def fit(
        cls,
        values: Float[np.ndarray, "time station variable"],
        *,
        per_station: bool = False,
        robust: bool = False,
        logarithm: Sequence[int] = (),
    ) -> Scaler:
        """Learn center and scale from observed values of the training part.

        Args:
            values: of the training part; NaN where nothing was observed.
            per_station: whether each station has its own; one that was never observed has the
                common ones, and one that never changed the common scale.
            robust: whether center and scale are the median and the range from the first to the
                third quartile over 1.349 (a normal distribution's standard deviation), not mean and
                standard deviation.
            logarithm: numbers of the variables that go through the logarithm.

        Raises:
            DataError: a variable that was never observed.
        """
        logged = np.isin(np.arange(values.shape[2]), logarithm)
        center, scale = _fitted(_together(values), logged, robust)
        if (never := np.isnan(center[0])).any():
            raise DataError(
                "every variable must be observed in the training part, got nothing of number "
                f"{int(np.flatnonzero(never)[0])}"
            )
        if per_station:
            own, spread = _fitted(values, logged, robust)
            scale = np.where(spread > 0, spread, scale)
            center = np.where(np.isnan(own), center, own)
        return cls(center, np.where(scale > 0, scale, 1.0), logged)

    def of(self, variables: Int[np.ndarray, " some"]) -> Scaler:
        """The scaler of some variables, by their numbers."""
        return Scaler(
            self.center[:, variables], self.scale[:, variables], self.logarithm[variables]
        )

    def transform(
        self, values: Float[np.ndarray, "*batch station variable"]
    ) -> Float[np.ndarray, "*batch station variable"]:
        """Scaled values, in the precision of ``values``; NaN stays NaN."""
        scaled = _logged(values, self.logarithm)
        scaled -= self.center.astype(values.dtype)
        scaled /= self.scale.astype(values.dtype)
        return scaled

    def inverse(
        self, scaled: Float[np.ndarray, "*batch station variable"]
    ) -> Float[np.ndarray, "*batch station variable"]:
        """What was scaled, in its unit again.

        >>> scaler = Scaler(np.array([[1.0]]), np.array([[2.0]]), np.array([True]))
        >>> scaler.inverse(scaler.transform(np.array([[7.0]]))).round(12)
        array([[7.]])
        """
        values = scaled * self.scale.astype(scaled.dtype) + self.center.astype(scaled.dtype)
        for variable in np.flatnonzero(self.logarithm):
            one = values[..., variable]
            one[...] = np.sign(one) * np.expm1(np.abs(one))
        return values


def _together(
    values: Float[np.ndarray, "time station variable"],
) -> Float[np.ndarray, "reading 1 variable"]:
    """All stations as one."""
    return values.reshape(-1, 1, values.shape[2])


def _logged(
    values: Float[np.ndarray, "*batch station variable"], logarithm: Bool[np.ndarray, " variable"]
) -> Float[np.ndarray, "*batch station variable"]:
    """A copy, with some variables through the logarithm."""
    logged = values.copy()
    for variable in np.flatnonzero(logarithm):
        one = logged[..., variable]
        one[...] = np.sign(one) * np.log1p(np.abs(one))
    return logged


def _fitted(
    values: Float[np.ndarray, "reading station variable"],
    logarithm: Bool[np.ndarray, " variable"],
    robust: bool,
) -> tuple[Float[np.ndarray, "station variable"], Float[np.ndarray, "station variable"]]:
    """Center and scale of one column at a time; NaN where nothing was observed."""
    center = np.full(values.shape[1:], np.nan)
    scale = np.full(values.shape[1:], np.nan)
    for station, variable in np.ndindex(*center.shape):
        column = values[:, station, variable]
        column = column[~np.isnan(column)]
        if not len(column):
            continue
        if logarithm[variable]:
            column = np.sign(column) * np.log1p(np.abs(column))
        if robust:
            low, middle, high = np.quantile(column, [0.25, 0.5, 0.75])
            center[station, variable], scale[station, variable] = middle, (high - low) / 1.349
        else:
            center[station, variable] = column.mean(dtype=np.float64)
            scale[station, variable] = column.std(dtype=np.float64)
    return center, scale
