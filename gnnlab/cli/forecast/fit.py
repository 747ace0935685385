"""``gnnlab forecast fit``: from readings to a run folder that forecasts."""

from dataclasses import fields
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from gnnlab.cli.console import message, print_json, progress
from gnnlab.cli.forecast.backtest import MODELS
from gnnlab.cli.forecast.settings import config_option
from gnnlab.cli.sensors.graph import KINDS
from gnnlab.cli.sensors.options import Source, readings_options
from gnnlab.cli.verb import Verb

SHOWN = (1, 3, 6, 12, 24, 48, 72)  # horizons whose scores are printed


@click.command(cls=Verb)
@readings_options
@click.option("--model", type=click.Choice(MODELS), default="ridge", show_default=True)
@click.option(
    "--horizon",
    type=click.IntRange(1, 168),
    default=72,
    show_default=True,
    metavar="N",
    help="Steps ahead, the last; all up to it are forecast.",
)
@click.option(
    "--graph",
    type=click.Choice([*KINDS, "none"]),
    help="Of a model along a graph, fitted on the training part.  [default: the model's]",
)
@click.option("--epochs", type=click.IntRange(1), metavar="N", help="Of a network, at most.")
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True, metavar="N")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="RUN",
    help="The run folder to make.  [default: runs/MODEL-SERIES-TIME]",
)
@config_option
def fit(
    source: Source,
    model: str,
    horizon: int,
    graph: str | None,
    epochs: int | None,
    seed: int,
    out: Path | None,
    as_json: bool,
) -> None:
    """Fit a model to READINGS and leave a run folder, from which predict forecasts.

    It learns from the first seven eighths of all steps; the last eighth is validation, on which the
    errors that are printed are made. gbdt and blends are fitted at 1, 2, 3, 4, 6, 8, 12, 18, 24,
    36, 48, 60, 72 and so on steps ahead; their forecasts between are on straight lines.

    \b
    gnnlab forecast fit --dataset beijing-air --model ridge --out runs/beijing
    gnnlab forecast fit readings.csv --stations stations.csv --target PM2.5
    """
    from gnnlab.experiments.forecast_fit import fit_forecaster, takes
    from gnnlab.training import check_free, write_run

    if graph is not None and not takes(model, "graph"):
        raise click.UsageError(f"--graph is for models along a graph, got --model {model}.")
    if epochs is not None and not takes(model, "recipe"):
        raise click.UsageError(f"--epochs is for networks, got --model {model}.")
    if out is not None:
        check_free(out)
    series = source.read()
    out = out or Path("runs") / f"{model}-{series.name}-{datetime.now():%Y-%m-%d-%H%M%S}"
    check_free(out)
    asked = {"model": model, "horizon": horizon, "graph": graph, "epochs": epochs, "seed": seed}
    options = _said(source) | {name: value for name, value in asked.items() if value is not None}
    with progress() as bar:
        task = bar.add_task(f"fitting {model}", total=1.0)
        run = fit_forecaster(
            series,
            model,
            horizon,
            graph=graph,
            epochs=epochs,
            seed=seed,
            options=options,
            tell=lambda share: bar.update(task, completed=share),
        )
    write_run(out, run)
    if run.history:
        from gnnlab.reports.figures import save
        from gnnlab.reports.learning_curves import draw_learning_curves

        save(draw_learning_curves(run.history), out / "figures" / "curves.png")
    if as_json:
        print_json({**run.scores, "model": model, "run": str(out)})
    else:
        from gnnlab.reports.forecast_fit import fit_text

        click.echo(fit_text(run, SHOWN))
    message(f"run folder: {out}")


def _said(source: Source) -> dict[str, Any]:
    """What the options say of the readings, as --config takes it; files with their whole path."""
    said: dict[str, Any] = {}
    for each in fields(Source):
        value = getattr(source, each.name)
        if isinstance(value, Path):
            said[each.name] = str(value.absolute())
        elif isinstance(value, list | tuple):
            said[each.name] = [_plain(one) for one in value]
        else:
            said[each.name] = value
    said["readings"] = said.pop("files")
    return {name: value for name, value in said.items() if value not in (None, [], False)}


def _plain(value: Any) -> str:
    match value:
        case Path():
            return str(value.absolute())
        case (column, unit):
            return f"{column}={unit}"
        case _:
            return str(value)
