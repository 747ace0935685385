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
from gnnlab.experiments.sensor_graphs import sensor_graph
from gnnlab.graphs import Graph
from gnnlab.reports.figures import new_figure, save
from gnnlab.training.forecasters import FORECASTERS
from gnnlab.training.forecasters.minibatches import Recipe
from gnnlab.training.forecasters.network import near

STATIONS = (200, 1000, 5000)
HORIZONS = (1, 6, 24)
NEIGHBORS = 8
FEW, USUAL = f"gc-dcrnn, {NEIGHBORS} neighbours", "gc-dcrnn, √stations neighbours"
COLORS = {
    "ridge": "#9aa5b1",
    FEW: "#00798c",
    USUAL: "#d1495b",
}


def joined(past: SensorSeries) -> Graph:
    """Stations and the nearest ones, as many everywhere."""
    return sensor_graph(past, "distance", train_share=1, neighbors=NEIGHBORS).graph


def measured(model: str, stations: int, epochs: int) -> dict[str, Any]:
    """What one fit takes."""
    series = load_series("simulated-city", stations=stations, years=1, seed=0)
    split = chronological(len(series.times))
    make, fit = None, FORECASTERS["ridge"]
    if model != "ridge":
        make = joined if model == FEW else near
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
        **circumstances(f"python benchmarks/forecasting/growth.py {stations} --epochs {epochs}"),
    }


def draw(rows: Sequence[Mapping[str, Any]]) -> Figure:
    """Seconds by edges and gigabytes by stations, beside what grows as they do."""
    figure = new_figure(8, 3.6)
    left, right = figure.subplots(1, 2)
    for model, color in COLORS.items():
        of_model = [row for row in rows if row["model"] == model]
        gigabytes = [row["peak_megabytes"] / 1e3 for row in of_model]
        right.loglog(
            [row["stations"] for row in of_model], gigabytes, "o-", color=color, label=model
        )
        if model != "ridge":
            seconds = [row["seconds"] for row in of_model]
            left.loglog([row["edges"] for row in of_model], seconds, "o-", color=color)
            for row in of_model:
                left.annotate(
                    f"{row['stations']:,}",
                    (row["edges"], row["seconds"]),
                    xytext=(4, -10),
                    textcoords="offset points",
                    fontsize=7,
                )
    networks = [row for row in rows if row["edges"]]
    for axes, across, up in ((left, "edges", "seconds"), (right, "stations", "peak_megabytes")):
        first = min(networks, key=lambda row: row[across])
        sizes = np.array(sorted({row[across] for row in networks}))
        scale = first[up] / first[across] / (1e3 if axes is right else 1)
        axes.plot(sizes, scale * sizes, ":", color="#444444", label="in proportion")
        axes.grid(alpha=0.3)
    right.set_xticks(sizes, [f"{each:,}" for each in sizes])
    right.minorticks_off()
    left.margins(x=0.12)
    left.set_xlabel("edges of the graph; labels: stations")
    left.set_ylabel("seconds of a fit, one epoch")
    right.set_xlabel("stations")
    right.set_ylabel("gigabytes at most")
    figure.legend(*right.get_legend_handles_labels(), loc="outside lower center", ncols=2)
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
