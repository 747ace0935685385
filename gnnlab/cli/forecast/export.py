"""``gnnlab forecast export``: a fitted network for programs without torch."""

from pathlib import Path

import click

from gnnlab.cli.console import message, print_json, progress
from gnnlab.cli.verb import Verb


@click.command(cls=Verb)
@click.argument("run", type=click.Path(path_type=Path))
@click.argument("model", type=click.Path(path_type=Path), metavar="MODEL.onnx")
def export(run: Path, model: Path, as_json: bool) -> None:
    """Write the network of RUN, a run folder of forecast fit, as an ONNX file.

    The file takes x, features, known and last, any number of windows, as the Python function
    gnnlab.experiments.forecast_export.network_inputs makes them of readings, and returns quantiles
    in the target's unit, not calibrated. Its metadata name stations, levels and the steps ahead,
    those that the network was fitted at. It is checked in onnxruntime on windows of the run's
    readings, and kept only where it answers as torch does. Needs pip install 'gnnlab[onnx]'.

    \b
    gnnlab forecast export runs/beijing beijing.onnx
    """
    from gnnlab.experiments.forecast_export import export_network
    from gnnlab.experiments.forecast_runs import forecast_run
    from gnnlab.reports.writable import check_writable

    check_writable(model, "a network")
    fitted = forecast_run(run)
    with progress() as bar:
        bar.add_task(f"exporting {fitted.model}", total=None)
        exported = export_network(fitted, model)
    if as_json:
        print_json(
            {
                "model": fitted.model,
                "file": str(model),
                "windows": exported.windows,
                "difference": exported.difference,
                "relative_difference": exported.relative,
            }
        )
    else:
        click.echo(
            f"{fitted.model}: in {exported.windows} windows quantiles of ONNX and torch differ by "
            f"at most {exported.difference:.2g}, {exported.relative:.2g} of their size"
        )
    message(f"wrote {model}")
