"""``gnnlab demo``: what gnnlab does, one job after another."""

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gnnlab.cli.console import message, print_json
from gnnlab.cli.data import load_nodes_with_progress, load_series_with_progress
from gnnlab.cli.evaluate import print_scores
from gnnlab.cli.forecast.fit import SHOWN, fit_with_progress, write
from gnnlab.cli.forecast.predict import save
from gnnlab.cli.hops import draw as draw_hops
from gnnlab.cli.train import draw, exit_if_interrupted, train_into
from gnnlab.cli.verb import Verb
from gnnlab.errors import DataError

if TYPE_CHECKING:
    from gnnlab.data import NodeDataset, SensorSeries

SEEDS = 3
HORIZON = 72  # hours
STATIONS = 12  # of the simulated city: few enough for a network to be fitted in half a minute


@click.command(cls=Verb)
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("demo"),
    show_default=True,
    metavar="FOLDER",
    help="Where pictures and run folders go.",
)
def demo(out: Path, as_json: bool) -> None:
    """Show hops of a six-node graph, a GCN on Cora, and forecasts of PM2.5 for two cities.

    Where Cora cannot be had, the GCN trains on a graph that networkx ships. One city is simulated;
    the other is Beijing, if its readings can be had. Pictures and run folders of an earlier demo
    are replaced.
    """
    out.mkdir(parents=True, exist_ok=True)
    drawing = out / "hops-example6.png"
    message("1. Hops: how many layers until a graph network at E sees C?")
    click.echo(_hops(drawing), err=as_json)

    message("2. GCN: a graph convolutional network learns the topics of papers.")
    dataset = _dataset()
    run = _free(out / f"gcn-{dataset.name}")
    scores = train_into(run, dataset, SEEDS)
    if not as_json:
        print_scores(scores)
    draw(run)
    exit_if_interrupted(scores, SEEDS)

    message(f"3. Forecasts: the next {HORIZON} hours of PM2.5.")
    forecasts = _forecasts(out, as_json)
    if as_json:
        gcn = {**scores, "run": str(run)}
        print_json({"hops": str(drawing), "gcn": gcn, "forecasts": forecasts})


def _hops(drawing: Path) -> str:
    from gnnlab.experiments.hops import of_pair
    from gnnlab.graphs import example6
    from gnnlab.reports.hop_tables import pair_table

    answer = of_pair(example6(), "C", "E")
    draw_hops(example6(), answer, drawing)
    return pair_table(answer)


def _dataset() -> "NodeDataset":
    try:
        return load_nodes_with_progress("cora")
    except DataError as error:
        message(f"{error}; training on networkx's karate club instead")
        return load_nodes_with_progress("karate")


def _forecasts(out: Path, as_json: bool) -> dict[str, Any]:
    """Those of the simulated city, whose network sees a graph of stations, and maybe Beijing's."""
    from gnnlab.data import load_series

    city = load_series("simulated-city", stations=STATIONS, years=1)
    found = {city.name: _forecast(out, city, "gc-dcrnn", {}, as_json)}
    try:
        beijing = load_series_with_progress("beijing-air")
    except DataError as error:
        message(f"{error}; no forecast for Beijing then")
    else:
        options = {"dataset": beijing.name}
        found[beijing.name] = _forecast(out, beijing, "ridge", options, as_json)
    return found


def _forecast(
    out: Path, series: "SensorSeries", model: str, options: dict[str, Any], as_json: bool
) -> dict[str, Any]:
    """Fit a model to a series, leave a run folder with its forecast; what ``--json`` says of it."""
    from gnnlab.experiments.forecast_ahead import forecast_ahead
    from gnnlab.experiments.forecast_runs import forecast_run
    from gnnlab.reports.forecast_fit import fit_text
    from gnnlab.training import check_free

    path = _free(out / f"forecast-{series.name}")
    check_free(path)
    message(f"fitting {model} to {series.name}")
    options = {**options, "model": model, "horizon": HORIZON}
    run = fit_with_progress(series, model, HORIZON, options=options)
    write(path, run)
    click.echo(fit_text(run, SHOWN), err=as_json)
    message(f"run folder: {path}")
    fitted = forecast_run(path)
    files = {"forecast": path / "forecast.csv", "plot": path / "forecast.png"}
    save(forecast_ahead(fitted, fitted.readings), None, files["forecast"], files["plot"])
    said = {name: str(each) for name, each in files.items()}
    return {**run.scores, "model": model, "run": str(path), **said}


def _free(run: Path) -> Path:
    """The path of a run folder, without that of an earlier demo."""
    if (run / "run.toml").is_file():
        shutil.rmtree(run)
    return run
