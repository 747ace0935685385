"""``gnnlab explain``: which neighbours and features decide."""

from pathlib import Path

import click

from gnnlab.cli.console import print_json, print_table
from gnnlab.cli.figures import check_plot, save_plot
from gnnlab.cli.options import plot_option
from gnnlab.cli.verb import Verb
from gnnlab.reports.words import counted


@click.command(cls=Verb)
@click.argument("run", type=click.Path(path_type=Path))
@click.option("--node", required=True, metavar="LABEL", help="Of whom to explain the class.")
@click.option(
    "--network",
    type=click.IntRange(0),
    default=0,
    show_default=True,
    metavar="N",
    help="Which of the run's networks.",
)
@plot_option
def explain(run: Path, node: str, network: int, plot: Path | None, as_json: bool) -> None:
    """Show which neighbours and features decide the class of a node (GNNExplainer).

    \b
    gnnlab explain runs/cora --node 1708 --plot why.png
    """
    from gnnlab.experiments import explanation

    check_plot(plot)
    found = explanation.explain(run, node, network=network)
    if as_json:
        print_json(
            {
                "node": node,
                "predicted": found.predicted,
                "probability": found.probability,
                "actual": found.actual,
                "edges": [
                    {"source": source, "target": target, "importance": weight}
                    for source, target, weight in found.top_arcs(len(found.importance))
                ],
                "features": [
                    {"feature": number, "importance": weight}
                    for number, weight in found.top_features(50)
                ],
            }
        )
    else:
        percent = f"{100 * found.probability:.0f} %"
        truth = f", it is {found.actual}" if found.actual else ""
        click.echo(f"network {network} takes {node} for {found.predicted} ({percent}){truth}")
        arcs = counted(len(found.importance), "arc")
        click.echo(f"most important of {arcs} within 2 hops:")
        rows = [[f"{a} -> {b}", f"{weight:.3f}"] for a, b, weight in found.top_arcs()]
        print_table(["arc", "importance"], rows)
        rows = [[str(number), f"{weight:.3f}"] for number, weight in found.top_features()]
        print_table(["feature", "importance"], rows)
    if plot:
        from gnnlab.reports.explanation import draw_explanation

        save_plot(draw_explanation(found), plot)
