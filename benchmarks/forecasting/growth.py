"""How the time and the memory of a fit grow with the stations of the simulated city.

    python benchmarks/forecasting/growth.py [STATIONS ...] [--epochs N] [--json FILE] [--plot FILE]

A year of hours; of each size a process of its own, with one thread. Ridge regression is fitted as
always; a network, along the graph of distances, with one epoch, before and after which the
validation part is judged. Its graph has 8 neighbours a station, or as many as it has by default,
the square root of the number of stations. Seconds are those of the processor, memory is the most
that the process held, the city among it.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from circumstances import circumstances, peak_megabytes
from matplotlib.figure import Figure

from gnnlab.data import SensorSeries, chronological, load_series
from gnnlab.graphs import Graph
from gnnlab.graphs.similarity import distance_graph
from gnnlab.reports.figures import new_figure, save
from gnnlab.training.forecasters import FORECASTERS
from gnnlab.training.forecasters.minibatches import Recipe
from gnnlab.training.forecasters.network import near

STATIONS = (200, 1000, 5000)
HORIZONS = (1, 6, 24)
NEIGHBORS = 8
COLORS = {
    "ridge": "#9aa5b1",
    "gc-dcrnn, 8 neighbours": "#00798c",
    "gc-dcrnn, √stations neighbours": "#d1495b",
}


def joined(past: SensorSeries) -> Graph:
    """Stations and the nearest ones, as many everywhere."""
    longitude, latitude = past.stations[["longitude", "latitude"]].to_numpy(np.float64).T
    labels = [*map(str, past.stations.index)]
    return distance_graph(longitude, latitude, labels, neighbors=NEIGHBORS)


def measured(model: str, stations: int, epochs: int) -> dict[str, Any]:
    """What one fit takes."""
    series = load_series("simulated-city", stations=stations, years=1, seed=0)
    split = chronological(len(series.times))
    make, fit = None, FORECASTERS["ridge"]
    if model != "ridge":
        make = joined if "8" in model else near
        fit = partial(FORECASTERS["gc-dcrnn"], graph=make, recipe=Recipe(epochs=epochs))
    start = time.process_time()
    fit(series, split, HORIZONS)
    return {
        "model": model,
        "stations": stations,
        "edges": make(series.between(0, split.train.stop)).num_edges if make else None,
        "epochs": epochs if make else None,
        "seconds": time.process_time() - start,
        "peak_megabytes": peak_megabytes(),
        "megabytes_of_series": series.values.nbytes / 1e6,
        **circumstances(f"python benchmarks/forecasting/growth.py {stations}"),
    }


def draw(rows: Sequence[Mapping[str, Any]]) -> Figure:
    """Seconds and gigabytes by stations, beside what grows as they do."""
    figure = new_figure(8, 3.4)
    left, right = figure.subplots(1, 2)
    for model, color in COLORS.items():
        of_model = [row for row in rows if row["model"] == model]
        stations = [row["stations"] for row in of_model]
        left.loglog(stations, [row["seconds"] for row in of_model], "o-", color=color, label=model)
        right.loglog(stations, [row["peak_megabytes"] / 1e3 for row in of_model], "o-", color=color)
    sizes = np.array(sorted({row["stations"] for row in rows}))
    for axes, start in ((left, "seconds"), (right, "peak_megabytes")):
        first = max(row[start] for row in rows if row["stations"] == sizes[0])
        scale = first / sizes[0] / (1e3 if axes is right else 1)
        axes.plot(sizes, scale * sizes, ":", color="#444444", label="as stations do")
        axes.set_xticks(sizes, [f"{each:,}" for each in sizes])
        axes.minorticks_off()
        axes.set_xlabel("stations")
        axes.grid(alpha=0.3)
    left.set_ylabel("seconds of a fit, one epoch")
    right.set_ylabel("gigabytes at most")
    figure.legend(
        *left.get_legend_handles_labels(), loc="outside upper center", ncols=4, fontsize=8
    )
    return figure


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("stations", nargs="*", type=int, default=STATIONS, metavar="STATIONS")
    parser.add_argument("--epochs", type=int, default=1)
    parser.add_argument("--json", type=Path, metavar="FILE")
    parser.add_argument("--plot", type=Path, metavar="FILE")
    parser.add_argument("--one", nargs=2, metavar=("MODEL", "STATIONS"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.one:
        model, stations = arguments.one
        print(json.dumps(measured(model, int(stations), arguments.epochs)))
        return
    rows = []
    for stations in arguments.stations:
        for model in COLORS:
            command = [sys.executable, __file__, "--one", model, str(stations)]
            done = subprocess.run(
                [*command, "--epochs", str(arguments.epochs)],
                stdout=subprocess.PIPE,
                text=True,
                check=True,
                env={**os.environ, "OMP_NUM_THREADS": "1"},
            )
            row = json.loads(done.stdout.splitlines()[-1])
            print(
                f"{stations:,} stations, {model}: {row['seconds']:.0f} s, "
                f"{row['peak_megabytes'] / 1e3:.1f} GB",
                flush=True,
            )
            rows.append(row)
    if arguments.json:
        arguments.json.write_text(json.dumps(rows, indent=1) + "\n")
    if arguments.plot:
        save(draw(rows), arguments.plot)


if __name__ == "__main__":
    main()
