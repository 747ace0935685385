"""``gnnlab evaluate``: score a run folder again."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from gnnlab.cli.console import message, print_json, print_table
from gnnlab.cli.verb import Verb


@click.command(cls=Verb)
@click.argument("run", type=click.Path(path_type=Path))
def evaluate(run: Path, as_json: bool) -> None:
    """Score the run folder RUN again, from its weights."""
    from gnnlab.experiments import node_classification

    scores = node_classification.evaluate(run)
    difference = node_classification.largest_difference(run, scores)
    if as_json:
        print_json(scores)
    else:
        print_scores(scores)
    message(
        f"scores.json differs by up to {100 * difference:.2f} points of a seed"
        if difference
        else "the same numbers as in scores.json"
    )


def print_scores(scores: Mapping[str, Any]) -> None:
    """Mean and deviation of the accuracies, in percent."""
    rows = []
    for part in ("test", "validation"):
        found = scores[f"{part}_accuracy"]
        std = "-" if found["std"] is None else f"{100 * found['std']:.2f}"
        rows.append([f"{part} accuracy", f"{100 * found['mean']:.2f} %", std, str(scores["seeds"])])
    click.echo(
        f"{scores['model']} on {scores['dataset']}, split {scores['split']}, "
        f"{scores['seconds']:.1f} s"
    )
    print_table(["", "mean", "deviation", "seeds"], rows)
