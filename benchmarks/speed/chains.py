"""Recurrent networks as chain graphs: against torch.nn, and against one node after another.

    python benchmarks/speed/chains.py [--json FILE]

Forward and backward: 128 sequences of 40 steps, 128 channels, 128 units, 2 threads. "Node by node"
walks the same graph, 128 chains of 40 nodes, in topological order; a node is a call of torch.nn's
cell with the state of its predecessor.
"""

import argparse
from collections.abc import Callable
from pathlib import Path

import torch
from pairs import Pair, time_pair, write_json
from torch import Tensor, nn

from gnnlab.nn import from_torch

THREADS = 2
STEPS, BATCH, CHANNELS = 40, 128, 128
MODULES = {"RNN": nn.RNN, "GRU": nn.GRU, "LSTM": nn.LSTM}


def training(network: nn.Module, x: Tensor) -> Callable[[], None]:
    def step() -> None:
        network.zero_grad()
        network(x)[0].square().sum().backward()

    return step


class NodeByNode(nn.Module):
    """The cell of a module of torch.nn, node after node."""

    def __init__(self, module: nn.RNNBase):
        super().__init__()
        kind = type(module)
        self.cell = {nn.RNN: nn.RNNCell, nn.GRU: nn.GRUCell, nn.LSTM: nn.LSTMCell}[kind](
            CHANNELS, CHANNELS
        )
        names = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
        self.cell.load_state_dict({name: getattr(module, f"{name}_l0") for name in names})

    def forward(self, x: Tensor) -> tuple[Tensor]:
        inputs = [nodes.split(1) for nodes in x]
        states: dict[tuple[int, int], object] = {}
        for step in range(len(x)):
            for chain in range(x.shape[1]):
                before = states.get((step - 1, chain))
                states[step, chain] = self.cell(inputs[step][chain], before)
        hidden = [s[0] if isinstance(s, tuple) else s for s in states.values()]
        return (torch.cat(hidden).view(len(x), x.shape[1], -1),)


def rows() -> list[Pair]:
    torch.manual_seed(0)
    x = torch.randn(STEPS, BATCH, CHANNELS)
    pairs = []
    for name, kind in MODULES.items():
        module = kind(CHANNELS, CHANNELS)
        ours, single = from_torch(module), NodeByNode(module)
        torch.testing.assert_close(ours(x)[0], module(x)[0])
        torch.testing.assert_close(ours(x)[0], single(x)[0])
        step = training(ours, x)
        pairs.append(time_pair(f"{name}: torch.nn", step, training(module, x), runs=21))
        pairs.append(time_pair(f"{name}: node by node", step, training(single, x)))
    return pairs


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path, metavar="FILE")
    arguments = parser.parse_args()
    torch.set_num_threads(THREADS)
    write_json(rows(), arguments.json)


if __name__ == "__main__":
    main()
