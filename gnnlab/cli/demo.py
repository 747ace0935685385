"""``gnnlab demo``: what gnnlab does, one job after another."""

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gnnlab.cli.console import message, print_json
from gnnlab.cli.data import load_nodes_with_progress
from gnnlab.cli.evaluate import print_scores
from gnnlab.cli.hops import draw as draw_hops
from gnnlab.cli.train import draw, exit_if_interrupted, train_into
from gnnlab.cli.verb import Verb
from gnnlab.errors import DataError

if TYPE_CHECKING:
    from gnnlab.data import NodeDataset

SEEDS = 3


@click.command(cls=Verb)
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("demo"),
    show_default=True,
    metavar="FOLDER",
    help="Where pictures and run folders go.",
)
def demo(out: Path, as_json: bool) -> None:
    """Show hops of a six-node graph, then a GCN on Cora.

    Where Cora cannot be had, the GCN trains on a graph that networkx ships. Pictures and run
    folders of an earlier demo are replaced.
    """
    out.mkdir(parents=True, exist_ok=True)
    drawing = out / "hops-example6.png"
    message("1. Hops: how many layers until a graph network at E sees C?")
    click.echo(_hops(drawing), err=as_json)

    message("2. GCN: a graph convolutional network learns the topics of papers.")
    dataset = _dataset()
    run = out / f"gcn-{dataset.name}"
    if (run / "run.toml").is_file():
        shutil.rmtree(run)
    scores = train_into(run, dataset, SEEDS)
    if as_json:
        print_json({"hops": str(drawing), "gcn": {**scores, "run": str(run)}})
    else:
        print_scores(scores)
    draw(run)
    exit_if_interrupted(scores, SEEDS)


def _hops(drawing: Path) -> str:
    from gnnlab.experiments.hops import of_pair
    from gnnlab.graphs import example6
    from gnnlab.reports.hop_tables import pair_table

    answer = of_pair(example6(), "C", "E")
    draw_hops(example6(), answer, drawing)
    return pair_table(answer)


def _dataset() -> "NodeDataset":
    try:
        return load_nodes_with_progress("cora")
    except DataError as error:
        message(f"{error}; training on networkx's karate club instead")
        return load_nodes_with_progress("karate")
