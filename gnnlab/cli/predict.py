"""``gnnlab predict``: what a trained run says of each node."""

import csv
import sys
from pathlib import Path

import click

from gnnlab.cli.console import message, print_json
from gnnlab.cli.verb import Verb
from gnnlab.reports.writable import check_writable


@click.command(cls=Verb)
@click.argument("run", type=click.Path(path_type=Path))
@click.option("--graph", "graph_name", metavar="FILE", help="Another graph than the run's.")
@click.option(
    "--features",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Of the nodes of that graph: csv (node, numbers), npy or npz.",
)
@click.option("--directed", is_flag=True, help="Edges of that graph carry information one way.")
@click.option(
    "--embeddings",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Also write the hidden layer of the first network, [node, hidden], as .npy.",
)
def predict(
    run: Path,
    graph_name: str | None,
    features: Path | None,
    directed: bool,
    embeddings: Path | None,
    as_json: bool,
) -> None:
    """Print the class of each node and its probability, as CSV, from the run folder RUN.

    \b
    gnnlab predict runs/cora > classes.csv
    gnnlab predict runs/mine --graph new.csv --features new-features.csv
    """
    if (graph_name is None) != (features is None):
        raise click.UsageError("--graph and --features go together")
    if directed and graph_name is None:
        raise click.UsageError("--directed is for --graph")
    if embeddings:
        check_writable(embeddings, "a file of embeddings")
    import numpy as np

    from gnnlab.data import load_graph, read_features
    from gnnlab.experiments.node_runs import answers

    graph = load_graph(graph_name, directed=directed) if graph_name else None
    values = read_features(features, graph) if features and graph else None
    found, classes, chances, hidden = answers(run, graph, values)
    best = chances.argmax(axis=1)
    rows = [
        (found.label(node), classes[number], round(float(chances[node, number]), 6))
        for node, number in enumerate(best.tolist())
    ]
    if embeddings:
        with embeddings.open("wb") as file:
            np.save(file, hidden)
        message(f"wrote {embeddings}: {hidden.shape[0]} x {hidden.shape[1]}")
    names = ("node", "class", "probability")
    if as_json:
        print_json({"predictions": [dict(zip(names, row, strict=True)) for row in rows]})
        return
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerows([names, *rows])
