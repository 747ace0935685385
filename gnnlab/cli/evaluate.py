"""``gnnlab evaluate``: score a run folder again."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from gnnlab.cli.console import message, print_json, print_table
from gnnlab.cli.verb import Verb
from gnnlab.reports.words import counted


@click.command(cls=Verb)
@click.argument("run", type=click.Path(path_type=Path))
def evaluate(run: Path, as_json: bool) -> None:
    """Score the run folder RUN again, from its weights."""
    from gnnlab.experiments import node_runs

    scores = node_runs.evaluate(run)
    difference = node_runs.largest_difference(run, scores)
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
    """Means and deviations over networks, in percent, and the recall of each class."""
    calibration = scores["calibration"]
    rows = [
        (name, found, 100.0)
        for name, found in (
            ("test accuracy", scores["test_accuracy"]),
            ("validation accuracy", scores["validation_accuracy"]),
            ("macro-F1", scores["macro_f1"]),
            ("calibration error", calibration["before"]["expected_calibration_error"]),
            ("... temperature scaled", calibration["after"]["expected_calibration_error"]),
        )
    ] + [
        ("Brier score", calibration["before"]["brier_score"], 1.0),
        ("... temperature scaled", calibration["after"]["brier_score"], 1.0),
    ]
    click.echo(
        f"{scores['model']} on {scores['dataset']}, split {scores['split']}, "
        f"{counted(scores['seeds'], 'network')}, {scores['seconds']:.1f} s"
    )
    print_table(
        ["", "mean", "deviation"],
        [[name, *_figures(found, scale)] for name, found, scale in rows],
    )
    recall = ", ".join(
        f"{name} {'-' if share is None else f'{100 * share:.0f} %'}"
        for name, share in scores["recall_by_class"].items()
    )
    click.echo(f"recall by class: {recall}")


def _figures(found: Mapping[str, Any], scale: float) -> list[str]:
    """Mean and deviation of a summary, in percent where ``scale`` is 100."""
    if scale == 1:
        return [f"{found['mean']:.3f}", "-" if found["std"] is None else f"{found['std']:.3f}"]
    std = "-" if found["std"] is None else f"{scale * found['std']:.2f}"
    return [f"{scale * found['mean']:.2f} %", std]
