"""``gnnlab rnn``: recurrent networks as directed chain graphs, one file a verb."""

import click

from gnnlab.cli.rnn.gradients import gradients
from gnnlab.cli.rnn.graph import graph
from gnnlab.cli.rnn.listops import listops
from gnnlab.cli.rnn.palindromes import palindromes

__all__ = ["rnn"]


@click.group()
def rnn() -> None:
    """Recurrent networks as directed chain graphs: depth, gradients, what they learn."""


rnn.add_command(gradients)
rnn.add_command(graph)
rnn.add_command(listops)
rnn.add_command(palindromes)
