"""GCN, ours against PyG: Cora, one step on a large graph, memory, and a million nodes.

    python benchmarks/speed/gcn.py [--json FILE] [--only NAME ...]

Cora, all: 200 epochs with an evaluation each, hidden 16, dropout 0.5, Adam 0.01, weight decay
5e-4 on the first layer, cached normalisation, 2 threads. The peers are PyG's ``examples/gcn.py`` as
it is, under ``torch.compile``, and fed by hand with sparse features of which values are dropped. A
step on the large graph: two layers, 128 -> 64 -> 40 channels, dropout, cross-entropy at all nodes,
Adam; 170,000 nodes and 1.2 M random edges, both ways. PyG takes the graph as ``edge_index``, as
``EdgeIndex`` with its caches filled, as a CSR matrix of torch, and as torch-sparse's where that is
installed.
"""

import argparse
import multiprocessing
import time
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path

import torch
import torch.nn.functional as F
from memory import in_a_process, peak_gigabytes
from pairs import Pair, time_pair, write_json
from torch import Tensor, nn
from torch_geometric import EdgeIndex
from torch_geometric.nn import GCNConv
from torch_geometric.nn.conv.gcn_conv import gcn_norm
from torch_geometric.transforms import NormalizeFeatures

from gnnlab.data import load
from gnnlab.experiments.node_classification import train_gcn
from gnnlab.nn.models import GCN

THREADS = 2


class PygGCN(nn.Module):
    def __init__(self, in_channels: int, hidden: int, out_channels: int, **settings: bool):
        super().__init__()
        self.conv1 = GCNConv(in_channels, hidden, **settings)
        self.conv2 = GCNConv(hidden, out_channels, **settings)

    def forward(self, x: Tensor, edge_index: Tensor, edge_weight: Tensor | None = None) -> Tensor:
        if x.layout == torch.strided:
            x = F.dropout(x, p=0.5, training=self.training)
        x = self.conv1(x, edge_index, edge_weight).relu()
        x = F.dropout(x, p=0.5, training=self.training)
        return self.conv2(x, edge_index, edge_weight)


class Cora:
    """PyG's recipe in three dresses."""

    def __init__(self) -> None:
        self.dataset = load("cora")
        self.data = NormalizeFeatures()(self.dataset.to_data())
        csr = self.data.x.to_sparse_csr()
        parts = (csr.crow_indices().int(), csr.col_indices().int(), csr.values())
        self.sparse = torch.sparse_csr_tensor(*parts, csr.shape)

    def ours(self, seeds: int) -> None:
        train_gcn(self.dataset, seeds=range(seeds))

    def peer(self, *, compiled: bool = False, sparse: bool = False) -> None:
        torch.manual_seed(0)
        model = PygGCN(self.data.num_features, 16, len(self.dataset.classes), cached=True)
        optimizer = torch.optim.Adam(
            [
                {"params": model.conv1.parameters(), "weight_decay": 5e-4},
                {"params": model.conv2.parameters(), "weight_decay": 0},
            ],
            lr=0.01,
        )
        run = torch.compile(model) if compiled else model
        data = self.data
        for _ in range(200):
            model.train()
            optimizer.zero_grad()
            out = run(self._features(training=True) if sparse else data.x, data.edge_index)
            F.cross_entropy(out[data.train_mask], data.y[data.train_mask]).backward()
            optimizer.step()
            model.eval()
            with torch.no_grad():
                x = self._features(training=False) if sparse else data.x
                predicted = run(x, data.edge_index).argmax(dim=-1)
                masks = (data.train_mask, data.val_mask, data.test_mask)
                for mask in masks[1:2] if compiled or sparse else masks:
                    (predicted[mask] == data.y[mask]).float().mean().item()

    def _features(self, training: bool) -> Tensor:
        x = self.sparse
        values = F.dropout(x.values(), 0.5, training)
        return torch.sparse_csr_tensor(x.crow_indices(), x.col_indices(), values, x.shape)


def cora() -> Iterator[Pair]:
    job = Cora()
    peers: dict[str, Callable[[], None]] = {
        "PyG's recipe": job.peer,
        "PyG's class, sparse features by hand": lambda: job.peer(sparse=True),
        "PyG's class compiled": lambda: job.peer(compiled=True),
    }
    for name, peer in peers.items():
        yield time_pair(f"Cora, 200 epochs, 1 seed: {name}", lambda: job.ours(1), peer)
    hundred = time_pair(
        "Cora, 100 seeds against 1 of PyG's recipe", lambda: job.ours(100), job.peer
    )
    ratio = 100 * hundred.ratio
    print(f"{'':<60} 100 runs of the peer / ours: {ratio:.1f}", flush=True)
    yield Pair(
        "Cora, 100 seeds: 100 runs of PyG's recipe", hundred.ours, 100 * hundred.peer, ratio, 5
    )


