"""``gnnlab train``: train a network over several seeds and leave a run folder."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gnnlab.cli.console import message, print_json, progress
from gnnlab.cli.data import load_nodes_with_progress
from gnnlab.cli.evaluate import print_scores
from gnnlab.cli.options import optimizer_options, seeds_option
from gnnlab.cli.verb import Verb
from gnnlab.reports.words import counted

if TYPE_CHECKING:
    from gnnlab.data import NodeDataset, Split


@click.group()
def train() -> None:
    """Train a network and leave a run folder."""


@train.command(cls=Verb)
@click.option("--dataset", "name", metavar="NAME", help="See gnnlab data list.")
@click.option("--graph", metavar="FILE", help="A graph of your own, instead of --dataset.")
@click.option("--features", metavar="FILE", help="Its features: csv (node, numbers), npy or npz.")
@click.option("--labels", metavar="FILE", help="Its classes: csv (node, class, perhaps part).")
@click.option("--directed", is_flag=True, help="Its edges carry information one way only.")
@seeds_option(10)
@click.option(
    "--epochs",
    type=click.IntRange(1),
    default=200,
    show_default=True,
    metavar="N",
    help="Steps of training a seed.",
)
@click.option(
    "--split",
    type=click.Choice(["public", "random"]),
    default="public",
    show_default=True,
    help="The data set's own, or drawn after Shchur et al. (2018).",
)
@click.option(
    "--splits",
    type=click.IntRange(1),
    metavar="N",
    help="How many random splits, each with all seeds.  [default: 1]",
)
@click.option(
    "--train-per-class", type=click.IntRange(1), default=20, show_default=True, metavar="N"
)
@click.option(
    "--validation-per-class", type=click.IntRange(1), default=30, show_default=True, metavar="N"
)
@click.option(
    "--largest-component", is_flag=True, help="Draw random splits in the largest component only."
)
@optimizer_options("adam")
@click.option(
    "--feature-scaling",
    type=click.Choice(["rows", "standard", "none"]),
    help="Rows that sum to 1, columns of mean 0 and deviation 1 over training nodes, or none.  "
    "[default: rows, of your own files standard]",
)
@click.option(
    "--class-weight",
    type=click.Choice(["none", "balanced"]),
    default="none",
    show_default=True,
    help="balanced: a class counts the same however few its training nodes are.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="RUN",
    help="The run folder to make.  [default: runs/gcn-DATASET-TIME]",
)
def gcn(
    name: str | None,
    graph: str | None,
    features: str | None,
    labels: str | None,
    directed: bool,
    seeds: int,
    split: str,
    splits: int | None,
    train_per_class: int,
    validation_per_class: int,
    largest_component: bool,
    out: Path | None,
    as_json: bool,
    **recipe: Any,
) -> None:
    """Train the GCN of Kipf and Welling (2017) and score it on the test nodes.

    \b
    gnnlab train gcn --dataset cora --seeds 10
    gnnlab train gcn --dataset cora --split random --splits 20
    gnnlab train gcn --graph edges.csv --features features.csv --labels classes.csv
    """
    from gnnlab.data import random_split, read_dataset

    if split == "public" and (splits or largest_component):
        raise click.UsageError("--splits and --largest-component need --split random")
    if name and directed:
        raise click.UsageError("--directed is for --graph; a data set is what its card says")
    if name and split == "public" and (train_per_class, validation_per_class) != (20, 30):
        raise click.UsageError("numbers per class need --split random")
    sizes = {"train": train_per_class, "validation": validation_per_class}
    recipe["scaling"] = recipe.pop("feature_scaling") or ("rows" if name else "standard")
    if name and not (graph or features or labels):
        dataset = load_nodes_with_progress(name)
    elif graph and features and labels and not name:
        with _options_named():
            dataset = read_dataset(graph, features, labels, directed=directed, **sizes)
    else:
        raise click.UsageError("give --dataset, or --graph, --features and --labels together")
    out = out or Path("runs") / f"gcn-{Path(dataset.name).stem}-{datetime.now():%Y-%m-%d-%H%M%S}"
    drawn = None
    if split == "random":
        with _options_named():
            drawn = [
                random_split(dataset, number, **sizes, largest_component=largest_component)
                for number in range(splits or 1)
            ]
    scores = train_into(out, dataset, seeds, drawn, **recipe)
    if as_json:
        print_json({**scores, "run": str(out)})
    else:
        print_scores(scores)
    draw(out)
    exit_if_interrupted(scores, seeds * (splits or 1))


@contextmanager
def _options_named() -> Iterator[None]:
    """Have an error about the sizes of a random split name the options that set them."""
    from gnnlab.data.random_splits import TooFewNodes

    try:
        yield
    except TooFewNodes as error:
        options = "--train-per-class and --validation-per-class"
        raise TooFewNodes(f"{error}; fewer are drawn with {options}") from error


def train_into(
    out: Path,
    dataset: "NodeDataset",
    seeds: int,
    splits: "list[Split] | None" = None,
    **recipe: Any,
) -> dict:
    """Train on ``dataset`` and leave a run folder, without figures; the scores."""
    from gnnlab.experiments.node_classification import Recipe, train_gcn
    from gnnlab.training import check_free, write_run

    check_free(out)
    settings = Recipe(**recipe)
    networks = seeds * len(splits or [dataset.split])
    message(
        f"training on {dataset.name}: {counted(networks, 'network')} "
        f"of {counted(settings.epochs, 'epoch')}"
    )
    try:
        with progress("{task.completed}/{task.total} epochs") as bar:
            task = bar.add_task(f"GCN on {dataset.name}", total=networks * settings.epochs)
            run = train_gcn(
                dataset,
                range(seeds),
                settings,
                on_epoch=lambda epoch: bar.advance(task, len(epoch.train_loss)),
                splits=splits,
            )
    except KeyboardInterrupt:
        message("no network was finished: nothing was saved")
        raise
    write_run(out, run)
    done = run.scores["seeds"]
    if done < networks:
        message(f"interrupted: saved the {done} of {networks} networks that were finished")
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


def exit_if_interrupted(scores: dict, networks: int) -> None:
    """Exit with status 130 where fewer networks were finished than asked for."""
    if scores["seeds"] < networks:
        click.get_current_context().exit(130)
