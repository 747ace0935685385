"""``gnnlab depth``: what more layers do to a GCN."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from gnnlab.cli.console import message, print_json, print_table, progress
from gnnlab.cli.data import load_nodes_with_progress
from gnnlab.cli.figures import check_plot, save_plot
from gnnlab.cli.options import optimizer_options, plot_option, seeds_option
from gnnlab.cli.verb import Verb
from gnnlab.reports.words import counted


class Layers(click.ParamType):
    """Whole numbers from 1 on, separated by commas."""

    name = "N,N,..."

    def convert(self, value: Any, param: Any, ctx: Any) -> list[int]:
        """The numbers of the text."""
        if isinstance(value, list):
            return value
        parts = str(value).split(",")
        if not all(part.isdecimal() and int(part) >= 1 for part in parts):
            self.fail(f"layers must be whole numbers from 1 on, such as 2,4,8, got {value!r}")
        return [int(part) for part in parts]


@click.command(cls=Verb)
@click.option("--dataset", "name", required=True, metavar="NAME", help="See gnnlab data list.")
@click.option("--layers", type=Layers(), default="2,4,8,16,32,64", show_default=True)
@click.option(
    "--remedy",
    "remedies",
    type=click.Choice(["none", "residual", "pairnorm", "gcnii"]),
    multiple=True,
    default=["none"],
    show_default=True,
    help="What is done against smoothing; may be given several times.",
)
@seeds_option(3)
@click.option(
    "--epochs",
    type=click.IntRange(1),
    metavar="N",
    help="Steps of training a seed at most.  [default: 200, of gcnii 1500]",
)
@optimizer_options("adam")
@plot_option
def depth(
    name: str,
    layers: list[int],
    remedies: tuple[str, ...],
    seeds: int,
    plot: Path | None,
    as_json: bool,
    **settings: Any,
) -> None:
    """Show what depth does: what a GCN sees, what reaches it, what it learns.

    \b
    gnnlab depth --dataset cora --layers 2,4,8,16,32,64 --plot depth.png
    gnnlab depth --dataset cora --layers 64 --remedy gcnii --seeds 10
    """
    from gnnlab.experiments.depth import depth_row, recipe_of

    check_plot(plot)
    dataset = load_nodes_with_progress(name)
    given = {key: value for key, value in settings.items() if value is not None}
    rows = []
    with progress("{task.completed} epochs") as bar:
        for remedy in dict.fromkeys(remedies):
            recipe = replace(recipe_of(remedy), **given)
            for number in layers:
                size = counted(number, "layer")
                message(f"{size}, remedy {remedy}")
                task = bar.add_task(f"{size}, {remedy}", total=None)
                rows.append(
                    depth_row(
                        dataset,
                        number,
                        remedy,
                        range(seeds),
                        recipe,
                        on_epoch=lambda task=task: bar.advance(task),  # type: ignore[misc]
                    )
                )
                bar.remove_task(task)
    if as_json:
        print_json({"dataset": name, "split": dataset.split.name, "rows": rows})
    else:
        _print(rows)
    if plot:
        from gnnlab.reports.depth import draw_depth

        save_plot(draw_depth(dataset.name, rows), plot)


def _print(rows: list[dict[str, Any]]) -> None:
    """A line a depth: learned, seen, smooth, reached."""
    lines = []
    for row in rows:
        found = row["test_accuracy"]
        std = "" if found["std"] is None else f" +- {100 * found['std']:.1f}"
        gradients = list(row["gradient_by_hop"].values())
        distance, energy = row["mean_average_distance"][-1], row["relative_dirichlet_energy"][-1]
        lines.append(
            [
                str(row["layers"]),
                row["remedy"],
                f"{100 * found['mean']:.1f}{std} %",
                f"{100 * row['coverage']:.1f} %",
                "-" if energy is None else f"{energy:.3f}",
                "-" if distance is None else f"{distance:.3f}",
                *(
                    f"{value:.2g}"
                    for value in (gradients[0], gradients[min(2, len(gradients) - 1)])
                ),
            ]
        )
    headers = ["layers", "remedy", "test accuracy", "sees", "energy", "distance"]
    print_table([*headers, "gradient, 0 hops", "2 hops"], lines)
    click.echo(
        "sees: mean share of the graph in a node's receptive field; energy: Dirichlet energy of\n"
        "the last layer over its squared norm; distance: mean cosine distance of its nodes;\n"
        "gradient: mean norm of what reaches the features of a node that many hops away"
    )
