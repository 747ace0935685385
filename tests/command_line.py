"""The command line, called in this process."""

import json

from click.testing import CliRunner, Result

from gnnlab.cli import main


def gnnlab(*arguments: str, status: int = 0) -> Result:
    """What ``gnnlab ARGUMENTS`` prints, if it exits with ``status``."""
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == status, result.output
    return result


def answer(*arguments: str) -> dict:
    """The JSON object that a verb prints."""
    return json.loads(gnnlab(*arguments, "--json").stdout)
