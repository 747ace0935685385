"""What all verbs have in common: --json, --debug, errors in one line."""

from typing import Any

import click

from gnnlab.cli.console import message
from gnnlab.errors import GnnlabError

_DEBUG = "gnnlab.debug"


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
