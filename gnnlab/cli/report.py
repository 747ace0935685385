"""``gnnlab report``: one HTML page of what runs were worth."""

from dataclasses import fields
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gnnlab.cli.console import message, print_json, progress
from gnnlab.cli.sensors.options import Source
from gnnlab.cli.verb import Verb

if TYPE_CHECKING:
    from rich.progress import Progress

    from gnnlab.data import SensorSeries


@click.command(cls=Verb)
@click.argument("runs", metavar="RUN...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="PAGE",
    help="The page (.html).  [default: RUN/report.html, or beside a file]",
)
@click.option(
    "--standard",
    metavar="NAME",
    help="Days of forecasts are held against its daily mean.  [default: who-2021]",
)
def report(runs: tuple[Path, ...], out: Path | None, standard: str | None, as_json: bool) -> None:
    """Write what runs were worth as one HTML page, and PNGs.

    The page holds all that it shows: it opens from disk, prints, and asks nothing of a network.

    RUN is a run folder of forecast fit or train gcn, or a file with what --json of depth, hops, rnn
    palindromes, rnn gradients, rnn listops or forecast backtest printed. Several need --out, and
    are compared. Pictures of a run folder go to RUN/figures.

    A run of forecast fit makes the forecasts of its validation part anew. It reads what the fit
    read, known by its hash; where that is gone or has changed, the last readings, which the run
    keeps.

    \b
    gnnlab report runs/beijing
    gnnlab report runs/ridge runs/gc-dcrnn --standard china-2012 --out compared.html
    """
    from gnnlab.reports.page.written import check_report, written

    if out is None and len(runs) > 1:
        raise click.UsageError("several RUNs need --out, the page to write.")
    page = out or (runs[0] / "report.html" if runs[0].is_dir() else runs[0].with_suffix(".html"))
    check_report(page, runs)
    with progress() as bar:
        task = bar.add_task("reporting", total=1.0)

        def tell(what: str, share: float) -> None:
            bar.update(task, description=what, completed=share)

        found = written(page, runs, lambda run: partial(read_again, run, bar), standard, tell)
    for note in found.notes:
        message(note)
    if as_json:
        print_json({"report": str(page), "figures": [*map(str, found.figures)], "runs": found.runs})
    message(f"wrote {page}")


def read_again(run: Path, bar: "Progress") -> "SensorSeries":
    """What a run of ``forecast fit`` read, by the options in its run.toml.

    Args:
        run: its folder.
        bar: is hidden meanwhile, for reading may show one of its own.

    Raises:
        DataError: it cannot be read.
    """
    from gnnlab.cli.forecast.fit import fit
    from gnnlab.errors import DataError

    try:
        context = fit.make_context("fit", ["--config", str(run / "run.toml")])
        source = Source(**{each.name: context.params[each.name] for each in fields(Source)})
    except click.ClickException as error:
        raise DataError(f"run.toml does not say how: {error.message}") from error
    bar.stop()
    try:
        return source.read()
    finally:
        bar.start()
