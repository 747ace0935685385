"""Fits that are made once, however often they are asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from gnnlab.data import SensorSeries, TimeSplit
from gnnlab.training.forecasters.forecaster import Fit, Forecaster, Tell, untold


@dataclass(frozen=True, eq=False)
class Remembered:
    """What a fit made of the same series, split, horizons and seed before, or makes of them now.

    A blend asks for the fits that its members have alone, and two blends for the same folds.

    Args:
        fit: what fits; a series is the same only if it is the same object.
    """

    fit: Fit
    made: list[tuple[SensorSeries, object, Forecaster]] = field(default_factory=list, init=False)

    def __call__(
        self,
        series: SensorSeries,
        split: TimeSplit,
        horizons: Sequence[int],
        seed: int = 0,
        tell: Tell = untold,
    ) -> Forecaster:
        """See :class:`~gnnlab.training.forecasters.Fit`."""
        asked = (split, tuple(horizons), seed)
        for of, other, forecaster in self.made:
            if of is series and other == asked:
                return forecaster
        forecaster = self.fit(series, split, horizons, seed, tell)
        self.made.append((series, asked, forecaster))
        return forecaster
