"""Any network that reads the windows of ours, fitted as ours are, as a forecaster."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from gnnlab.data import Batch, Preparation, SensorSeries, TimeSplit
from gnnlab.graphs import Graph
from gnnlab.training.forecasters import Forecasts, Origins, Tell, training_part, untold
from gnnlab.training.forecasters.asked_windows import AskedWindows, reaching
from gnnlab.training.forecasters.minibatches import Line, Recipe, train
from gnnlab.training.forecasters.network import near

INPUT_STEPS = 24
TOGETHER = 256  # windows that are forecast at once
# Adam at 1e-3 as in the peers' programs, gradients shortened to 5 as in tsl's. Nothing is averaged.
RECIPE = Recipe(learning_rate=1e-3, weight_decay=0.0, largest_gradient=5.0, averaging=0.0)

# Channels, horizons, graph -> x [batch, time, station, channel] -> [batch, horizon, station].
Build = Callable[[int, int, Graph], nn.Module]


@dataclass(frozen=True, eq=False)
class Reader:
    """What a peer reads of a series, and what its answers mean there.

    Args:
        preparation: fitted on the training part.
        horizons: steps ahead that are asked for.
        measured: how many variables were measured.
        target: the number of the target among the variables.
    """

    preparation: Preparation
    horizons: Sequence[int]
    measured: int
    target: int

    @classmethod
    def fit(cls, past: SensorSeries, horizons: Sequence[int]) -> "Reader":
        """Learn from a series that is the training part."""
        ready = reaching(past, 0, len(past.times))
        return cls(
            Preparation.fit(ready, range(len(ready.times))),
            horizons,
            sum(each.source == "measured" for each in ready.variables),
            ready.index(ready.names("target")[0]),
        )

    @property
    def channels(self) -> int:
        """Values, those of the calendar among them, and masks of what was measured."""
        return len(self.preparation.scaler.logarithm) + self.measured

    def windows(self, series: SensorSeries, origins: Origins) -> AskedWindows:
        return AskedWindows(series, origins, self.preparation, INPUT_STEPS, max(self.horizons))

    def x(self, batch: Batch) -> Tensor:
        """[batch, time, station, channel]."""
        observed = batch.inputs_observed[..., : self.measured]
        return torch.cat([batch.inputs, observed.to(batch.inputs.dtype)], dim=-1)

    def y(self, batch: Batch) -> Tensor:
        """Standardised targets, [batch, horizon, station]; NaN where there is none."""
        center, scale = self._scaling
        ahead = [horizon - 1 for horizon in self.horizons]
        targets = (batch.targets[:, ahead, :, 0] - center) / scale
        return targets.masked_fill(~batch.targets_observed[:, ahead, :, 0], torch.nan)

    def in_unit(self, y: Tensor) -> Tensor:
        """Standardised values in the target's unit."""
        center, scale = self._scaling
        return y * scale + center

    @property
    def _scaling(self) -> tuple[float, float]:
        scaler = self.preparation.scaler.of(np.array([self.target]))
        return float(scaler.center.item()), float(scaler.scale.item())


@dataclass(frozen=True, eq=False)
class PeerForecaster:
    """The forecasts of any network.

    Args:
        network: fitted; takes `Reader.x`, gives `Reader.y`.
        reader: of what it sees.
        history: of its training.
        seconds: that fitting took.
    """

    network: nn.Module
    reader: Reader
    history: Sequence[Line]
    seconds: float

    @classmethod
    def fit(
        cls,
        series: SensorSeries,
        split: TimeSplit,
        horizons: Sequence[int],
        seed: int = 0,
        tell: Tell = untold,
        *,
        build: Build,
        recipe: Recipe = RECIPE,
    ) -> "PeerForecaster":
        """See :class:`gnnlab.training.forecasters.Fit`; ``build`` makes the network, untrained."""
        start = time.perf_counter()
        past = training_part(series, split, horizons)
        reader = Reader.fit(past, horizons)
        learn = reader.windows(past, np.array(split.train) - split.train.start)
        judge = reader.windows(series.between(0, split.validation.stop), np.array(split.validation))

        def errors(network: nn.Module, batch: Batch) -> Tensor:
            missed = (network(reader.x(batch)) - reader.y(batch)).abs()
            return missed[~missed.isnan()]

        def loss(numbers: Tensor) -> tuple[Tensor, int]:
            found = errors(network, learn[numbers.numpy()])
            return found.sum(), len(found)

        def mae(network: nn.Module) -> float:
            every = [errors(network, judge[numbers]) for numbers in _in_turn(len(judge))]
            return float(torch.cat(every).mean())

        def on_epoch(line: Line) -> None:
            tell(line.epoch / recipe.epochs)

        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            network = build(reader.channels, len(horizons), near(past))
            history = train(network, len(learn), loss, mae, recipe, on_epoch)
        return cls(network, reader, history, time.perf_counter() - start)

    @property
    def parameters(self) -> int:
        """How many numbers were learned."""
        return sum(each.numel() for each in self.network.parameters())

    def forecast(self, series: SensorSeries, origins: Origins) -> Forecasts:
        """See :class:`gnnlab.training.forecasters.Forecaster`."""
        reader, windows = self.reader, self.reader.windows(series, origins)
        with torch.no_grad():
            parts = [
                reader.in_unit(self.network(reader.x(windows[numbers]))).numpy()
                for numbers in _in_turn(len(origins))
            ]
        return np.concatenate(parts)


def _in_turn(count: int) -> Iterator[np.ndarray]:
    for start in range(0, count, TOGETHER):
        yield np.arange(start, min(start + TOGETHER, count))
