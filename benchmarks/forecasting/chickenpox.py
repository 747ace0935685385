"""Chickenpox in Hungary: PyTorch Geometric Temporal's example, on its protocol, beside ours.

    python benchmarks/forecasting/chickenpox.py [--file chickenpox.json] [--seeds N] [--json FILE]

Weekly cases in 20 counties, each standardised over all 521 weeks, those of the test part among
them: so the data come. The protocol is that of ``examples/recurrent/dcrnn_example.py``: from the
last 4 weeks of each county the next, the first fifth of all windows to learn from, the rest to be
scored on; a recurrent cell of 32 units, a ReLU and a linear layer, 200 epochs of Adam at 0.01, each
one step by all windows, mean squared error. There is no validation part.

- PyG-Temporal DCRNN, its example: there a prediction of shape [20, 1] less a target of shape [20]
  is [20, 20], so that each county is compared with all (issues 116 and 231 of that project). What
  the example prints is the column "as it prints"; the mean squared error is each county's own.
- PyG-Temporal DCRNN, own targets: the same with each county compared with itself. Its K = 1 is a
  walk of no step, so that no county hears of another; its 4 weeks are one step with 4 channels.
- ours, DCGRU: along walks of at most 1 step; reads the 4 weeks as the peer does, in 1 step, or as
  the series that they are, in 4 steps.
- least squares on the same 4 weeks, one equation for all counties or one for each; and each
  county's mean in the training part.
"""

import argparse
import json
import statistics
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import torch
from circumstances import OF_PEERS, PACKAGES, circumstances
from torch import Tensor, nn

from gnnlab.data import Card, fetch
from gnnlab.data.catalog import DataFile
from gnnlab.errors import GnnlabError
from gnnlab.nn import DCGRU, random_walks

LAGS, TRAIN_SHARE, HIDDEN, EPOCHS = 4, 0.2, 32, 200
CARD = Card(
    name="chickenpox",
    title="Weekly chickenpox cases in the counties of Hungary, 2005 to 2015",
    kind="sensors",
    licence="MIT",
    citation=["Rozemberczki et al.: Chickenpox cases in Hungary. arXiv 2102.08100, 2021."],
    folder="chickenpox",
    sources=[
        "https://raw.githubusercontent.com/benedekrozemberczki/pytorch_geometric_temporal/master/dataset/"
    ],
    files=[
        DataFile(
            "chickenpox.json",
            220340,
            "724b48cfb274b2ecbb855bdb99b970b5ef9dd3671694fa477435dc1e08293735",
        )
    ],
)

Loss = Callable[[Tensor, Tensor], Tensor]


@dataclass(frozen=True)
class Windows:
    """What is read and what came next: x [window, county, week], y [window, county]."""

    x: Tensor
    y: Tensor


@dataclass(frozen=True)
class Chickenpox:
    """Which counties are neighbours, [2, edge], and the windows of both parts."""

    edges: Tensor
    train: Windows
    test: Windows


def read(path: Path) -> Chickenpox:
    content = json.loads(path.read_text(encoding="utf-8"))
    values = torch.tensor(content["FX"], dtype=torch.float32)
    x, y = values.unfold(0, LAGS, 1)[:-1], values[LAGS:]
    learned = int(TRAIN_SHARE * len(y))
    return Chickenpox(
        torch.tensor(content["edges"]).T,
        Windows(x[:learned], y[:learned]),
        Windows(x[learned:], y[learned:]),
    )


def own_targets(found: Tensor, y: Tensor) -> Tensor:
    return (found - y).square().mean()


def all_targets(found: Tensor, y: Tensor) -> Tensor:
    """Of the example: each county's prediction against the targets of all counties."""
    return (found[..., :, None] - y[..., None, :]).square().mean()


