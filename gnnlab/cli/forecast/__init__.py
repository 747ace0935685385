"""``gnnlab forecast``: what sensors will read, one file a verb."""

import click

from gnnlab.cli.forecast.backtest import backtest

__all__ = ["forecast"]


@click.group()
def forecast() -> None:
    """Forecasts of sensors: how good they are."""


forecast.add_command(backtest)
