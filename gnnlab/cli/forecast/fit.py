"""``gnnlab forecast fit``: from readings to a run folder that forecasts."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import fields
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gnnlab.cli.console import message, print_json, progress
from gnnlab.cli.forecast.backtest import MODELS
from gnnlab.cli.forecast.settings import config_option
from gnnlab.cli.sensors.graph import KINDS
from gnnlab.cli.sensors.options import Source, readings_options
from gnnlab.cli.verb import Verb

if TYPE_CHECKING:
    from lightning_fabric import Fabric

    from gnnlab.data import SensorSeries
    from gnnlab.training import Run

SHOWN = (1, 3, 6, 12, 24, 48, 72)  # horizons whose scores are printed


@click.command(cls=Verb)
@readings_options
@click.option("--model", type=click.Choice(("auto", *MODELS)), default="auto", show_default=True)
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
    help="Of models along a graph, fitted on the training part.  [default: the model's]",
)
@click.option("--epochs", type=click.IntRange(1), metavar="N", help="Of networks, at most.")
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True, metavar="N")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="RUN",
    help="The run folder to make.  [default: runs/MODEL-SERIES-TIME]",
)
@click.option("--resume", is_flag=True, help="Go on with a fit that was interrupted in --out.")
@config_option
def fit(
    source: Source,
    model: str,
    horizon: int,
    graph: str | None,
    epochs: int | None,
    seed: int,
    out: Path | None,
    resume: bool,
    as_json: bool,
) -> None:
    """Fit a model to READINGS and leave a run folder, from which predict forecasts.

    It learns from the first seven eighths of all steps; the last eighth is validation, on which the
    errors that are printed are made. auto fits damped-persistence, climatology, ridge, gbdt, gru
    and gc-dcrnn, keeps the one with the highest skill in validation, and says whether the graph
    helps. gbdt, networks and what combines them are fitted at 1, 2, 3, 4, 6, 8, 12 and every 6
    steps ahead; their forecasts between are on straight lines.

    A network, but none in a blend or ensemble, leaves its state after each epoch in RUN/checkpoint,
    which goes when the run is whole.
    Interrupted or killed, the same command with --out RUN --resume goes on after the last epoch and
    ends with the same weights, bit for bit. What torchrun starts trains a network together.

    \b
    gnnlab forecast fit --dataset beijing-air --model ridge --out runs/beijing
    gnnlab forecast fit readings.csv --stations stations.csv --target PM2.5
    torchrun --nproc-per-node 2 -m gnnlab forecast fit --dataset beijing-air --model gc-dcrnn
    """
    from gnnlab.experiments.forecast_models import takes
    from gnnlab.reports.words import counted
    from gnnlab.training.checkpoint import Checkpoint
    from gnnlab.training.forecasters.minibatches import epochs_in
    from gnnlab.training.processes import first, joined
    from gnnlab.training.run_folder import CHECKPOINT, check_free

    source.check_single_target()
    if graph is not None and not takes(model, "graph"):
        raise click.UsageError(f"--graph is for models along a graph, got --model {model}.")
    if epochs is not None and not takes(model, "recipe"):
        raise click.UsageError(f"--epochs is for networks, got --model {model}.")
    if resume and out is None:
        raise click.UsageError("--resume needs --out, the run folder of what was interrupted.")
    asked = {"model": model, "horizon": horizon, "graph": graph, "epochs": epochs, "seed": seed}
    options = _said(source) | {name: value for name, value in asked.items() if value is not None}
    with joined() as fabric, _one_voice(fabric):
        if out is not None:
            first(fabric, partial(check_free, out, resume))
        series = source.read()
        if out is None:
            out = first(fabric, partial(_new_folder, f"{model}-{series.name}"))
        checkpoint = Checkpoint(out / CHECKPOINT, resume=resume)
        if resume and not checkpoint.folder.exists():
            message(f"nothing to resume in {out}: the fit begins anew")
        try:
            run = fit_with_progress(
                series,
                model,
                horizon,
                graph=graph,
                epochs=epochs,
                seed=seed,
                options=options,
                fabric=fabric,
                checkpoint=checkpoint,
            )
            first(fabric, partial(write, out, run))
        except KeyboardInterrupt:
            if not (done := epochs_in(checkpoint)):
                raise
            after = counted(done, "epoch")
            message(f"gnnlab: interrupted after {after}: --out {out} --resume goes on")
            click.get_current_context().exit(130)
        if as_json:
            print_json({**run.scores, "model": run.configuration["model"], "run": str(out)})
        else:
            from gnnlab.reports.forecast_fit import fit_text

            click.echo(fit_text(run, SHOWN))
        message(f"run folder: {out}")


def fit_with_progress(series: "SensorSeries", model: str, horizon: int, **how: Any) -> "Run":
    """Fit a model, with a progress bar; see `gnnlab.experiments.forecast_fit.fit_forecaster`."""
    from gnnlab.experiments.forecast_fit import fit_forecaster

    with progress() as bar:
        task = bar.add_task(f"fitting {model}", total=1.0)
        return fit_forecaster(
            series, model, horizon, **how, tell=lambda share: bar.update(task, completed=share)
        )


def write(path: Path, run: "Run") -> None:
    """Write the run folder, with the curves of what has epochs."""
    from gnnlab.training import write_run

    write_run(path, run)
    if run.history:
        from gnnlab.reports.figures import save
        from gnnlab.reports.learning_curves import draw_learning_curves

        save(draw_learning_curves(run.history), path / "figures" / "curves.png")


@contextmanager
def _one_voice(fabric: "Fabric") -> Iterator[None]:
    """Let only the first process print anything, errors aside."""
    if fabric.is_global_zero:
        yield
        return
    with open(os.devnull, "w") as nowhere, redirect_stdout(nowhere), redirect_stderr(nowhere):
        yield


def _new_folder(name: str) -> Path:
    """A free one, named after now."""
    from gnnlab.training import check_free

    path = Path("runs") / f"{name}-{datetime.now():%Y-%m-%d-%H%M%S}"
    check_free(path)
    return path


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
