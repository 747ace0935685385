"""The command line: one file a verb, no logic of its own."""

import click

from gnnlab import __version__
from gnnlab.cli.data import data
from gnnlab.cli.demo import demo
from gnnlab.cli.depth import depth
from gnnlab.cli.evaluate import evaluate
from gnnlab.cli.explain import explain
from gnnlab.cli.forecast import forecast
from gnnlab.cli.graph import graph
from gnnlab.cli.hops import hops
from gnnlab.cli.predict import predict
from gnnlab.cli.report import report
from gnnlab.cli.rnn import rnn
from gnnlab.cli.sensors import sensors
from gnnlab.cli.train import train

__all__ = ["main"]


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="gnnlab")
def main() -> None:
    """Graph learning: how far information travels, and networks that use it.

    Data goes to stdout, progress and messages to stderr. Exit status: 0 done, 1 an error that you
    can act on, 2 wrong usage, 130 interrupted.
    """


_VERBS = (
    hops,
    graph,
    train,
    evaluate,
    predict,
    explain,
    depth,
    rnn,
    sensors,
    forecast,
    report,
    data,
    demo,
)
for _command in _VERBS:
    main.add_command(_command)
