"""A TOML file instead of options: the same names, and the command line wins."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from gnnlab.graphs.labels import closest, hint

ARGUMENTS = {"readings": "files"}  # what is called otherwise inside
OWN = ("config", "as_json", "help", "debug")


def config_option(verb: Any) -> Any:
    """Add ``--config``, a TOML file that holds options, or the ``run.toml`` of an earlier run."""
    return click.option(
        "--config",
        type=click.Path(path_type=Path),
        metavar="TOML",
        is_eager=True,
        expose_value=False,
        callback=_take,
        help="Options by their names; those given here win. Also run.toml of an earlier run.",
    )(verb)


def _take(ctx: click.Context, parameter: click.Parameter, path: Path | None) -> None:
    if path is None:
        return
    try:
        said: Mapping[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise click.BadParameter(f"{path} cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise click.BadParameter(f"{path} is no TOML: {error}") from error
    if "verb" in said:
        said = recorded(said)
        if not said:
            raise click.BadParameter(f"{path} must be of a run of forecast fit")
    take_defaults(ctx, said, f"an option in {path}")


def recorded(said: Mapping[str, Any]) -> Mapping[str, Any]:
    """The options that run.toml records; none where it is of another verb."""
    options = said.get("options")
    return options if said.get("verb") == "forecast fit" and isinstance(options, dict) else {}


def take_defaults(ctx: click.Context, said: Mapping[str, Any], what: str) -> None:
    """Have options that are not given be what ``said`` says, by the names they have when typed.

    Raises:
        click.BadParameter: a name that no option has.
    """
    known = {each.name: each for each in ctx.command.params if each.name and each.name not in OWN}
    shown = {inside: name for name, inside in ARGUMENTS.items()}
    names = [shown.get(name, name).replace("_", "-") for name in known]
    defaults = {}
    for name, value in said.items():
        inside = ARGUMENTS.get(name, name.replace("-", "_"))
        if inside not in known or name in shown:
            raise click.BadParameter(
                f"{what} must be one of {', '.join(names)}, got {name!r}"
                f"{hint(closest(name, names))}"
            )
        several = getattr(known[inside], "multiple", False) or known[inside].nargs == -1
        defaults[inside] = [value] if several and not isinstance(value, list) else value
    ctx.default_map = defaults
