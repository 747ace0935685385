"""What a network reads of a series, and what its answers mean there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float

from gnnlab.data import Preparation, Scaler, SensorSeries
from gnnlab.errors import DataError
from gnnlab.training.forecasters.asked_windows import AskedWindows, reaching
from gnnlab.training.forecasters.forecaster import Origins
from gnnlab.training.forecasters.ridge import FEW

if TYPE_CHECKING:
    from torch import Tensor

    from gnnlab.data import Batch

    Arguments = tuple[Tensor, Tensor, Tensor]


@dataclass(frozen=True, eq=False)
class NetworkReader:
    """All variables of a window, filled and scaled, where they were observed, and the calendar.

    Variables that are hardly ever negative are seen, and the target is answered, as logarithms.

    Args:
        preparation: fitted on the training part.
        horizons: steps ahead that are asked for.
        input_steps: steps that are read.
        stations: their names.
        measured: names of variables.
        issued: names of what others forecast.
        target: the number of the target among the variables.
        known: which measured variables are known ahead.
    """

    preparation: Preparation
    horizons: Sequence[int]
    input_steps: int
    stations: Sequence[str]
    measured: Sequence[str]
    issued: Sequence[str]
    target: int
    known: int

    @classmethod
    def fit(cls, past: SensorSeries, horizons: Sequence[int], input_steps: int) -> NetworkReader:
        """Learn from a series that is the training part.

        Raises:
            DataError: a variable that was never observed, or a forecast without a run.
        """
        ready = reaching(past, 0, len(past.times))
        measured = _measured(past)
        logarithm = [name for name in measured if _hardly_negative(ready.of(name))]
        return cls(
            Preparation.fit(ready, range(len(ready.times)), logarithm=logarithm),
            horizons,
            input_steps,
            _stations(past),
            measured,
            _issued(past),
            ready.index(ready.names("target")[0]),
            len(ready.names("future")),
        )

    @property
    def in_channels(self) -> int:
        """What a network sees of a station and a step: values and masks."""
        return len(self.preparation.scaler.logarithm) + len(self.measured)

    @property
    def known_channels(self) -> int:
        """What it sees of one ahead: values and masks."""
        return 2 * (self.known + len(self.issued))

    def windows(self, series: SensorSeries, origins: Origins) -> AskedWindows:
        """The windows of some origins of a series.

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
        return AskedWindows(series, origins, self.preparation, self.input_steps, horizon)

    def read(self, batch: Batch) -> Arguments:
        """What :class:`gnnlab.nn.models.ForecastNetwork` takes: x, what is known, and x_last."""
        import torch

        observed = batch.inputs_observed[..., : len(self.measured)]  # the calendar always is
        future, there = batch.future[:, self._ahead], batch.future_observed[:, self._ahead]
        return (
            torch.cat([batch.inputs, observed.to(batch.inputs.dtype)], dim=-1),
            torch.cat([future, there.to(future.dtype)], dim=-1),
            batch.inputs[:, -1, :, self.target],
        )

    def targets(
        self, batch: Batch
    ) -> tuple[Float[Tensor, "batch horizon station"], Float[Tensor, "batch horizon station"]]:
        """The targets at the horizons, scaled, and in their unit; NaN where there is none."""
        import torch

        there = batch.targets_observed[:, self._ahead, :, 0]
        targets = batch.targets[:, self._ahead, :, 0].masked_fill(~there, torch.nan)
        scaled = self._scaler.transform(targets.unsqueeze(-1).numpy()).squeeze(-1)
        return torch.from_numpy(scaled), targets

    def in_unit(
        self, quantiles: Float[Tensor, "batch horizon station level"]
    ) -> Float[np.ndarray, "batch horizon station level"]:
        """Quantiles in the target's unit."""
        return self._scaler.inverse(quantiles.unsqueeze(-1).numpy()).squeeze(-1)

    @cached_property
    def _ahead(self) -> list[int]:
        return [horizon - 1 for horizon in self.horizons]

    @cached_property
    def _scaler(self) -> Scaler:
        return self.preparation.scaler.of(np.array([self.target]))


def _stations(series: SensorSeries) -> list[str]:
    return [*map(str, series.stations.index)]


def _measured(series: SensorSeries) -> list[str]:
    return [each.name for each in series.variables if each.source == "measured"]


def _issued(series: SensorSeries) -> list[str]:
    return [name for runs in series.forecasts for name in runs.names]


def _hardly_negative(values: Float[np.ndarray, "time station"]) -> bool:
    """Whether a variable counts as an amount."""
    return bool((values < 0).sum() <= FEW * (~np.isnan(values)).sum())
