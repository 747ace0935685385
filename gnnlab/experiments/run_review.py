"""A run folder of ``gnnlab forecast fit`` -> all that a report says of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gnnlab.data import SensorSeries
from gnnlab.errors import DataError
from gnnlab.experiments.forecast_exceedance import Exceedance, daily_means, exceedance
from gnnlab.experiments.forecast_findings import findings
from gnnlab.experiments.forecast_graph import graph_of
from gnnlab.experiments.forecast_intervals import IntervalReview, review_intervals
from gnnlab.experiments.forecast_listening import Listening, listening
from gnnlab.experiments.forecast_readings import RunReadings, run_readings
from gnnlab.experiments.forecast_review import ForecastReview, review
from gnnlab.experiments.forecast_runs import forecast_run
from gnnlab.graphs import Graph
from gnnlab.training import read_run
from gnnlab.training.forecasters import Tell, untold

STANDARD = "who-2021"
SHARES = (0.35, 0.9, 1.0)  # of the work that are done after errors, intervals and listening


@dataclass(frozen=True, eq=False)
class RunReview:
    """What a report shows of a run.

    Args:
        path: of the run folder.
        configuration: its run.toml.
        history: of its training.
        readings: of its fit.
        errors: of its medians.
        intervals: of its quantiles.
        above: days above a limit, or why there are none.
        heard: which stations it listens to.
        graph: along which it hears them, if it does, and whether it learned that.
        answer: the same in plain numbers.
    """

    path: Path
    configuration: Mapping[str, Any]
    history: Sequence[Mapping[str, Any]]
    readings: RunReadings
    errors: ForecastReview
    intervals: IntervalReview
    above: Exceedance | str
    heard: Listening
    graph: tuple[Graph, bool] | None
    answer: Mapping[str, Any]


def review_run(
    path: Path,
    read: Callable[[], SensorSeries],
    standard: str | None = None,
    tell: Tell = untold,
) -> RunReview:
    """Make a run's forecasts of its validation part anew, and judge them.

    Args:
        path: of the run folder.
        read: reads again what the fit read.
        standard: whose limit on daily means days are held against; `STANDARD` unless said, if it
            has one.
        tell: is told how far the work is.

    Raises:
        RunError: no whole run folder of ``forecast fit``.
        DataError: a standard without a limit on the target's daily mean, or none that fits the
            readings.
    """
    run, whole = forecast_run(path), read_run(path)
    readings = run_readings(run, read)
    observed: Any
    try:
        observed = daily_means(readings, standard or STANDARD)
    except DataError as error:
        if standard is not None:
            raise
        observed = str(error)
    first, second, last = SHARES
    errors = review(run, readings, lambda share: tell(first * share))
    intervals = review_intervals(
        run, readings, lambda share: tell(first + (second - first) * share)
    )
    above = observed
    if not isinstance(observed, str):
        above = exceedance(observed, readings, errors.evenings)
    heard = listening(run, readings, lambda share: tell(second + (last - second) * share))
    return RunReview(
        path,
        whole.configuration,
        whole.history,
        readings,
        errors,
        intervals,
        above,
        heard,
        graph_of(run.forecaster, heard.stations),
        findings(errors, intervals, above, heard),
    )
