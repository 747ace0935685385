"""Peers' networks as forecasters: fitted as ours are, scored by our metrics.

    python benchmarks/forecasting/peers.py [NAME ...] [--epochs N] [--seed N] [--json FILE]

Prints the mean absolute error over the validation part of Beijing's PM2.5, which chose the epoch;
the test part is not looked at. Elsewhere `installed` gives the peers that are there as what
:func:`gnnlab.evaluation.backtest.backtest` takes.

A peer reads the window that our networks read: 24 steps of all variables with their gaps filled, of
the calendar, and of masks, along the same graph of distances. All is standardised, nothing goes
through a logarithm; what is known ahead it is not told, for none of the three has a place for it.
It answers once a horizon that is asked for. Its loss is the mean absolute error of standardised
targets where they were observed, and so is what chooses the epoch. `gnnlab`'s own loop trains it by
`RECIPE`, with as many epochs and windows as our networks have by default. Sizes are those of the
peers' own programs; each is one trial.

- tsl-dcrnn: ``examples/forecasting/config/traffic/model/dcrnn.yaml`` of tsl: 64 units, 1 layer,
  walks of 2 steps both ways, 128 units in the readout.
- tsl-graph-wavenet: ``gwnet.yaml`` beside it: 8 blocks of 32 channels, which see the last 13 steps,
  a graph that is learned beside the given one, dropout 0.3, weight decay 1e-4.
- pyg-temporal-dcrnn: the cell and K = 3 of PyTorch Geometric Temporal's
  ``examples/indexBatching/DCRNN``, 1 layer of the 64 units that Li et al. (2018) have, and the head
  of ``examples/recurrent/dcrnn_example.py``: a linear layer after a ReLU.

To install them beside gnnlab, in an environment of its own:

    pip install -c constraints.txt -e . setuptools wheel ninja
    pip install --no-build-isolation torch-sparse torch-scatter  # compiles, for up to an hour
    pip install -c constraints.txt torch-spatiotemporal  # tsl
    pip install --no-deps torch-geometric-temporal  # else it asks for decorator 4.4.2, unused here
"""

import argparse
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from importlib.util import find_spec
from pathlib import Path

from peers_forecaster import RECIPE, Build, PeerForecaster
from torch import Tensor, nn
from torch_geometric.utils import coalesce

from gnnlab.data import chronological, load_series
from gnnlab.experiments.forecast_validation import validation_errors
from gnnlab.graphs import Graph
from gnnlab.training.forecasters import Fit
from gnnlab.training.forecasters.minibatches import Recipe

HORIZONS = (1, 3, 6, 12, 24, 48, 72)
HIDDEN = 64


class AlongGraph(nn.Module):
    """A network that takes a graph at each call, and answers [batch, horizon, station, 1]."""

    def __init__(self, network: nn.Module, *graph: object):
        super().__init__()
        self.network, self.graph = network, graph

    def forward(self, x: Tensor) -> Tensor:
        return self.network(x, *self.graph)[..., 0]


def _edges(graph: Graph) -> tuple[Tensor, Tensor]:
    """Sorted, as the peers' own loaders have them: PyG-Temporal's cell relies on the order."""
    data = graph.to_data()
    return coalesce(data.edge_index, data.edge_weight.float())


def tsl_dcrnn(channels: int, horizons: int, graph: Graph) -> nn.Module:
    from tsl.nn.models import DCRNNModel

    network = DCRNNModel(
        channels,
        output_size=1,
        horizon=horizons,
        hidden_size=HIDDEN,
        ff_size=128,
        kernel_size=2,
        n_layers=1,
        cache_support=True,
    )
    return AlongGraph(network, _sparse(graph))


def tsl_graph_wavenet(channels: int, horizons: int, graph: Graph) -> nn.Module:
    from tsl.nn.models import GraphWaveNetModel

    network = GraphWaveNetModel(
        channels,
        output_size=1,
        horizon=horizons,
        hidden_size=32,
        ff_size=256,
        n_layers=8,
        n_nodes=graph.num_nodes,
        emb_size=10,
        dropout=0.3,
    )
    return AlongGraph(network, _sparse(graph))


