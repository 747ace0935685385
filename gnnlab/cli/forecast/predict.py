"""``gnnlab forecast predict``: what sensors will read in the next steps."""

import tomllib
from collections.abc import Callable
from dataclasses import fields
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gnnlab.cli.console import message, print_json
from gnnlab.cli.figures import check_plot, save_plot
from gnnlab.cli.forecast.settings import recorded, take_defaults
from gnnlab.cli.options import plot_option
from gnnlab.cli.sensors.options import Source, readings_options
from gnnlab.cli.verb import Verb

if TYPE_CHECKING:
    from gnnlab.experiments.forecast_ahead import Forecast
    from gnnlab.experiments.forecast_alerts import Alert

# What new readings have in common with those of the fit: how they are read, not where they are.
KEPT = ("stations", "target", "time", "station", "unit", "time_zone", "future", "perfect_weather")


def _take(ctx: click.Context, parameter: click.Parameter, run: Path) -> Path:
    """Have new readings be read as those of the fit were, where no option says how."""
    try:
        said = recorded(tomllib.loads((run / "run.toml").read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return run  # the verb itself says what is wrong with it
    take_defaults(ctx, {name: said[name] for name in KEPT if name in said}, f"an option in {run}")
    return run


def _perhaps_readings(verb: Callable[..., Any]) -> Callable[..., Any]:
    """Add READINGS and their options; without any the verb gets ``None`` as ``source``."""
    with_source = readings_options(verb)
    names = [each.name for each in fields(Source)]

    @wraps(with_source)
    def with_or_without(**given: Any) -> Any:
        if given["files"] or given["dataset"] is not None:
            return with_source(**given)
        source = click.get_current_context().get_parameter_source
        for name in names:
            if source(name) is click.core.ParameterSource.COMMANDLINE:
                raise click.UsageError(f"--{name.replace('_', '-')} needs READINGS.")
        return verb(
            source=None, **{name: each for name, each in given.items() if name not in names}
        )

    return with_or_without


@click.command(cls=Verb)
@click.argument("run", type=click.Path(path_type=Path), is_eager=True, callback=_take)
@_perhaps_readings
@click.option(
    "--alert",
    metavar="STANDARD",
    help="Also the chance that a standard's daily mean is exceeded, such as who-2021.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write the forecast (.csv, .json, .nc).  [default: print it as CSV]",
)
@plot_option
def predict(
    run: Path,
    source: Source | None,
    alert: str | None,
    out: Path | None,
    plot: Path | None,
    as_json: bool,
) -> None:
    """Forecast the steps after the last of READINGS, with the run folder RUN of forecast fit.

    Without READINGS, the steps after the last reading of the fit. Options that say how to read them
    are those of the fit unless given. Intervals of 50 and 90 % are q25 to q75 and q05 to q95; times
    are local. A station without new readings is forecast as a silent one.

    For --alert, the hours of a day are taken to be high or low together, hours of today that were
    read count as known, and only days that are forecast to their end are judged: 0.05 stands for
    at most, 0.95 for at least that.

    \b
    gnnlab forecast predict runs/beijing > forecast.csv
    gnnlab forecast predict runs/mine new.csv --out forecast.nc --plot forecast.png
    """
    from gnnlab.experiments.as_fitted import as_fitted
    from gnnlab.experiments.forecast_ahead import forecast_ahead
    from gnnlab.experiments.forecast_alerts import check_alert, daily_alert
    from gnnlab.experiments.forecast_runs import forecast_run
    from gnnlab.reports.forecast_alerts import alert_text
    from gnnlab.reports.forecast_files import (
        check_forecast_file,
        forecast_answer,
        forecast_csv,
    )

    if source is not None:
        source.check_kept("--out", out)
        source.check_kept("--plot", plot)
    if out is not None:
        check_forecast_file(out)
    check_plot(plot)
    fitted = forecast_run(run)
    if alert is not None:
        check_alert(alert, fitted.readings)
    series = fitted.readings
    if source is not None:
        series, notes = as_fitted(source.read(), fitted.readings)
        for note in notes:
            message(note)
    forecast = forecast_ahead(fitted, series)
    chances = daily_alert(forecast, alert) if alert is not None else None
    save(forecast, chances, out, plot)
    if as_json:
        print_json(forecast_answer(forecast, chances))
        return
    if out is None:
        click.echo(forecast_csv(forecast, chances), nl=False)
    if chances is not None:
        click.echo(alert_text(forecast, chances), err=out is None)


def save(
    forecast: "Forecast", chances: "Alert | None", out: Path | None, plot: Path | None
) -> None:
    """Write a forecast and draw it, each where there is a file for it, and say so."""
    if out is not None:
        from gnnlab.reports.forecast_files import write_forecast

        write_forecast(out, forecast, chances)
        message(f"wrote {out}")
    if plot is not None:
        from gnnlab.reports.forecast_plot import draw_forecast

        save_plot(draw_forecast(forecast), plot)
