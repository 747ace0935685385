"""``gnnlab sensors inspect``: what is in readings, and what is missing."""

from pathlib import Path

import click

from gnnlab.cli.console import print_json
from gnnlab.cli.figures import check_plot, save_plot
from gnnlab.cli.options import plot_option
from gnnlab.cli.sensors.options import Source, readings_options
from gnnlab.cli.verb import Verb


@click.command(cls=Verb)
@readings_options
@plot_option
def inspect(source: Source, plot: Path | None, as_json: bool) -> None:
    """Say what readings hold: stations, span, step, gaps, what was mended, what looks wrong.

    READINGS are CSV (perhaps .gz) or Parquet files, a row a time and station or a column a station.
    Columns, units and time zone are guessed, and said, where options do not name them. What is
    missing is counted over the targets.

    \b
    gnnlab sensors inspect readings.csv --stations stations.csv
    gnnlab sensors inspect --dataset beijing-air --plot missing.png

    --plot replaces what is there, but for files that are read.
    """
    source.check_kept("--plot", plot)

    from gnnlab.experiments.inspection import inspected

    check_plot(plot)
    series = source.read()
    answer = inspected(series)
    if as_json:
        print_json(answer)
    else:
        from gnnlab.reports.inspection import inspection_text

        click.echo(inspection_text(answer))
    if plot is not None:
        from gnnlab.reports.missing_data import draw_missing

        save_plot(draw_missing(series), plot)
