"""``gnnlab rnn palindromes``: how long recurrent networks remember the first digit."""

from pathlib import Path
from typing import Any

import click

from gnnlab.cli.console import message, print_json, print_table, progress
from gnnlab.cli.figures import check_plot, save_plot
from gnnlab.cli.options import optimizer_options, plot_option, seeds_option
from gnnlab.cli.rnn.lists import Lengths, Names
from gnnlab.cli.verb import Verb
from gnnlab.reports.words import counted


@click.command(cls=Verb)
@click.option("--models", type=Names(("rnn", "gru", "lstm")), default="rnn,lstm", show_default=True)
@click.option("--lengths", type=Lengths(2), default="5:40:5", show_default=True)
@seeds_option(3)
@click.option(
    "--init",
    type=click.Choice(["normal", "scaled-normal", "xavier", "orthogonal", "identity"]),
    help="How weights are drawn.  [default: xavier, of rnn identity]",
)
@optimizer_options("rmsprop")
@click.option(
    "--input",
    "encoding",
    type=click.Choice(["scalar", "onehot"]),
    help="A digit as one number, or as ten of which one is 1.  [default: onehot]",
)
@click.option("--hidden", type=click.IntRange(1), metavar="N", help="Channels.  [default: 128]")
@click.option(
    "--steps", type=click.IntRange(1), metavar="N", help="Batches at most.  [default: 10000]"
)
@plot_option
def palindromes(
    models: list[str],
    lengths: list[int],
    seeds: int,
    plot: Path | None,
    as_json: bool,
    **settings: Any,
) -> None:
    """Show how long networks remember: tell the last digit of palindromes.

    \b
    gnnlab rnn palindromes --models rnn,lstm --lengths 5:40:5 --plot palindromes.png
    gnnlab rnn palindromes --init normal --input scalar --optimizer rmsprop
    """
    from dataclasses import replace

    from gnnlab.experiments.palindromes import RECIPES, PalindromeRun, palindrome_scores

    check_plot(plot)
    given = {key: value for key, value in settings.items() if value is not None}
    recipes = {model: replace(RECIPES[model], **given) for model in models}
    networks = len(models) * len(lengths) * seeds
    message(f"training {counted(networks, 'network')}")
    with progress("{task.completed}/{task.total} networks") as bar:
        task = bar.add_task("palindromes", total=networks)

        def tell(run: PalindromeRun) -> None:
            message(
                f"{run.model}, length {run.length}, seed {run.seed}: "
                f"{run.accuracy:.4f} after {counted(run.steps, 'step')}"
                f"{', diverged' if run.ended == 'diverged' else ''}"
            )
            bar.advance(task)

        scores = palindrome_scores(models, lengths, range(seeds), recipes, tell)
    if as_json:
        print_json(scores)
    else:
        _print(scores)
    if plot:
        from gnnlab.reports.palindromes import draw_palindromes

        save_plot(draw_palindromes(scores["rows"]), plot)
    finished = sum(len(row["seeds"]) for row in scores["rows"])
    if finished < networks:
        message(f"interrupted: {finished} of {networks} networks were finished")
        click.get_current_context().exit(130)


def _print(scores: dict[str, Any]) -> None:
    """A line a model and length, and the effort of LSTM and RNN."""
    lines = []
    for row in scores["rows"]:
        found = row["accuracy"]
        solved, diverged = (row["ended"].count(end) for end in ("solved", "diverged"))
        std = "" if found["std"] is None else f" +- {found['std']:.3f}"
        lines.append(
            [
                row["model"],
                str(row["length"]),
                row["init"],
                f"{found['mean']:.3f}{std}",
                f"{row['best_batch']['mean']:.3f}",
                f"{solved} of {len(row['seeds'])}" + (f", {diverged} diverged" if diverged else ""),
                f"{row['steps']['mean']:,.0f}",
                f"{row['seconds']['mean']:.1f}",
            ]
        )
    print_table(
        ["model", "length", "init", "accuracy", "best batch", "solved", "steps", "seconds"], lines
    )
    click.echo(
        "accuracy: of the last digit on fresh palindromes, chance 0.1; best batch: of training;\n"
        "solved: seeds that ended with 50 batches in a row without a mistake; steps, seconds of\n"
        "the processor, of training: means over seeds"
    )
    if any("diverged" in row["ended"] for row in scores["rows"]):
        click.echo("diverged: ended with a loss that was no finite number")
    ratio = scores["effort"]
    if ratio:
        lengths = ", ".join(map(str, ratio["lengths"]))
        click.echo(
            f"effort of LSTM over RNN at lengths {lengths}: {ratio['steps']:.2f} in steps, "
            f"{ratio['seconds']:.2f} in seconds; the report's: {ratio['reported']}"
        )