def _sparse(graph: Graph) -> object:
    """The layout of tsl's programs, half the time of ``edge_index``."""
    from torch_sparse import SparseTensor

    (source, target), weight = _edges(graph)
    nodes = graph.num_nodes
    return SparseTensor(row=target, col=source, value=weight, sparse_sizes=(nodes, nodes))


class PygTemporalDCRNN(nn.Module):
    def __init__(self, channels: int, horizons: int):
        from torch_geometric_temporal.nn.recurrent import BatchedDCRNN

        super().__init__()
        self.recurrent = BatchedDCRNN(channels, HIDDEN, K=3)
        self.linear = nn.Linear(HIDDEN, horizons)

    def forward(self, x: Tensor, edge_index: Tensor, edge_weight: Tensor) -> Tensor:
        state = self.recurrent(x, edge_index, edge_weight)[:, -1]
        return self.linear(state.relu()).transpose(1, 2)[..., None]


def pyg_temporal_dcrnn(channels: int, horizons: int, graph: Graph) -> nn.Module:
    return AlongGraph(PygTemporalDCRNN(channels, horizons), *_edges(graph))


@dataclass(frozen=True)
class Peer:
    """What makes a peer's network, how it is trained, and the packages that it needs."""

    build: Build
    packages: Sequence[str]
    recipe: Recipe = RECIPE

    @property
    def missing(self) -> list[str]:
        """Packages that are not installed."""
        return [package for package in self.packages if not find_spec(package)]

    def fit(self, epochs: int = RECIPE.epochs) -> Fit:
        recipe = replace(self.recipe, epochs=epochs)
        return partial(PeerForecaster.fit, build=self.build, recipe=recipe)


PEERS: Mapping[str, Peer] = {
    "tsl-dcrnn": Peer(tsl_dcrnn, ["tsl", "torch_sparse"]),
    "tsl-graph-wavenet": Peer(
        tsl_graph_wavenet, ["tsl", "torch_sparse"], replace(RECIPE, weight_decay=1e-4)
    ),
    "pyg-temporal-dcrnn": Peer(pyg_temporal_dcrnn, ["torch_geometric_temporal", "torch_sparse"]),
}


def installed(names: Sequence[str] = tuple(PEERS), epochs: int = RECIPE.epochs) -> dict[str, Fit]:
    """What fits each of some peers; of one that is not there, the missing packages are printed."""
    found = {}
    for name in names:
        if missing := PEERS[name].missing:
            print(f"{name}: missing {', '.join(missing)}")
        else:
            found[name] = PEERS[name].fit(epochs)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", choices=[*PEERS, []], metavar="NAME")
    parser.add_argument("--epochs", type=int, default=RECIPE.epochs)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", type=Path, metavar="FILE")
    arguments = parser.parse_args()
    series = load_series("beijing-air")
    split = chronological(len(series.times))
    rows = []
    for name, fit in installed(arguments.names or [*PEERS], arguments.epochs).items():
        model = fit(series, split, HORIZONS, arguments.seed)
        sums = validation_errors(series, split.validation, model, HORIZONS)
        errors = {at: each.mae for at, each in zip(HORIZONS, sums, strict=True)}
        print(f"{name}: {model.parameters:,} parameters, {model.seconds:.0f} s", flush=True)
        print("  " + ", ".join(f"{at} h {mae:.2f}" for at, mae in errors.items()), flush=True)
        history = [line._asdict() for line in model.history]
        rows.append(
            {
                "model": name,
                "seed": arguments.seed,
                "part": "validation",
                "mae": errors,
                "parameters": model.parameters,
                "seconds": model.seconds,
                "history": history,
            }
        )
    if arguments.json:
        arguments.json.write_text(json.dumps(rows, indent=2) + "\n")


if __name__ == "__main__":
    main()
