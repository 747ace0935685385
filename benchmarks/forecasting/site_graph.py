"""How often the graph of the true land use beats other graphs in the simulated city.

    python benchmarks/forecasting/site_graph.py [--stations N] [--cities N] [--kinds KIND,KIND]
        [--json FILE]

Each city has land, weather and instruments of its own; ``gc-dcrnn`` learns from the first 70 % of a
year of hours along each graph in turn, with seed 0, and is scored on the last 20 %. A true site
graph joins stations around which the shares of land within 500, 1,500 and 3,000 m are alike, which
nobody who runs a network knows; ``site`` is what the station table tells of it. All graphs keep as
many neighbours a station as is usual, the square root of their number. Differences are errors along
another graph less those along the true one, with the p-value of a bootstrap over blocks of a week.
"""

import argparse
import json
import shlex
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from circumstances import circumstances
from more_tables import TRUE, plain, site_graph
from row import without_edges

from gnnlab.data import chronological, simulated_city
from gnnlab.data.simulation import SimulatedCity
from gnnlab.evaluation.backtest import backtest
from gnnlab.experiments.forecast_models import graph_of_kind
from gnnlab.graphs import Graph
from gnnlab.graphs.similarity import gaussian_kernel, sparsify
from gnnlab.training.forecasters import FORECASTERS

HORIZONS = (1, 6, 24)
RADII = (500.0, 1500.0, 3000.0)  # m, those of the station table
NO_EDGES = "no edges"
KINDS = ("distance", "correlation", "site", NO_EDGES)


def true_site_graph(city: SimulatedCity) -> Graph:
    """Stations of alike land around them, as the city has it."""
    stations = city.series.stations
    places = stations[["longitude", "latitude"]].to_numpy().T
    land = np.concatenate([city.land_use(*places, radius) for radius in RADII], axis=1)
    apart = np.linalg.norm(land[:, None] - land, axis=2)
    return sparsify(gaussian_kernel(apart), [*map(str, stations.index)], name=TRUE)


def measured(seed: int, stations: int, kinds: Sequence[str]) -> list[dict[str, Any]]:
    """A row a graph and horizon of one city."""
    city = simulated_city(stations=stations, years=1, seed=seed)
    graphs: dict[str, Any] = {TRUE: lambda _: true_site_graph(city)}
    for kind in kinds:
        graphs[kind] = without_edges if kind == NO_EDGES else partial(graph_of_kind, kind, 0)
    models = {name: partial(FORECASTERS["gc-dcrnn"], graph=graph) for name, graph in graphs.items()}
    split = chronological(len(city.series.times))
    scores = backtest(city.series, models, HORIZONS, [split], against=TRUE)
    kept = ("model", "horizon", "mae", "n", "difference", "difference_p")
    return [{"city": seed, **{name: getattr(score, name) for name in kept}} for score in scores]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--stations", type=int, default=40)
    parser.add_argument("--cities", type=int, default=5)
    parser.add_argument("--kinds", type=lambda text: text.split(","), default=KINDS)
    parser.add_argument("--json", type=Path, metavar="FILE")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    rows = []
    for seed in range(arguments.cities):
        rows += measured(seed, arguments.stations, arguments.kinds)
        print(f"{seed + 1} of {arguments.cities} cities", flush=True)
    print(plain(site_graph({"rows": rows})))
    if arguments.json:
        command = shlex.join(["python", "benchmarks/forecasting/site_graph.py", *sys.argv[1:]])
        found = {"stations": arguments.stations, "rows": rows, **circumstances(command)}
        arguments.json.write_text(json.dumps(found, indent=1) + "\n")


if __name__ == "__main__":
    main()
