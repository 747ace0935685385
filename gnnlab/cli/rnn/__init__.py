"""``gnnlab rnn``: recurrent networks as directed chain graphs, one file a verb."""

import click

__all__ = ["rnn"]


@click.group()
def rnn() -> None:
    """Recurrent networks as directed chain graphs: depth, gradients, what they learn."""
