"""``gnnlab rnn graph``: the unrolled graph of a recurrent network."""

from pathlib import Path
from typing import Any

import click

from gnnlab.cli.console import print_json
from gnnlab.cli.figures import check_plot, save_plot
from gnnlab.cli.options import plot_option
from gnnlab.cli.verb import Verb
from gnnlab.reports.words import counted

SHOWN = 12  # nodes of a path in a line
MOST_STATES = 1_000_000  # which take about 10 s


@click.command(cls=Verb)
@click.option(
    "--model", type=click.Choice(["rnn", "gru", "lstm"]), default="rnn", show_default=True
)
@click.option(
    "--length",
    type=click.IntRange(1, 100_000),
    required=True,
    metavar="T",
    help="How many steps the sequence has.",
)
@click.option(
    "--layers",
    type=click.IntRange(1, 100),
    default=1,
    show_default=True,
    metavar="L",
    help="How many are stacked.",
)
@click.option("--bidirectional", is_flag=True, help="Each layer runs backward, too.")
@plot_option
def graph(
    model: str, length: int, layers: int, bidirectional: bool, plot: Path | None, as_json: bool
) -> None:
    """Show a recurrent network as the directed graph that it is, unrolled along time.

    The hops from the first input to the last output are the propagation depth: T + L - 1 for T
    steps and L layers.

    \b
    gnnlab rnn graph --model rnn --length 5
    gnnlab rnn graph --model lstm --length 10 --layers 2 --plot graph.png
    """
    from gnnlab.experiments.rnn_graph import of_network

    check_plot(plot)
    states = length * layers * (2 if bidirectional else 1)
    if states > MOST_STATES:
        raise click.UsageError(
            f"steps times layers, twice of --bidirectional, must be at most {MOST_STATES:,}, "
            f"got {states:,}"
        )
    answer = of_network(model, length, layers, bidirectional)
    if as_json:
        print_json(answer)
    else:
        _print(answer)
    if plot:
        from gnnlab.reports.rnn_graph import draw_rnn_graph

        save_plot(draw_rnn_graph(answer), plot)


def _print(answer: dict[str, Any]) -> None:
    """The graph, the way through it, and what that means."""
    length, layers, depth = (answer[key] for key in ("length", "layers", "propagation_depth"))
    steps_and_layers = f"{counted(length, 'step')} and {counted(layers, 'layer')}"
    both = answer["bidirectional"]
    path = answer["path"]
    if len(path) > SHOWN:
        path = [*path[: SHOWN // 2], "...", *path[-SHOWN // 2 :]]
    lines = [
        f"{'bidirectional ' if both else ''}{answer['model']} of {steps_and_layers}: "
        f"{counted(answer['nodes'], 'node')}, {counted(answer['edges'], 'edge')}, directed",
        f"nodes: inputs x1 to x{length}, states h1,1 to h{length},{layers} (step, layer)"
        + (f", backward b1,1 to b{length},{layers}" if both else ""),
        "a state is "
        + (
            "h and c: both go on along time, h alone to the layer above"
            if answer["model"] == "lstm"
            else "h, which goes on along time and to the layer above"
        ),
        f"{counted(answer['levels'], 'topological level')}: the inputs, then states; those of a "
        "level can be computed at once",
        f"from x1 to {path[-1]}: {counted(depth, 'hop')}, the propagation depth; a GNN needs "
        f"{counted(depth, 'layer')} until {path[-1]} sees x1",
        f"  {' -> '.join(path)}",
        "T steps and L layers pass T + L - 1 messages from the first input to the last output:",
        f"{length} + {layers} - 1 = {depth}; the gradient comes back through as many",
    ]
    if both:
        lines += _both_ways(length, layers)
    click.echo("\n".join(lines))


def _both_ways(length: int, layers: int) -> list[str]:
    """What backward states change, and what not."""
    same = "backward states carry to earlier steps only, so they do not shorten that"
    other = f"b{length},{layers}, the backward state of the last output,"
    if layers == 1:
        return [same, f"{other} has read x{length} alone"]
    return [
        same,
        f"{other} hears from x1 through the layer below, in as many hops",
        "they make layers wait, each for the whole of the one below: "
        f"T L + 1 = {length * layers + 1} levels, in one direction T + L = {length + layers}",
    ]
