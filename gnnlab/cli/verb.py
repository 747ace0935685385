"""What all verbs have in common: --json, --debug, errors in one line."""

import math
from typing import Any

import click

from gnnlab.cli.console import message
from gnnlab.errors import GnnlabError

_DEBUG = "gnnlab.debug"


class Positive(click.FloatRange):
    """A finite number above 0."""

    def __init__(self) -> None:
        super().__init__(min=0, min_open=True)

    def convert(self, value: Any, param: Any, ctx: Any) -> Any:
        """The number of the text."""
        number = super().convert(value, param, ctx)
        if not math.isfinite(number):
            self.fail(f"{value} is not a finite number.", param, ctx)
        return number


class Verb(click.Command):
    """A command with ``--json`` (passed on as ``as_json``) and ``--debug``.

    An error of gnnlab or of the operating system becomes one line on stderr and exit status 1, an
    interrupt exit status 130; ``--debug`` lets the traceback through.
    """

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.params += [
            click.Option(["--json", "as_json"], is_flag=True, help="Print one JSON object."),
            click.Option(
                ["--debug"],
                is_flag=True,
                expose_value=False,
                callback=lambda ctx, _, value: ctx.meta.update({_DEBUG: value}),
                help="Show the traceback of an error.",
            ),
        ]

    def invoke(self, ctx: click.Context) -> Any:
        """Run the verb."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            raise  # click ends quietly when nobody reads on
        except (GnnlabError, OSError) as error:
            if ctx.meta[_DEBUG]:
                raise
            message(f"gnnlab: {' '.join(str(error).split())}")
            ctx.exit(1)
        except KeyboardInterrupt:
            if ctx.meta[_DEBUG]:
                raise
            message("gnnlab: interrupted")
            ctx.exit(130)
