"""Tree-LSTM, ours level by level against a plain recursion node by node.

    python benchmarks/speed/trees.py [--json FILE]

10,000 uniform random recursive trees of 20 to 60 nodes: each node hangs from one of those before
it. A child-sum Tree-LSTM of 64 channels on 64 features, forward and backward from the roots, 2
threads, the same weights. Ours takes 500 trees at a time as one graph and makes its schedule
within the time. The recursion takes 100 of the trees, one after the other, and its time is counted
100 times. That both give the same states of roots and gradients of weights is checked first.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from pairs import Pair, time_pair, write_json
from torch import Tensor

from gnnlab.graphs import Graph
from gnnlab.nn import DagNetwork
from gnnlab.nn.cells import TreeLSTMCell

THREADS = 2
TREES, TOGETHER, RECURSIVE = 10_000, 500, 100
CHANNELS = 64


class Tree:
    """Parents of its nodes, -1 of the root, and their features."""

    def __init__(self, draws: np.random.Generator):
        size = int(draws.integers(20, 61))
        self.parents = np.array([-1, *(draws.integers(node) for node in range(1, size))])
        self.x = torch.from_numpy(draws.standard_normal((size, CHANNELS), dtype=np.float32))
        self.children: list[list[int]] = [[] for _ in range(size)]
        for node, parent in enumerate(self.parents.tolist()):
            if parent >= 0:
                self.children[parent].append(node)


class Ours:
    """Forests of trees, level by level."""

    def __init__(self, cell: TreeLSTMCell, trees: Sequence[Tree]):
        self.network = DagNetwork(cell)
        self.forests = [
            (self._graph(some), torch.cat([tree.x for tree in some]))
            for some in (
                trees[first : first + TOGETHER] for first in range(0, len(trees), TOGETHER)
            )
        ]

    @staticmethod
    def _graph(trees: Sequence[Tree]) -> Graph:
        sizes = np.array([len(tree.parents) for tree in trees])
        first = np.repeat(np.cumsum(sizes) - sizes, sizes)
        parents = np.concatenate([tree.parents for tree in trees])
        children = np.flatnonzero(parents >= 0)
        edges = np.stack([children, (parents + first)[children]])
        return Graph(edges, len(parents), directed=True)

    def __call__(self) -> Tensor:
        """The roots' states; gradients of the weights are left in the cell."""
        self.network.zero_grad()
        roots = []
        for graph, x in self.forests:
            _, (hidden, _) = self.network(x, graph)
            hidden.sum().backward()
            roots.append(hidden.detach())
        return torch.cat(roots)


class Recursive:
    """The formulas of Tai et al. (2015), a call a node."""

    def __init__(self, cell: TreeLSTMCell, trees: Sequence[Tree]):
        self.cell, self.trees = cell, trees

    def __call__(self) -> Tensor:
        self.cell.zero_grad()
        roots = []
        for tree in self.trees:
            hidden, _ = self.state(tree, 0)
            hidden.sum().backward()
            roots.append(hidden.detach())
        return torch.cat(roots)

    def state(self, tree: Tree, node: int) -> tuple[Tensor, Tensor]:
        n, cell = CHANNELS, self.cell
        x = torch.addmm(cell.bias, tree.x[node : node + 1], cell.weight_ih.t())
        if not tree.children[node]:
            i, _, g, o = x.split(n, dim=1)
            memory = i.sigmoid() * g.tanh()
            return o.sigmoid() * memory.tanh(), memory
        states = [self.state(tree, child) for child in tree.children[node]]
        hidden, memories = (torch.cat(each) for each in zip(*states, strict=True))
        forget = (x[:, n : 2 * n] + hidden @ cell.weight_hh[n : 2 * n].t()).sigmoid()
        summed = hidden.sum(dim=0, keepdim=True)
        i, _, g, o = torch.addmm(x, summed, cell.weight_hh.t()).split(n, dim=1)
        memory = i.sigmoid() * g.tanh() + (forget * memories).sum(dim=0, keepdim=True)
        return o.sigmoid() * memory.tanh(), memory


def check(cell: TreeLSTMCell, trees: Sequence[Tree]) -> None:
    """See that both compute the same; the program ends where they do not."""
    found = []
    for one in (Ours(cell, trees), Recursive(cell, trees)):
        roots = one()
        found.append((roots, *(weight.grad.clone() for weight in cell.parameters())))
    torch.testing.assert_close(*found, rtol=1e-4, atol=1e-4)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path, metavar="FILE")
    arguments = parser.parse_args()
    torch.set_num_threads(THREADS)
    torch.manual_seed(0)
    draws = np.random.default_rng(0)
    trees = [Tree(draws) for _ in range(TREES)]
    cell = TreeLSTMCell(CHANNELS, CHANNELS)
    check(cell, trees[:RECURSIVE])
    part = time_pair(
        f"Tree-LSTM, {TREES:,} trees against {RECURSIVE} by recursion",
        Ours(cell, trees),
        Recursive(cell, trees[:RECURSIVE]),
    )
    times = TREES // RECURSIVE
    whole = Pair(
        f"Tree-LSTM, {TREES:,} trees: {times} times the recursion over {RECURSIVE} of them",
        part.ours,
        times * part.peer,
        times * part.ratio,
        part.runs,
    )
    print(f"{'':<60} {times} times that recursion / ours: {whole.ratio:.1f}", flush=True)
    write_json([whole], arguments.json)


if __name__ == "__main__":
    main()
