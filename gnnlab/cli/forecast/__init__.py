"""``gnnlab forecast``: what sensors will read, one file a verb."""

import click

from gnnlab.cli.forecast.backtest import backtest
from gnnlab.cli.forecast.export import export
from gnnlab.cli.forecast.fit import fit
from gnnlab.cli.forecast.predict import predict

__all__ = ["forecast"]


@click.group()
def forecast() -> None:
    """Forecasts of sensors: made, and how good they are."""


forecast.add_command(fit)
forecast.add_command(predict)
forecast.add_command(backtest)
forecast.add_command(export)
