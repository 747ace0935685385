"""``gnnlab rnn gradients``: whether gradients vanish, explode or hold on their way back in time."""

from itertools import product
from pathlib import Path
from typing import Any

import click

from gnnlab.cli.console import message, print_json, print_table, progress
from gnnlab.cli.figures import check_plot, save_plot
from gnnlab.cli.options import plot_option, seeds_option
from gnnlab.cli.rnn.lists import Lengths, Names
from gnnlab.cli.verb import Verb


@click.command(cls=Verb)
@click.option(
    "--models", type=Names(("rnn", "gru", "lstm")), default="rnn,gru,lstm", show_default=True
)
@click.option(
    "--lengths",
    type=Lengths(3),
    default="10,20,40",
    show_default=True,
    help="Of the palindromes; a network reads all digits but the last.",
)
@click.option(
    "--init",
    "inits",
    type=Names(("normal", "scaled-normal", "xavier", "orthogonal", "identity")),
    default="normal,xavier,orthogonal",
    show_default=True,
    help="How weights are drawn; identity makes the units of an rnn relu, not tanh.",
)
@seeds_option(1)
@click.option(
    "--hidden",
    type=click.IntRange(1),
    default=128,
    show_default=True,
    metavar="N",
    help="Channels.",
)
@click.option(
    "--steps",
    type=click.IntRange(1),
    default=200,
    show_default=True,
    metavar="N",
    help="Batches of training.",
)
@plot_option
def gradients(
    models: list[str],
    lengths: list[int],
    inits: list[str],
    seeds: int,
    hidden: int,
    steps: int,
    plot: Path | None,
    as_json: bool,
) -> None:
    """Show how gradients change on their way back in time, before and after training.

    \b
    gnnlab rnn gradients --models rnn,gru,lstm --lengths 5:40:5 --plot gradients.png
    gnnlab rnn gradients --models rnn --lengths 41 --init normal,scaled-normal --json
    """
    from gnnlab.experiments.gradients import deep_gcn_rows, gradient_rows

    check_plot(plot)
    rows = []
    with progress("{task.completed}/{task.total} steps") as bar:
        networks = list(product(models, inits, lengths))
        task = bar.add_task("gradients", total=len(networks) * seeds * steps)
        for model, init, length in networks:
            message(f"{model}, {init}, length {length}")
            rows += gradient_rows(
                model, init, length, range(seeds), hidden, steps, lambda: bar.advance(task)
            )
    if as_json:
        print_json({"rows": rows})
    else:
        _print(rows)
    if plot:
        from gnnlab.reports.gradients import draw_gradients

        message("deep GCNs on karate, to draw beside")
        save_plot(draw_gradients(rows, deep_gcn_rows()), plot)


def _print(rows: list[dict[str, Any]]) -> None:
    """A line a network, before and after training."""
    from gnnlab.experiments.gradients import EXPLODES, SATURATED, SEQUENCES, VANISHES
    from gnnlab.nn.initialization import DEFAULT_FORGET_BIAS

    lines = []
    for row in rows:
        whole, of_h = (
            list(row[key].values()) for key in ("norm_by_distance", "norm_by_distance_of_h")
        )
        lines.append(
            [
                row["model"],
                row["init"],
                str(row["length"]),
                str(row["steps"]),
                *(f"{norm:.2g}" for norm in (whole[0], whole[-1], of_h[-1])),
                f"{row['growth_per_step']:.3f}",
                row["verdict"],
                "-" if row["saturated"] is None else f"{100 * row['saturated']:.0f} %",
                f"{100 * row['accuracy']:.0f} %",
            ]
        )
    norms = ["1 back", "all back", "of h alone"]
    print_table(
        ["model", "init", "length", "steps", *norms, "growth", "verdict", "saturated", "accuracy"],
        lines,
    )
    click.echo(
        "steps: of training; norms: spectral, of ds_T/ds_t, T - t = 1 and T, medians over\n"
        f"{SEQUENCES} palindromes a seed; s is what a cell hands on: h, of an LSTM (h, c); of h\n"
        "alone: of dh_T/dh_t, T steps back, of an LSTM with c_t held; growth: factor a step,\n"
        f"least squares; vanishes: below {VANISHES}, explodes: above {EXPLODES}; saturated:\n"
        f"units of |h| > {SATURATED}, of tanh alone; accuracy: of the last digit, chance 10 %\n"
        f"an LSTM starts with the forget bias {DEFAULT_FORGET_BIAS:g}, with init normal 0"
    )
