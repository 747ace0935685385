"""Options that several verbs have."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from gnnlab.cli.verb import Positive

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]

plot_option: Decorator = click.option(
    "--plot", type=click.Path(path_type=Path), metavar="FILE", help="Draw it (png, svg, pdf)."
)


def seeds_option(default: int) -> Decorator:
    """Add ``--seeds``, the number of seeds."""
    return click.option(
        "--seeds",
        type=click.IntRange(1),
        default=default,
        show_default=True,
        metavar="N",
        help="How many: seeds 0 to N-1.",
    )


def optimizer_options(default: str) -> Decorator:
    """Add ``--optimizer`` and ``--learning-rate``, as every verb that trains has them."""
    named = click.option(
        "--optimizer",
        type=click.Choice(["adam", "sgd", "momentum", "rmsprop"]),
        default=default,
        show_default=True,
        help="momentum is SGD with a heavy ball of 0.9.",
    )
    rate = click.option(
        "--learning-rate",
        type=Positive(),
        metavar="X",
        help="Size of a step.  [default: the optimiser's]",
    )
    return lambda verb: named(rate(verb))
