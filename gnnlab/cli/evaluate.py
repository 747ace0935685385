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
    """Score the networks of the run folder RUN again, from their weights."""
    from gnnlab.experiments import node_classification
    from gnnlab.training import read_run

    scores = node_classification.evaluate(run)
    if as_json:
        print_json(scores)
    else:
        print_scores(scores)
    recorded = read_run(run).scores
    same = all(
        scores[part]["per_seed"] == tuple(recorded[part]["per_seed"])
        for part in ("test_accuracy", "validation_accuracy")
    )
    message(
        "the same numbers as in scores.json"
        if same
        else "not the numbers in scores.json: another machine may round otherwise"
    )


def print_scores(scores: Mapping[str, Any]) -> None:
    """Mean and deviation of the accuracies, in percent."""
    rows = []
    for part in ("test", "validation"):
        found = scores[f"{part}_accuracy"]
        std = "" if found["std"] is None else f"{100 * found['std']:.2f}"
        rows.append([f"{part} accuracy", f"{100 * found['mean']:.2f} %", std, str(scores["seeds"])])
    click.echo(
        f"{scores['model']} on {scores['dataset']}, split {scores['split']}, "
        f"{scores['seconds']:.1f} s"
    )
    print_table(["", "mean", "deviation", "seeds"], rows)
