"""``gnnlab train``: train a network over several seeds and leave a run folder."""

from datetime import datetime
from pathlib import Path

import click

from gnnlab.cli.console import message, print_json, progress
from gnnlab.cli.evaluate import print_scores
from gnnlab.cli.verb import Verb
from gnnlab.reports.words import counted


@click.group()
def train() -> None:
    """Train a network and leave a run folder."""


@train.command(cls=Verb)
@click.option("--dataset", "name", required=True, metavar="NAME", help="See gnnlab data list.")
@click.option(
    "--seeds",
    type=click.IntRange(1),
    default=10,
    show_default=True,
    metavar="N",
    help="How many: seeds 0 to N-1.",
)
@click.option(
    "--epochs",
    type=click.IntRange(1),
    default=200,
    show_default=True,
    metavar="N",
    help="Steps of training a seed.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="RUN",
    help="The run folder to make.  [default: runs/gcn-DATASET-TIME]",
)
def gcn(name: str, seeds: int, epochs: int, out: Path | None, as_json: bool) -> None:
    """Train the GCN of Kipf and Welling (2017) and score it on the test nodes.

    \b
    gnnlab train gcn --dataset cora --seeds 10
    """
    out = out or Path("runs") / f"gcn-{name}-{datetime.now():%Y-%m-%d-%H%M%S}"
    scores = train_into(out, name, seeds, epochs)
    if as_json:
        print_json({**scores, "run": str(out)})
    else:
        print_scores(scores)
    draw(out)
    exit_if_interrupted(scores, seeds)


def train_into(out: Path, name: str, seeds: int, epochs: int) -> dict:
    """Train on the data set ``name`` and leave a run folder, without figures; the scores."""
    from gnnlab.cli.data import load_with_progress
    from gnnlab.experiments.node_classification import Recipe, train_gcn
    from gnnlab.training import check_free, write_run

    dataset = load_with_progress(name)
    check_free(out)
    message(f"training on {name}: {counted(seeds, 'seed')} of {counted(epochs, 'epoch')}")
    try:
        with progress("{task.completed}/{task.total} epochs") as bar:
            task = bar.add_task(f"GCN on {name}", total=seeds * epochs)
            run = train_gcn(
                dataset,
                seeds=range(seeds),
                recipe=Recipe(epochs=epochs),
                on_epoch=lambda _: bar.advance(task),
            )
    except KeyboardInterrupt:
        message("no seed was finished: nothing was saved")
        raise
    write_run(out, run)
    done = run.scores["seeds"]
    if done < seeds:
        message(f"interrupted: saved the {done} of {seeds} seeds that were finished")
    message(f"run folder: {out}")
    return dict(run.scores)


def draw(run: Path) -> None:
    """Draw the figures of a run folder."""
    from gnnlab.reports.node_classification import draw_run

    message("drawing its figures")
    try:
        draw_run(run)
    except KeyboardInterrupt:
        message(f"the run is saved in {run}, without all of its figures")
        raise


def exit_if_interrupted(scores: dict, seeds: int) -> None:
    """Exit with status 130 where fewer seeds were finished than asked for."""
    if scores["seeds"] < seeds:
        click.get_current_context().exit(130)
