"""``gnnlab forecast backtest``: how good forecasts were, issued step after step."""

import click

from gnnlab.cli.console import print_json, progress
from gnnlab.cli.options import seeds_option
from gnnlab.cli.rnn.lists import Lengths, Names
from gnnlab.cli.sensors.options import Source, readings_options
from gnnlab.cli.verb import Verb

MODELS = (  # of gnnlab.training.forecasters, lazily
    "persistence",
    "persistence-carried",
    "damped-persistence",
    "climatology",
    "ridge",
    "gbdt",
    "gbdt-quantiles",
    "gru",
    "lstm",
    "stid",
    "agcrn",
    "gc-dcrnn",
    "gc-dcrnn-ensemble",
    "blend",
    "blend-without-graph",
)
WEATHER_AHEAD = ("none", "issued", "perfect")  # of gnnlab.experiments.forecast_weather, lazily


@click.command(cls=Verb)
@readings_options
@click.option(
    "--models",
    type=Names(MODELS),
    default="persistence,climatology,ridge,gbdt",
    show_default=True,
)
@click.option(
    "--horizons",
    type=Lengths(1),
    default="1,3,6,12,24,48,72",
    show_default=True,
    help="Steps ahead.",
)
@click.option(
    "--folds",
    type=click.IntRange(1),
    metavar="N",
    help="Instead of one split: rolling origins, each fold fitted on what came before it.",
)
@seeds_option(1)
@click.option(
    "--against",
    type=click.Choice(MODELS),
    metavar="MODEL",
    help="One of --models; say how much larger the errors of the others are, and how sure that is.",
)
@click.option(
    "--weather-ahead",
    type=Names(WEATHER_AHEAD),
    help="What networks see of it: nothing, what others had issued, or what came.  "
    "[default: issued where there is some]",
)
@click.option(
    "--check-look-ahead",
    is_flag=True,
    help="For doubters: replace what came after some hour by noise; no forecast may change.",
)
def backtest(
    source: Source,
    models: list[str],
    horizons: list[int],
    folds: int | None,
    seeds: int,
    against: str | None,
    weather_ahead: list[str] | None,
    check_look_ahead: bool,
    as_json: bool,
) -> None:
    """Fit models to the first 70 % of READINGS and score their forecasts over the last 20 %.

    A forecast of the first target is issued at each step and scored wherever its target was
    observed. What is fitted is fitted on the training part alone.

    \b
    gnnlab forecast backtest --dataset beijing-air --models persistence,climatology,ridge
    gnnlab forecast backtest readings.csv --stations stations.csv --horizons 1,24 --json
    """
    if against and against not in models:
        raise click.UsageError(f"--against must be one of --models, got {against}.")
    source.check_single_target()
    series = source.read()
    with progress() as bar:
        from gnnlab.experiments.forecast_backtest import forecast_backtest

        task = bar.add_task("fitting", total=len(models) * len(weather_ahead or [""]) * seeds)
        done: dict[tuple[str, int], float] = {}

        def tell(model: str, seed: int, share: float) -> None:
            done[model, seed] = share
            bar.update(task, completed=sum(done.values()), description=f"{model}, seed {seed}")

        answer = forecast_backtest(
            series,
            models,
            horizons,
            seeds=seeds,
            folds=folds or 0,
            against=against,
            weather_ahead=weather_ahead or [],
            check_look_ahead=check_look_ahead,
            on_progress=tell,
        )
    if as_json:
        print_json(answer)
    else:
        from gnnlab.reports.forecast_backtest import forecast_text

        click.echo(forecast_text(answer))
