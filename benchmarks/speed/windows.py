"""Windows of a series: how many a second, and how much memory they take.

    python benchmarks/speed/windows.py [--json FILE]

24 steps in, 72 out, shuffled, in batches; a twentieth of the readings is missing. Speed: 4 years of
hours, 12 stations, 8 variables, batches of 64, one thread. Memory: 1 year, 1,000 stations, 8
variables, batches of 16, in a process of its own, above what it held before the first array was
made, over the bytes of values and mask. Ours fills, scales and masks; the peers, where they are
installed, cut windows of an array that was filled and scaled before: PyTorch Geometric Temporal's
``IndexDataset`` (whose inputs are as long as its outputs, here 48), its
``StaticGraphTemporalSignal`` over windows that are all stored, which hands over one at a time, and
tsl's ``SpatioTemporalDataset`` with a mask.
"""

import argparse
import multiprocessing
from collections.abc import Callable, Iterable
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pandas
import torch
from memory import in_a_process, peak_gigabytes
from pairs import Pair, time_pair, write_json
from torch.utils.data import DataLoader

from gnnlab.data.preparation import Preparation
from gnnlab.data.series import SensorSeries
from gnnlab.data.variables import Variable
from gnnlab.data.windows import Windows

INPUT_STEPS, HORIZON, VARIABLES = 24, 72, 8
BATCHES = 100  # that are timed


def readings(steps: int, stations: int) -> np.ndarray:
    rng = np.random.default_rng(0)
    values = rng.standard_normal((steps, stations, VARIABLES), dtype=np.float32)
    for step in values:
        step[rng.random(step.shape, dtype=np.float32) < 0.05] = np.nan
    return values


def series_of(values: np.ndarray) -> SensorSeries:
    stations = pandas.DataFrame(
        {"longitude": 0.0, "latitude": 0.0}, index=[f"s{i}" for i in range(values.shape[1])]
    )
    return SensorSeries(
        values=values,
        variables=[
            Variable(f"v{i}", "1", "past" if i else "target") for i in range(values.shape[2])
        ],
        times=np.datetime64("2024-01-01T00", "s") + np.arange(len(values)) * np.timedelta64(1, "h"),
        stations=stations,
    )


def ours(values: np.ndarray, batch_size: int) -> DataLoader:
    series = series_of(values)
    train = range(len(values))
    windows = Windows(
        series, train, Preparation.fit(series, train), input_steps=INPUT_STEPS, horizon=HORIZON
    )
    return windows.loader(batch_size, shuffle=True)


def index_dataset(values: np.ndarray, batch_size: int) -> DataLoader:
    from torch_geometric_temporal.signal.index_dataset import IndexDataset

    length = (INPUT_STEPS + HORIZON) // 2
    starts = np.arange(len(values) - 2 * length)
    return DataLoader(
        IndexDataset(starts, np.nan_to_num(values), length), batch_size=batch_size, shuffle=True
    )


def stored_windows(values: np.ndarray, _: int) -> Iterable:
    from torch_geometric_temporal.signal import StaticGraphTemporalSignal

    filled = np.nan_to_num(values)
    starts = range(0, 64 * BATCHES)
    return StaticGraphTemporalSignal(
        np.zeros((2, 0), dtype=np.int64),
        np.zeros(0),
        [filled[i : i + INPUT_STEPS].transpose(1, 2, 0) for i in starts],
        [filled[i + INPUT_STEPS : i + INPUT_STEPS + HORIZON, :, 0].T for i in starts],
    )


def tsl_dataset(values: np.ndarray, batch_size: int) -> DataLoader:
    from tsl.data import SpatioTemporalDataset
    from tsl.data.loader import StaticGraphLoader

    dataset = SpatioTemporalDataset(
        np.nan_to_num(values), mask=~np.isnan(values), window=INPUT_STEPS, horizon=HORIZON
    )
    return StaticGraphLoader(dataset, batch_size=batch_size, shuffle=True)


PEERS = {
    "PyG-Temporal IndexDataset": ("torch_geometric_temporal", index_dataset),
    "PyG-Temporal stored windows": ("torch_geometric_temporal", stored_windows),
    "tsl": ("tsl", tsl_dataset),
}


def some(batches: Iterable, count: int) -> Callable[[], None]:
    def draw() -> None:
        for number, _ in enumerate(batches):
            if number + 1 == count:
                return

    return draw


def speed() -> list[Pair]:
    values = readings(4 * 8766, 12)
    draw = some(ours(values, 64), BATCHES)
    pairs = []
    for name, (package, make) in PEERS.items():
        if not find_spec(package):
            print(f"{name}: not installed")
            continue
        what = f"{64 * BATCHES:,} windows: {name}"
        count = BATCHES * (64 if make is stored_windows else 1)
        pairs.append(time_pair(what, draw, some(make(values, 64), count)))
    if not pairs:
        pairs.append(time_pair(f"{64 * BATCHES:,} windows: ours twice", draw, draw))
    print(f"ours: {64 * BATCHES / pairs[0].ours:,.0f} windows a second")
    return pairs


def _peak(make: Callable[[np.ndarray, int], Iterable], queue: multiprocessing.Queue) -> None:
    before = peak_gigabytes()
    values = readings(8760, 1000)
    some(make(values, 16), 20)()
    queue.put((peak_gigabytes() - before, values.size * 5 / 1e9))


def memory() -> list[dict]:
    rows = []
    makers = {"ours": ours} | {
        name: make
        for name, (package, make) in PEERS.items()
        if find_spec(package) and make is not stored_windows
    }
    for name, make in makers.items():
        peak, data = in_a_process(_peak, make)
        print(f"peak memory: {name:<40} {peak:.3f} GB, {peak / data:.2f} times values + mask")
        rows.append({"what": f"peak memory: {name}", "gigabytes": peak, "of values and mask": data})
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path, metavar="FILE")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    write_json([*speed(), *memory()], arguments.json)


if __name__ == "__main__":
    main()
