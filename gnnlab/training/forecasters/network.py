"""A network, along a graph or without one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float

from gnnlab.data import SensorSeries, TimeSplit
from gnnlab.errors import DataError
from gnnlab.graphs import Graph
from gnnlab.graphs.similarity import distance_graph
from gnnlab.training.forecasters.architecture import Architecture
from gnnlab.training.forecasters.forecaster import (
    LEVELS,
    MEDIAN,
    Forecasts,
    Origins,
    Tell,
    target_of,
    targets_ahead,
    training_part,
    untold,
)
from gnnlab.training.forecasters.minibatches import Line, Recipe, train
from gnnlab.training.forecasters.network_reader import NetworkReader, Seen, SeenWindows
from gnnlab.training.processes import added_up, alone

if TYPE_CHECKING:
    from lightning_fabric import Fabric
    from torch import Tensor

    from gnnlab.nn.models import ForecastNetwork
    from gnnlab.training.checkpoint import Checkpoint


@dataclass(frozen=True, eq=False)
class NetworkForecaster:
    """The quantiles of a :class:`gnnlab.nn.models.ForecastNetwork`, at `LEVELS`.

    Args:
        network: fitted.
        reader: of what it sees.
        history: of its training.
    """

    network: ForecastNetwork
    reader: NetworkReader
    history: Sequence[Line]

    @classmethod
    def fit(
        cls,
        series: SensorSeries,
        split: TimeSplit,
        horizons: Sequence[int],
        seed: int = 0,
        tell: Tell = untold,
        *,
        graph: Callable[[SensorSeries], Graph] | None = None,
        architecture: Architecture | None = None,
        recipe: Recipe | None = None,
        fabric: Fabric | None = None,
        checkpoint: Checkpoint | None = None,
    ) -> NetworkForecaster:
        """Minimise the pinball loss; the validation part chooses the epoch.

        Losses and validation are of errors over the mean change of the target up to the same
        horizon in the training part, so that no horizon outweighs another.

        Args:
            series: of all steps.
            split: its parts.
            horizons: steps ahead that are learned and will be asked for, 1 to 168.
            seed: of weights, dropout and the order of windows.
            tell: is told how far the work is.
            graph: makes the graph of the stations, of the training part; ``None`` is no graph, and
                nothing is known of single other stations, unless the encoder learns its graph.
            architecture: of the network.
            recipe: of its training; of many stations it is shortened, see
                :meth:`~gnnlab.training.forecasters.minibatches.Recipe.of_stations`.
            fabric: of the processes that share the work; ``None`` is this one alone, on the CPU.
            checkpoint: where the state is left after each epoch, and maybe gone on from; its
                identity must name the data and the graph.

        Raises:
            ValueError: a graph, and an encoder that sees none.
            DataError: a training part that has nothing to learn from, or a validation part that has
                nothing to be judged by.
            GnnlabError: a loss that is not finite.
            RunError: a checkpoint that is damaged, of another training, or cannot be written.
        """
        import torch

        architecture, recipe = architecture or Architecture(), recipe or Recipe()
        fabric = fabric or alone()
        past = training_part(series, split, horizons)
        around = graph is not None or architecture.learns_graph
        reader = NetworkReader.fit(past, horizons, architecture.input_steps, around)
        learn = _with_targets(reader, past, split.train, "training")
        judge = _with_targets(
            reader, series.between(0, split.validation.stop), split.validation, "validation"
        )
        recipe = recipe.of_stations(len(reader.stations), len(learn))
        if checkpoint:
            checkpoint = checkpoint.of(
                architecture=asdict(architecture),
                seed=seed,
                horizons=[*horizons],
                stations=reader.stations,
                variables=reader.measured,
            )

        changes = torch.from_numpy(_changes(past, horizons))[:, None]

        def errors_of(network: ForecastNetwork, seen: Seen) -> tuple[Tensor, Tensor]:
            quantiles = reader.in_unit(network(*fabric.to_device(reader.read(seen))))
            targets, scale = fabric.to_device((reader.targets(seen), changes))
            return quantiles / scale[..., None], targets / scale

        def loss(numbers: Tensor) -> tuple[Tensor, int]:
            return pinball(*errors_of(network, learn[numbers.numpy()]))

        def mae(network: ForecastNetwork) -> float:
            total, count = 0.0, 0
            for numbers in islice(judge.in_turn(), fabric.global_rank, None, fabric.world_size):
                quantiles, targets = errors_of(network, judge[numbers])
                errors = (quantiles[..., MEDIAN] - targets).abs()
                total += float(errors.nansum(dtype=torch.float64))
                count += int((~errors.isnan()).sum())
            total, count = added_up(fabric, total, count)
            return total / count

        def on_epoch(line: Line) -> None:
            tell(line.epoch / (recipe.epochs + 1))

        tell(0.0)
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            network = architecture.network(reader, graph(past) if graph else None, len(LEVELS))
            history = train(
                network,
                len(learn),
                loss,
                mae,
                recipe,
                on_epoch,
                fabric=fabric,
                checkpoint=checkpoint,
            )
        return cls(network, reader, history)

    def forecast(self, series: SensorSeries, origins: Origins) -> Forecasts:
        """See :class:`~gnnlab.training.forecasters.Forecaster`."""
        return self.quantiles(series, origins)[..., MEDIAN]

    def quantiles(
        self, series: SensorSeries, origins: Origins
    ) -> Float[np.ndarray, "origin horizon station level"]:
        """Quantiles at `LEVELS`, in the target's unit; never crossing.

        Args:
            series: of the stations and variables that it was fitted on.
            origins: steps of the series, the last one, too.

        Raises:
            DataError: other stations, variables or forecasts.
        """
        import torch

        windows = self.reader.windows(series, origins)
        with torch.no_grad():
            parts = [
                self.reader.in_unit(self.network(*self.reader.read(windows[numbers]))).numpy()
                for numbers in windows.in_turn()
            ]
        return np.concatenate(parts)


def near(past: SensorSeries) -> Graph:
    """The graph of stations by distance."""
    longitude, latitude = (
        past.stations[each].to_numpy(np.float64) for each in ("longitude", "latitude")
    )
    return distance_graph(longitude, latitude, [*map(str, past.stations.index)])


def pinball(
    quantiles: Float[Tensor, "*target level"], targets: Float[Tensor, "*target"]
) -> tuple[Tensor, int]:
    """The mean pinball loss over `LEVELS`, added up over targets that are not NaN; and their count.

    >>> import torch
    >>> pinball(torch.zeros(2, 19), torch.tensor([2.0, torch.nan]))
    (tensor(1.), 1)
    """
    import torch

    observed = ~targets.isnan()
    above = targets[observed][:, None] - quantiles[observed]
    level = above.new_tensor(LEVELS)
    losses = torch.maximum(level * above, (level - 1) * above)
    return losses.mean(dim=1).sum(), int(observed.sum())


def _with_targets(
    reader: NetworkReader, series: SensorSeries, part: range, name: str
) -> SeenWindows:
    """Windows of a part at the end of a series, those that have a target there."""
    origins = np.arange(len(series.times) - len(part), len(series.times))
    ahead = targets_ahead(target_of(series), origins, reader.horizons)
    origins = origins[~np.isnan(ahead).all(axis=(1, 2))]
    if not len(origins):
        raise DataError(
            f"{series.names('target')[0]} must be observed in the {name} part, "
            f"{min(reader.horizons)} steps after another, got no value in {len(part)} steps"
        )
    return reader.windows(series, origins)


def _changes(past: SensorSeries, horizons: Sequence[int]) -> Float[np.ndarray, " horizon"]:
    """The mean absolute change of the target up to each horizon; 1 where it never changes."""
    target = target_of(past)
    found = [np.nanmean(np.abs(target[each:] - target[:-each])) for each in horizons]
    return np.array([each or 1.0 for each in found], np.float32)
