"""``gnnlab graph``: what is in a graph's file, and the same in another form."""

from pathlib import Path

import click

from gnnlab.cli.console import message, print_json
from gnnlab.cli.hops import open_graph
from gnnlab.cli.verb import Verb


@click.group()
def graph() -> None:
    """Describe and convert graphs."""


@graph.command(cls=Verb)
@click.argument("name", metavar="IN")
@click.option("--directed", is_flag=True, help="Information flows from source to target only.")
def describe(name: str, directed: bool, as_json: bool) -> None:
    """Count nodes, edges, self-loops, duplicates, components, degrees of IN."""
    from gnnlab.experiments.hops import described

    answer = described(open_graph(name, directed))
    if as_json:
        print_json(answer)
        return
    for key, value in answer.items():
        shown = f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else value
        click.echo(f"{key.replace('_', ' '):<18} {shown}")


@graph.command(cls=Verb)
@click.argument("name", metavar="IN")
@click.argument("out", metavar="OUT", type=click.Path(path_type=Path))
@click.option("--directed", is_flag=True, help="Information flows from source to target only.")
def convert(name: str, out: Path, directed: bool, as_json: bool) -> None:
    """Write IN as OUT: a .csr folder (opens memory-mapped), a .csv of edges, or .npz or .mtx.

    The last two are without labels, a .csv cannot hold nodes without edges.
    """
    from gnnlab.experiments.hops import about
    from gnnlab.graphs import write_graph

    found = open_graph(name, directed)
    write_graph(found, out)
    message(f"wrote {out}")
    if found.labels is not None and out.suffix not in (".csr", ".csv"):
        first, last = found.label(0), found.label(found.num_nodes - 1)
        message(f"{out} has no labels: {first} to {last} are nodes 0 to {found.num_nodes - 1}")
    if as_json:
        print_json({**about(found), "out": str(out)})
