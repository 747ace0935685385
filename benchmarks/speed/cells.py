"""DCGRU: one training step, against the peers' cells of the same size, and on a large graph.

    python benchmarks/speed/cells.py [--json FILE] [--only 12 207 2000]

Forward, backward and Adam: 64 windows of 12 steps, 2 channels, 64 units, two steps of diffusion
both ways; every station has an edge from each of its 8 nearest others; 2 threads. The peers, where
they are installed: tsl's ``DCRNN`` with dense matrices (``DenseDCRNN``) and with sparse ones
(torch-sparse, which must be compiled: ``pip install torch-sparse --no-build-isolation`` beside
torch), and PyTorch Geometric Temporal's ``DCRNN``, step after step, whose K = 3 is two steps.
2,000 stations: time against 207, and peak memory, in processes of their own.
"""

import argparse
import multiprocessing
import os
import statistics
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import torch
from memory import in_a_process, peak_gigabytes
from pairs import Pair, time_pair, write_json
from torch import Tensor, nn

from gnnlab.nn import DCGRU, random_walks

THREADS = 2
BATCH, STEPS, CHANNELS, HIDDEN, WALK = 64, 12, 2, 64, 2


class Job:
    """Stations in a square, and windows of their readings."""

    def __init__(self, stations: int):
        torch.manual_seed(0)
        self.stations = stations
        place = torch.rand(stations, 2)
        distance = torch.cdist(place, place).fill_diagonal_(torch.inf)
        near, source = distance.topk(min(8, stations - 1), largest=False)
        target = torch.arange(stations).repeat_interleave(near.shape[1])
        self.edge_index = torch.stack([source.flatten(), target])
        self.weight = (torch.exp(-((near / 0.1) ** 2)) + 1e-2).flatten()
        self.x = torch.randn(BATCH, STEPS, stations, CHANNELS)

    def ours(self) -> Callable[[], None]:
        cell = DCGRU(CHANNELS, HIDDEN, WALK)
        walks = random_walks(self.edge_index, self.weight, self.stations, steps=WALK)
        return training(cell, lambda: cell(self.x, walks)[1])

    def tsl_dense(self) -> Callable[[], None]:
        from tsl.nn.blocks.encoders.recurrent import DenseDCRNN

        cell = DenseDCRNN(CHANNELS, HIDDEN, k=WALK, root_weight=True, return_only_last_state=True)
        matrix = torch.zeros(self.stations, self.stations)
        matrix[self.edge_index[1], self.edge_index[0]] = self.weight
        return training(cell, lambda: cell(self.x, matrix))

    def tsl_sparse(self) -> Callable[[], None]:
        from tsl.nn.blocks.encoders.recurrent import DCRNN

        cell = DCRNN(CHANNELS, HIDDEN, k=WALK, return_only_last_state=True)
        return training(cell, lambda: cell(self.x, self.edge_index, self.weight))

    def pyg_temporal(self) -> Callable[[], None]:
        from torch_geometric_temporal.nn.recurrent import BatchedDCRNN

        cell = BatchedDCRNN(CHANNELS, HIDDEN, K=WALK + 1)
        return training(cell, lambda: cell(self.x, self.edge_index, self.weight)[:, -1])


def training(model: nn.Module, output: Callable[[], Tensor]) -> Callable[[], None]:
    optimizer = torch.optim.Adam(model.parameters())

    def step() -> None:
        optimizer.zero_grad()
        output().square().mean().backward()
        optimizer.step()

    return step


PEERS: dict[str, tuple[list[str], Callable[[Job], Callable[[], None]]]] = {
    "tsl dense": (["tsl"], Job.tsl_dense),
    "tsl sparse": (["tsl", "torch_sparse"], Job.tsl_sparse),
    "PyG-Temporal": (["torch_geometric_temporal", "torch_sparse"], Job.pyg_temporal),
}


def pairs(stations: int) -> list[Pair]:
    job = Job(stations)
    found = []
    for name, (packages, make) in PEERS.items():
        missing = [package for package in packages if not find_spec(package)]
        if missing:
            print(f"{name}: missing {', '.join(missing)}")
            continue
        runs = 15 if stations < 100 else 5
        found.append(time_pair(f"{stations} stations: {name}", job.ours(), make(job), runs=runs))
    if not found:
        ours = job.ours()
        found.append(time_pair(f"{stations} stations: ours twice", ours, ours))
    return found


def _seconds_and_peak(stations: int, queue: multiprocessing.Queue) -> None:
    torch.set_num_threads(THREADS)
    step = Job(stations).ours()
    seconds = []
    for _ in range(4):
        start = time.perf_counter()
        step()
        seconds.append(time.perf_counter() - start)
    queue.put((statistics.median(seconds[1:]), peak_gigabytes()))


def large() -> list[dict]:
    rows = []
    for stations in (207, 2000):
        seconds, peak = in_a_process(_seconds_and_peak, stations)
        rows.append({"what": f"{stations} stations", "seconds": seconds, "gigabytes": peak})
        print(f"{stations} stations: {seconds:.3f} s a step, peak {peak:.2f} GB", flush=True)
    print(f"2,000 stations / 207: {rows[1]['seconds'] / rows[0]['seconds']:.1f} times the time")
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path, metavar="FILE")
    parser.add_argument("--only", nargs="*", type=int, default=[12, 207, 2000])
    arguments = parser.parse_args()
    torch.set_num_threads(THREADS)
    rows: list[Pair | dict] = []
    for stations in arguments.only:
        print(f"load average {os.getloadavg()[0]:.1f}")
        rows += large() if stations == 2000 else pairs(stations)
    write_json(rows, arguments.json)


if __name__ == "__main__":
    main()
