"""``gnnlab rnn listops``: what a tree is worth to a recurrent network."""

from pathlib import Path
from typing import Any

import click

from gnnlab.cli.console import message, print_json, print_table, progress
from gnnlab.cli.figures import check_plot, save_plot
from gnnlab.cli.options import plot_option, seeds_option
from gnnlab.cli.verb import Verb
from gnnlab.reports.words import counted


@click.command(cls=Verb)
@seeds_option(3)
@click.option(
    "--examples",
    type=click.IntRange(1),
    metavar="N",
    help="Expressions to train on.  [default: 30000]",
)
@click.option(
    "--depth",
    "max_depth",
    type=click.IntRange(1, 12),
    metavar="N",
    help="Operations in one another at most.  [default: 6]",
)
@click.option(
    "--epochs", type=click.IntRange(1), metavar="N", help="Passes over them.  [default: 12]"
)
@plot_option
def listops(seeds: int, plot: Path | None, as_json: bool, **settings: Any) -> None:
    """Show what trees are worth: nested operations on lists, as trees and as text.

    A Tree-LSTM reads the trees of expressions such as [MAX 2 9 [MIN 4 7 ] ], an LSTM of its size
    their text; both are asked for the value.

    \b
    gnnlab rnn listops --plot listops.png
    gnnlab rnn listops --seeds 1 --examples 10000 --depth 4
    """
    from gnnlab.experiments.listops import READERS, ListopsRecipe, compare_tree_and_text

    check_plot(plot)
    recipe = ListopsRecipe(**{key: value for key, value in settings.items() if value is not None})
    networks = counted(len(READERS) * seeds, "network")
    message(f"training {networks} on {counted(recipe.examples, 'expression')}")
    with progress("{task.completed}/{task.total} epochs") as bar:
        task = bar.add_task("list operations", total=len(READERS) * seeds * recipe.epochs)
        found = compare_tree_and_text(range(seeds), recipe, lambda: bar.advance(task))
    if as_json:
        print_json(found)
    else:
        _print(found)
    if plot:
        from gnnlab.reports.listops import draw_listops

        save_plot(draw_listops(found), plot)


def _print(found: dict[str, Any]) -> None:
    """A line a reader, and by how much the tree is ahead."""
    rows = found["rows"]
    depths = list(rows[0]["accuracy_by_depth"])
    print_table(
        ["model", "parameters", "accuracy", *(f"depth {depth}" for depth in depths), "seconds"],
        [
            [
                row["model"],
                f"{row['parameters']:,}",
                _percent(row["accuracy"]),
                *(_percent(row["accuracy_by_depth"][depth]) for depth in depths),
                f"{row['seconds']:.0f}",
            ]
            for row in rows
        ],
    )
    click.echo("accuracy: of the value, one of ten, of expressions not trained on, in percent")
    ahead = found["advantage_depth_4"]
    if ahead:
        std = "" if ahead["std"] is None else f" +- {ahead['std']:.1f}"
        click.echo(f"the tree is ahead by {ahead['mean']:.1f}{std} points at depth 4 and more")


def _percent(score: dict[str, Any] | None) -> str:
    if score is None:
        return "-"
    std = "" if score["std"] is None else f" +- {100 * score['std']:.1f}"
    return f"{100 * score['mean']:.1f}{std}"