class Ours(nn.Module):
    def __init__(self, edges: Tensor, counties: int, steps: int):
        super().__init__()
        self.steps = steps
        self.recurrent = DCGRU(LAGS // steps, HIDDEN, steps=1)
        self.walks = random_walks(edges, None, counties, steps=1)
        self.linear = nn.Linear(HIDDEN, 1)

    def forward(self, x: Tensor) -> Tensor:
        state = self.recurrent(x.unflatten(2, (self.steps, -1)).transpose(1, 2), self.walks)[1]
        return self.linear(state.relu())[..., 0]


class PygTemporal(nn.Module):
    def __init__(self, edges: Tensor):
        from torch_geometric_temporal.nn.recurrent import DCRNN

        super().__init__()
        self.recurrent = DCRNN(LAGS, HIDDEN, 1)
        self.linear = nn.Linear(HIDDEN, 1)
        self.edges, self.weight = edges, torch.ones(edges.shape[1])

    def forward(self, x: Tensor) -> Tensor:
        states = [self.recurrent(window, self.edges, self.weight) for window in x]
        return self.linear(torch.stack(states).relu())[..., 0]


def train(network: nn.Module, windows: Windows, loss: Loss) -> None:
    optimizer = torch.optim.Adam(network.parameters(), lr=0.01)
    for _ in range(EPOCHS):
        loss(network(windows.x), windows.y).backward()
        optimizer.step()
        optimizer.zero_grad()


def least_squares(train: Windows, x: Tensor) -> Tensor:
    """One equation for all counties, with an intercept: its answers to x."""
    rows = _with_one(train.x).reshape(-1, LAGS + 1)
    weights = torch.linalg.lstsq(rows, train.y.double().reshape(-1, 1)).solution
    return (_with_one(x) @ weights)[..., 0]


def least_squares_of_each(train: Windows, x: Tensor) -> Tensor:
    """An equation for each county."""
    found = [
        least_squares(Windows(train.x[:, [county]], train.y[:, [county]]), x[:, [county]])
        for county in range(x.shape[1])
    ]
    return torch.cat(found, dim=1)


def mean_of_each(train: Windows, x: Tensor) -> Tensor:
    return train.y.mean(dim=0).expand(len(x), -1)


PLAIN: Mapping[str, Callable[[Windows, Tensor], Tensor]] = {
    "least squares, one equation": least_squares,
    "least squares, one for each county": least_squares_of_each,
    "mean of each county": mean_of_each,
}


def _with_one(x: Tensor) -> Tensor:
    return torch.cat([x.double(), torch.ones(*x.shape[:-1], 1, dtype=torch.float64)], dim=-1)


def scores(found: Tensor, y: Tensor) -> dict[str, float]:
    return {"mse": float(own_targets(found, y)), "as it prints": float(all_targets(found, y))}


def network_row(
    name: str, data: Chickenpox, make: Callable[[], nn.Module], loss: Loss, seeds: int
) -> dict[str, Any]:
    """The means over seeds; of the mean squared error its deviation, too."""
    start, found = time.perf_counter(), []
    for seed in range(seeds):
        torch.manual_seed(seed)
        network = make()
        train(network, data.train, loss)
        with torch.no_grad():
            found.append(scores(network(data.test.x), data.test.y))
    mean = {name: statistics.fmean(each[name] for each in found) for name in found[0]}
    return {
        "model": name,
        **mean,
        "mse_std": statistics.stdev(each["mse"] for each in found) if seeds > 1 else None,
        "seeds": seeds,
        "seconds": (time.perf_counter() - start) / seeds,
    }


def rows(data: Chickenpox, seeds: int) -> Iterator[dict[str, Any]]:
    """One a model, as they are ready."""
    counties = data.train.y.shape[1]
    if find_spec("torch_geometric_temporal"):
        peer = partial(PygTemporal, data.edges)
        yield network_row("PyG-Temporal DCRNN, its example", data, peer, all_targets, seeds)
        yield network_row("PyG-Temporal DCRNN, own targets", data, peer, own_targets, seeds)
    else:
        print("PyG-Temporal DCRNN: missing torch_geometric_temporal")
    for name, steps in (("1 step", 1), ("4 steps", LAGS)):
        ours = partial(Ours, data.edges, counties, steps)
        yield network_row(f"ours, DCGRU, {name}", data, ours, own_targets, seeds)
    for name, answer in PLAIN.items():
        yield {"model": name, **scores(answer(data.train, data.test.x), data.test.y)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--file", type=Path, metavar="FILE", help="chickenpox.json, if it is here")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--json", type=Path, metavar="FILE")
    arguments = parser.parse_args()
    try:
        data = read(arguments.file or fetch(CARD)["chickenpox.json"])
    except (GnnlabError, OSError) as error:
        raise SystemExit(f"{error}; --file can name a file that is here") from error
    print(f"{'mean squared error':<40} {'':>15} as it prints", flush=True)
    found = []
    for row in rows(data, arguments.seeds):
        std = f" +- {row['mse_std']:.4f}" if row.get("mse_std") is not None else ""
        print(f"{row['model']:<40} {row['mse']:.4f}{std:<10} {row['as it prints']:.4f}", flush=True)
        found.append(row)
    if arguments.json:
        command = "python benchmarks/forecasting/chickenpox.py"
        more = circumstances(command, (*PACKAGES, *OF_PEERS))
        arguments.json.write_text(json.dumps({"rows": found, **more}, indent=2) + "\n")


if __name__ == "__main__":
    main()
