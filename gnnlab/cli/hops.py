"""``gnnlab hops``: how many hops apart nodes are."""

from pathlib import Path
from typing import Any

import click

from gnnlab.cli.console import message, print_json, progress
from gnnlab.cli.figures import check_plot, save_plot
from gnnlab.cli.verb import Positive, Verb
from gnnlab.reports.words import counted

METHODS = ("auto", "exact", "sample", "sketch")  # of gnnlab.hops, which waits until it is needed


@click.command(cls=Verb)
@click.option(
    "--graph",
    "name",
    required=True,
    metavar="GRAPH",
    help="A name (example6, grid:5x4 ...), a data set (cora), or a file; - is stdin.",
)
@click.option("--directed", is_flag=True, help="Information flows from source to target only.")
@click.option("--from", "source", metavar="NODE", help="Where the information is.")
@click.option("--to", "target", metavar="NODE", help="Where it is wanted.")
@click.option(
    "--method",
    type=click.Choice(METHODS),
    default="auto",
    show_default=True,
    help="How to count all pairs.",
)
@click.option(
    "--memory",
    type=Positive(),
    default=4.0,
    show_default=True,
    metavar="GB",
    help="What all pairs may take.",
)
@click.option("--show-work", is_flag=True, help="Write the weight out in fractions (a pair).")
@click.option(
    "--plot",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Draw the graph, coloured by hops, or a large one's distribution: png, svg or pdf.",
)
def hops(
    name: str,
    directed: bool,
    source: str | None,
    target: str | None,
    method: str,
    memory: float,
    show_work: bool,
    plot: Path | None,
    as_json: bool,
) -> None:
    """Print how many hops apart nodes are.

    And so how many layers a graph network needs between them: of a pair, of a node to all
    others, or over all pairs. Of many shortest paths all are counted and the first ten listed.

    \b
    gnnlab hops --graph example6
    gnnlab hops --graph example6 --from C --to E --show-work
    gnnlab hops --graph edges.csv --from Ann
    """
    if target is not None and source is None:
        raise click.UsageError("--to needs --from.")
    if show_work and target is None:
        raise click.UsageError("--show-work needs --from and --to.")
    if source is not None and method != "auto":
        raise click.UsageError("--method is for all pairs, without --from.")

    from gnnlab.experiments import hops as answers
    from gnnlab.reports import hop_tables

    check_plot(plot)
    graph = open_graph(name, directed)
    if source is None:
        answer = _of_graph(graph, method, memory * 1e9)
        text = hop_tables.graph_table(answer)
    elif target is None:
        answer = answers.of_node(graph, source)
        text = hop_tables.node_table(answer)
    else:
        answer = answers.of_pair(graph, source, target)
        text = hop_tables.pair_table(answer)
        if show_work:
            work = _work(graph, source, target, answer["hops"])
            text += f"\n\n{work}"
            answer["work"] = work.splitlines()
    if plot is not None:
        draw(graph, answer, plot)
    if as_json:
        print_json(answer)
    else:
        click.echo(text)


def open_graph(name: str, directed: bool) -> Any:
    """The graph, with a progress bar where it is fetched, and a word on what was left out."""
    from gnnlab.data import cards, load_graph

    for card in cards():
        if card.name == name and card.sources:
            from gnnlab.cli.data import fetch_with_progress

            fetch_with_progress(card)
    graph = load_graph(name, directed=directed)
    for number, what in ((graph.num_loops, "self-loop"), (graph.duplicates, "duplicate edge")):
        if number:
            message(f"{graph.name}: {counted(number, what)} {_FATE[what]}")
    return graph


_FATE = {
    "self-loop": "kept (no hop counts one)",
    "duplicate edge": "merged, such as those listed in both directions",
}


def draw(graph: Any, answer: dict[str, Any], path: Path) -> None:
    """A drawing of a small graph, or the distribution of a large one."""
    from gnnlab.experiments.hops import SMALL, of_node
    from gnnlab.reports import hops as figures

    source = answer.get("from")
    if graph.num_nodes <= SMALL:
        ends = [None if end is None else graph.node(end) for end in (source, answer.get("to"))]
        figure = figures.draw_hops(graph, *ends)
    elif source is None:
        figure = figures.draw_distribution(answer)
    else:
        of_source = answer if "receptive_field" in answer else of_node(graph, source)
        figure = figures.draw_receptive_field(of_source)
    save_plot(figure, path)


def _of_graph(graph: Any, method: str, memory: float) -> dict[str, Any]:
    from gnnlab.experiments import hops as answers

    tell = message if graph.num_nodes > answers.SMALL else None
    with progress("{task.percentage:.0f} %") as bar:
        task = bar.add_task(f"hops of {graph.name}", total=1.0)
        answer = answers.of_graph(
            graph, method, memory, tell, lambda share: bar.update(task, completed=share)
        )
    if answer["relative_error"]:
        error = 100 * answer["relative_error"]
        message(f"the mean of hops is right to about {error:.2g} % (95 % interval)")
    return answer


def _work(graph: Any, source: str, target: str, layers: int | None) -> str:
    """The weight written out, or the reason why not."""
    from gnnlab.reports import hop_tables

    if layers is None:
        return f"(A_hat^k)[{target}, {source}] is 0 for every k"
    try:
        return hop_tables.work(graph, source, target, layers)
    except ValueError as error:
        return f"the weight is not written out: {error}"
