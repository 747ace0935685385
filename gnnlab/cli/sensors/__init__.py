"""``gnnlab sensors``: readings of a network of sensors, one file a verb."""

import click

from gnnlab.cli.sensors.graph import graph
from gnnlab.cli.sensors.inspect import inspect

__all__ = ["sensors"]


@click.group()
def sensors() -> None:
    """Readings of sensors: what is in them, and how the stations are connected."""


sensors.add_command(graph)
sensors.add_command(inspect)
