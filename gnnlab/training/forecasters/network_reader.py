"""What a network reads of a series, and what its answers mean there."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from jaxtyping import Float

from gnnlab.data import Preparation, SensorSeries
from gnnlab.data.forecast_features import MEMORY, FeatureTable, ForecastFeatures
from gnnlab.errors import DataError
from gnnlab.training.forecasters.asked_windows import AskedWindows, reaching
from gnnlab.training.forecasters.feature_scaler import FeatureScaler
from gnnlab.training.forecasters.forecaster import Origins, hardly_negative

if TYPE_CHECKING:
    from torch import Tensor

    from gnnlab.data import Batch

    Arguments = tuple[Tensor, Tensor, Tensor, Tensor]

TOGETHER = 256  # windows that are read at once
PAIRS = 16_384  # pairs of a window and a station that are, of more than 64 stations
BEYOND = 1.0  # how far outside all logarithms that were learned from an answer may lie


class Seen(NamedTuple):
    """Windows side by side, and features of the steps up to their origins, scaled."""

    batch: Batch
    features: Float[np.ndarray, "batch station feature"]


@dataclass(frozen=True, eq=False)
class SeenWindows:
    """`Seen` of each of some origins, in their order.

    Args:
        windows: of these origins.
        table: of features.
        steps: of the table, the origins.
        scaler: of features.
    """

    windows: AskedWindows
    table: FeatureTable
    steps: Origins
    scaler: FeatureScaler

    def __len__(self) -> int:
        return len(self.windows)

    def in_turn(self) -> Iterator[np.ndarray]:
        """The numbers of all, as many at a time as memory has room for."""
        together = max(min(TOGETHER, PAIRS // len(self.table.neighbors)), 1)
        for start in range(0, len(self), together):
            yield np.arange(start, min(start + together, len(self)))

    def __getitem__(self, numbers: np.ndarray) -> Seen:
        rows = self.scaler.transform(self.table.at(self.steps[numbers]))
        features = rows.reshape(len(numbers), -1, rows.shape[1])
        return Seen(self.windows[numbers], features[..., :-1])  # the last is the station's number


@dataclass(frozen=True, eq=False)
class NetworkReader:
    """All variables of a window, where they were observed, the calendar, and `ForecastFeatures`.

    What a window lacks is filled; all is scaled. Of a window's variables those that are hardly ever
    negative are seen, and the target is answered, as logarithms; of features, roots are.

    Args:
        preparation: fitted on the training part.
        features: the same.
        feature_scaler: the same.
        bounds: the least and the largest target, scaled, that are answered.
        around: whether features tell of the stations around one by one.
        horizons: steps ahead that are asked for.
        input_steps: steps that are read.
        stations: their names.
        measured: names of variables.
        issued: names of what others forecast.
        target: the number of the target among the variables.
        known: which measured variables are known ahead.
    """

    preparation: Preparation
    features: ForecastFeatures
    feature_scaler: FeatureScaler
    bounds: Sequence[float]
    around: bool
    horizons: Sequence[int]
    input_steps: int
    stations: Sequence[str]
    measured: Sequence[str]
    issued: Sequence[str]
    target: int
    known: int

    @classmethod
    def fit(
        cls, past: SensorSeries, horizons: Sequence[int], input_steps: int, around: bool
    ) -> NetworkReader:
        """Learn from a series that is the training part.

        Raises:
            DataError: a variable that was never observed, or a forecast without a run.
        """
        ready = reaching(past, 0, len(past.times))
        measured = _measured(past)
        logarithm = [name for name in measured if hardly_negative(ready.of(name))]
        preparation = Preparation.fit(ready, range(len(ready.times)), logarithm=logarithm)
        name = ready.names("target")[0]
        target, known = ready.index(name), len(ready.names("future"))
        of_target = preparation.scaler.of(np.array([target]))
        bounds = (-math.inf, math.inf)
        if name in logarithm:
            learned = of_target.transform(ready.of(name)[..., None])
            beyond = BEYOND / float(of_target.scale.item())
            bounds = (float(np.nanmin(learned)) - beyond, float(np.nanmax(learned)) + beyond)
        del ready  # larger than the series, and the features are nearly as large
        features = ForecastFeatures.fit(past)
        return cls(
            preparation,
            features,
            FeatureScaler.fit(_table(features, past, around), len(past.times), rooted=True),
            bounds,
            around,
            horizons,
            input_steps,
            _stations(past),
            measured,
            _issued(past),
            target,
            known,
        )

    @property
    def in_channels(self) -> int:
        """What a network sees of a station and a step: values and masks."""
        return len(self.preparation.scaler.logarithm) + len(self.measured)

    @property
    def feature_channels(self) -> int:
        """How many features it sees of a station."""
        return len(self.feature_scaler.center) - 1

    @property
    def known_channels(self) -> int:
        """What it sees of one ahead: values and masks."""
        return 2 * (self.known + len(self.issued))

    def windows(self, series: SensorSeries, origins: Origins) -> SeenWindows:
        """What it reads at some origins of a series.

        Raises:
            DataError: other stations, variables or forecasts than it was fitted on.
        """
        for what, ours, theirs in (
            ("stations", self.stations, _stations(series)),
            ("variables", self.measured, _measured(series)),
            ("forecasts", self.issued, _issued(series)),
        ):
            if ours != theirs:
                raise DataError(
                    f"{what} must be the {len(ours)} that the network was fitted on, in their "
                    f"order, {', '.join(ours) or 'none'}, got {', '.join(theirs) or 'none'}"
                )
        horizon = max(self.horizons)
        start = max(int(origins.min()) - MEMORY, 0)
        recent = series.between(start, max(int(origins.max()), 1) + 1)
        return SeenWindows(
            AskedWindows(series, origins, self.preparation, self.input_steps, horizon),
            _table(self.features, recent, self.around),
            origins - start,
            self.feature_scaler,
        )

    def read(self, seen: Seen) -> Arguments:
        """What :class:`gnnlab.nn.models.ForecastNetwork` takes: x, features, known and x_last."""
        import torch

        batch = seen.batch
        observed = batch.inputs_observed[..., : len(self.measured)]  # the calendar always is
        future, there = batch.future[:, self._ahead], batch.future_observed[:, self._ahead]
        return (
            torch.cat([batch.inputs, observed.to(batch.inputs.dtype)], dim=-1),
            torch.from_numpy(seen.features),
            torch.cat([future, there.to(future.dtype)], dim=-1),
            batch.inputs[:, -1, :, self.target],
        )

    def targets(self, seen: Seen) -> Float[Tensor, "batch horizon station"]:
        """The targets at the horizons, in their unit; NaN where there is none."""
        import torch

        there = seen.batch.targets_observed[:, self._ahead, :, 0]
        return seen.batch.targets[:, self._ahead, :, 0].masked_fill(~there, torch.nan)

    def in_unit(self, quantiles: Float[Tensor, "*target level"]) -> Float[Tensor, "*target level"]:
        """Quantiles in the target's unit, and their gradients."""
        center, scale, logarithm = self._scaling
        least, largest = self.bounds
        found = quantiles.clamp(least, largest) * scale + center
        return found.sign() * found.abs().expm1() if logarithm else found

    @cached_property
    def _ahead(self) -> list[int]:
        return [horizon - 1 for horizon in self.horizons]

    @cached_property
    def _scaling(self) -> tuple[float, float, bool]:
        scaler = self.preparation.scaler.of(np.array([self.target]))
        return float(scaler.center.item()), float(scaler.scale.item()), bool(scaler.logarithm[0])


def _table(features: ForecastFeatures, series: SensorSeries, around: bool) -> FeatureTable:
    table = features.table(series)
    return table if around else replace(table, around=())


def _stations(series: SensorSeries) -> list[str]:
    return [*map(str, series.stations.index)]


def _measured(series: SensorSeries) -> list[str]:
    return [each.name for each in series.variables if each.source == "measured"]


def _issued(series: SensorSeries) -> list[str]:
    return [name for runs in series.forecasts for name in runs.names]