def large_step(who: str) -> Callable[[], None]:
    """One training step on the large graph, by name of who takes it."""
    draws = torch.Generator().manual_seed(0)
    nodes = 170_000
    edges = torch.randint(0, nodes, (2, 1_200_000), generator=draws)
    edge_index = torch.cat([edges, edges.flip(0)], dim=1)
    x = torch.randn(nodes, 128, generator=draws)
    labels = torch.randint(0, 40, (nodes,), generator=draws)
    torch.manual_seed(0)
    weight: Tensor | None = None
    model: nn.Module = GCN(128, 64, 40) if who == "ours" else PygGCN(128, 64, 40, cached=True)
    graph: object = edge_index
    if who == "PyG EdgeIndex, compiled":
        model = PygGCN(128, 64, 40, normalize=False)
        index, weight = gcn_norm(edge_index, None, nodes)
        order = torch.argsort(index[1], stable=True)
        graph = EdgeIndex(index[:, order], sparse_size=(nodes, nodes), sort_order="col")
        graph.fill_cache_()
        weight = weight[order]
    elif who == "PyG with a torch CSR matrix":
        model = PygGCN(128, 64, 40, normalize=False)
        index, values = gcn_norm(edge_index, None, nodes)
        matrix = torch.sparse_coo_tensor(index.flip(0), values, (nodes, nodes)).coalesce()
        graph = matrix.to_sparse_csr()
    elif who == "PyG with torch-sparse":
        from torch_sparse import SparseTensor

        graph = SparseTensor.from_edge_index(edge_index, sparse_sizes=(nodes, nodes)).t()
    run = torch.compile(model) if who.endswith("compiled") else model
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)

    def step() -> None:
        optimizer.zero_grad()
        F.cross_entropy(run(x, graph, weight), labels).backward()
        optimizer.step()

    return step


def large() -> Iterator[Pair]:
    ours = large_step("ours")
    peers = ["PyG edge_index", "PyG with a torch CSR matrix", "PyG EdgeIndex, compiled"]
    if find_spec("torch_sparse"):
        peers.append("PyG with torch-sparse")
    for who in peers:
        yield time_pair(f"170,000 nodes, 2.4 M arcs, one step: {who}", ours, large_step(who))


def _peak_of_steps(who: str, queue: multiprocessing.Queue) -> None:
    torch.set_num_threads(THREADS)
    step = large_step(who)
    before = peak_gigabytes()
    for _ in range(3):
        step()
    queue.put((before, peak_gigabytes()))


def _million(queue: multiprocessing.Queue) -> None:
    torch.set_num_threads(THREADS)
    draws = torch.Generator().manual_seed(0)
    edges = torch.randint(0, 1_000_000, (2, 10_000_000), generator=draws)
    edge_index = torch.cat([edges, edges.flip(0)], dim=1)
    del edges
    x = torch.randn(1_000_000, 64, generator=draws)
    labels = torch.randint(0, 40, (1_000_000,), generator=draws)
    model = GCN(64, 64, 40)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    seconds = []
    for _ in range(3):
        start = time.perf_counter()
        optimizer.zero_grad()
        F.cross_entropy(model(x, edge_index), labels).backward()
        optimizer.step()
        seconds.append(time.perf_counter() - start)
    queue.put((seconds, peak_gigabytes()))


def memory() -> Iterator[dict]:
    peaks = {}
    for who in ("ours", "PyG edge_index"):
        before, peak = in_a_process(_peak_of_steps, who)
        peaks[who] = {"process": peak, "step": peak - before}
        print(f"{'peak memory: ' + who:<60} {peak:.2f} GB, of the step {peak - before:.2f}")
    shares = {
        part: peaks["ours"][part] / peaks["PyG edge_index"][part] for part in ("process", "step")
    }
    print(f"{'':<60} ours / peer: {shares}", flush=True)
    yield {"what": "peak memory of that step", "gigabytes": peaks, "ours / peer": shares}


def million() -> Iterator[dict]:
    seconds, peak = in_a_process(_million)
    steps = ", ".join(f"{each:.1f}" for each in seconds)
    print(f"1 M nodes, 20 M arcs, 64 features: steps of {steps} s, peak {peak:.2f} GB", flush=True)
    yield {"what": "1 M nodes, 20 M arcs, 64 features", "seconds": seconds, "gigabytes": peak}


JOBS = {"cora": cora, "large": large, "memory": memory, "million": million}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path, metavar="FILE")
    parser.add_argument("--only", nargs="*", choices=JOBS, default=list(JOBS))
    arguments = parser.parse_args()
    torch.set_num_threads(THREADS)
    write_json([row for name in arguments.only for row in JOBS[name]()], arguments.json)


if __name__ == "__main__":
    main()
