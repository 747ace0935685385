"""``gnnlab sensors graph``: which stations are near, alike, or in each other's wind."""

import shlex
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gnnlab.cli.console import message, print_json
from gnnlab.cli.figures import check_plot, save_plot
from gnnlab.cli.options import plot_option
from gnnlab.cli.sensors.options import Source, readings_options
from gnnlab.cli.verb import Verb
from gnnlab.reports.writable import check_writable

if TYPE_CHECKING:
    from gnnlab.graphs import Graph

KINDS = ("distance", "correlation", "site", "wind", "dtw", "combine")  # of the experiment, lazily


@click.command(cls=Verb)
@readings_options
@click.option(
    "--kind",
    type=click.Choice(KINDS),
    default="distance",
    show_default=True,
    help="What makes an edge; combine is the mean of distance, correlation, site and wind.",
)
@click.option(
    "--neighbors",
    type=click.IntRange(1),
    metavar="K",
    help="Keep the K strongest of each station.  [default: square root of stations]",
)
@click.option(
    "--threshold",
    type=click.FloatRange(0, 1, min_open=True),
    metavar="W",
    help="Instead: keep weights of at least W.",
)
@click.option(
    "--train-share",
    type=click.FloatRange(0, 1, min_open=True),
    default=0.7,
    show_default=True,
    metavar="X",
    help="Of all steps, the first ones: nothing else is looked at.",
)
@click.option(
    "--osm",
    type=click.Path(path_type=Path),
    metavar="MAP",
    help="OpenStreetMap file (.osm, .pbf) to take surroundings from.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write the graph: an edge list (.csv), a .csr folder, or .npz or .mtx without labels.",
)
@plot_option
def graph(
    source: Source,
    kind: str,
    neighbors: int | None,
    threshold: float | None,
    train_share: float,
    osm: Path | None,
    out: Path | None,
    plot: Path | None,
    as_json: bool,
) -> None:
    """Join the stations of READINGS, and draw the map.

    Weights are in (0, 1]. What is fitted is fitted on the training part: rank correlations of
    changes from step to step; what surrounds stations, weighted by how well it tells apart stations
    that behave alike; how often and fast the wind blows from one to the other; mean weeks, warped.

    \b
    gnnlab sensors graph --dataset beijing-air --kind correlation --plot map.png
    gnnlab sensors graph readings.csv --stations stations.csv --kind site --osm city.pbf

    --out and --plot replace what is there, but for files that are read.
    """
    if neighbors is not None and threshold is not None:
        raise click.UsageError("--threshold is instead of --neighbors, got both.")
    if osm is not None and kind not in ("site", "combine"):
        raise click.UsageError(f"--osm is for --kind site and combine, got {kind}.")

    source.check_kept("--out", out, osm)
    source.check_kept("--plot", plot, osm)

    from gnnlab.experiments.sensor_graphs import described, joins_placed_only, sensor_graph
    from gnnlab.experiments.sensor_inputs import unplaced
    from gnnlab.graphs.files import check_alone, check_ending, write_graph

    if out is not None:
        if not (out.suffix == ".csr" and out.is_dir()):  # that is replaced
            check_writable(out, "a graph")
        check_ending(out)
    check_plot(plot)
    series = source.read()
    if out is not None and joins_placed_only(kind, osm is not None):
        check_alone(out, unplaced(series))
    graph_of = partial(sensor_graph, series, kind, train_share=train_share, osm=osm)
    found = graph_of(threshold=threshold, neighbors=neighbors)
    if out is not None:
        write_graph(found.graph, out)
        message(f"wrote {out}")
        if found.graph.directed:
            command = f"gnnlab hops --graph {shlex.quote(str(out))} --directed"
            message(f"to read its directions: {command}")
    if plot is not None:
        from gnnlab.reports.sensor_maps import draw_sensor_graph

        save_plot(draw_sensor_graph(found), plot)
    answer = described(found)
    if as_json:
        print_json(answer)
    else:
        from gnnlab.reports.sensor_graphs import graph_text

        click.echo(graph_text(answer))
    if names := found.too_few_readings:
        why = "too few readings in the training part to be alike to any"
        message(f"{why} (so without edges): {', '.join(names)}")
    if not found.graph.num_edges:
        message(_no_edges(threshold, graph_of(neighbors=1).graph))


def _no_edges(threshold: float | None, strongest: "Graph") -> str:
    """Why a graph has no edges, by that of the strongest ones."""
    if threshold is None or strongest.weight is None or not strongest.num_edges:
        return "no edges: no weight is above 0"
    greatest = f"{strongest.weight.max():.6g}"
    return f"no edges: the greatest weight is {greatest}, below --threshold {threshold:g}"
