"""One row of the benchmark: fits a model, lets it forecast through the test part, and scores it."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from statistics import median
from typing import Any

import numpy as np
import torch
from circumstances import OF_PEERS, PACKAGES, circumstances, peak_megabytes

from gnnlab.data import SensorSeries, TimeSplit, chronological, load_series, rolling_origins
from gnnlab.evaluation.backtest import REFERENCES, backtest
from gnnlab.evaluation.metrics import EventCounts
from gnnlab.experiments.forecast_circumstances import fingerprint
from gnnlab.experiments.forecast_exceedance import daily_means, exceedance
from gnnlab.experiments.forecast_models import graph_of_kind, shuffled
from gnnlab.experiments.forecast_readings import RunReadings
from gnnlab.experiments.forecast_review import Evenings, evenings
from gnnlab.graphs import Graph
from gnnlab.training.forecasters import (
    FORECASTERS,
    Calibrated,
    Fit,
    Forecaster,
    remembering,
    target_of,
    targets_ahead,
    untold,
)
from gnnlab.training.forecasters.architecture import Architecture
from gnnlab.training.forecasters.interpolated import Interpolated
from gnnlab.training.forecasters.network import near

HORIZONS = (1, 3, 6, 12, 24, 48, 72)
STANDARD = "china-2012"  # grade II: a daily mean of PM2.5 above 75 ug/m3
BASELINE = "best baseline"  # that the errors of all rows are compared to
HALF_YEAR = 4386  # hours; four of them end with the data, and begin with 2015-03-01
TIMED = 64  # origins that are forecast to see how long one takes


def splits_of(protocol: str, steps: int) -> list[TimeSplit]:
    """The parts of a protocol by its name."""
    match protocol:
        case "chrono-70-10-20":
            return [chronological(steps)]
        case "rolling-4":
            return rolling_origins(steps, 4, max(HORIZONS), part_steps=HALF_YEAR)
    raise ValueError(f"a protocol must be chrono-70-10-20 or rolling-4, got {protocol!r}")


def series_of(row: Mapping[str, Any]) -> SensorSeries:
    """Beijing's readings as the row's model sees them."""
    series = load_series("beijing-air")
    weather = ["temperature", "pressure", "dew point", "rain", "wind u", "wind v"]
    match row.get("weather", "measured"):
        case "measured":
            return series
        case "none":
            kept = [
                place for place, each in enumerate(series.variables) if each.name not in weather
            ]
            variables = [series.variables[place] for place in kept]
            return replace(series, values=series.values[..., kept], variables=variables)
        case "perfect":
            return series.with_kinds(future=weather, perfect_weather=True)
    raise ValueError(f"weather must be measured, none or perfect, got {row['weather']!r}")


def fit_of(row: Mapping[str, Any]) -> Fit:
    """What fits the row's model."""
    if row.get("peer"):
        from peers import PEERS

        return PEERS[row["model"]].fit()
    fit: Any = remembering()[row["model"]]
    if "graph" in row:
        return AlongKind(FORECASTERS[row["model"]], row["graph"])
    if "embedding_channels" in row:
        architecture = Architecture(embedding_channels=row["embedding_channels"])
        return partial(FORECASTERS[row["model"]], architecture=architecture)
    return fit


@dataclass(frozen=True)
class AlongKind:
    """Fits a model along a graph of a kind, drawn anew with each seed where something is drawn."""

    fit: Any
    kind: str

    def __call__(
        self, series: Any, split: Any, horizons: Any, seed: int = 0, tell: Any = untold
    ) -> Forecaster:
        """See :class:`gnnlab.training.forecasters.Fit`."""
        match self.kind:
            case "shuffled":
                graph = shuffled(near, seed)
            case "no edges":
                graph = without_edges
            case kind:
                graph = partial(graph_of_kind, kind, seed)
        return self.fit(series, split, horizons, seed, tell, graph=graph)


def without_edges(past: SensorSeries) -> Graph:
    """All stations, none of which hears another; what single others measured is known even so."""
    labels = [*map(str, past.stations.index)]
    return Graph(np.zeros((2, 0), int), len(labels), labels=labels)


@dataclass(frozen=True)
class BestBaseline:
    """At each horizon the better of damped persistence and climatology on the validation part."""

    chosen: Sequence[Forecaster]

    @classmethod
    def fit(
        cls, series: Any, split: Any, horizons: Any, seed: int = 0, tell: Any = untold
    ) -> "BestBaseline":
        fitted = [fit(series, split, horizons) for fit in REFERENCES]
        known = series.between(0, split.validation.stop)
        origins = np.array(split.validation)[:-1]
        truth = targets_ahead(target_of(known), origins, horizons)
        errors = [
            np.nanmean(np.abs(each.forecast(known, origins) - truth), axis=(0, 2))
            for each in fitted
        ]
        return cls([fitted[best] for best in np.argmin(errors, axis=0)])

    def forecast(self, series: SensorSeries, origins: np.ndarray) -> np.ndarray:
        return np.stack(
            [each.forecast(series, origins)[:, place] for place, each in enumerate(self.chosen)],
            axis=1,
        )


@dataclass
class Watch:
    """What fits and forecasts of the row's model cost, and which days they told."""

    seconds_to_fit: list[float] = field(default_factory=list)
    seconds_a_forecast: list[float] = field(default_factory=list)
    parameters: int | None = None
    days: list[EventCounts] = field(default_factory=list)

    def fit(self, fit: Fit) -> Fit:
        """The same, timed: seconds of the processor, whatever else the machine does."""

        def timed(*arguments: Any) -> Forecaster:
            start = time.process_time()
            forecaster = fit(*arguments)
            self.seconds_to_fit.append(time.process_time() - start)
            return forecaster

        return timed

    def fitted(self, name: str, series: SensorSeries, split: TimeSplit, model: Calibrated) -> None:
        """Time its forecasts, count its parameters, and hold its days against what came."""
        if name == BASELINE:
            return
        known = series.between(0, split.test.stop)
        few = np.array(split.test)[:TIMED]
        start = time.process_time()
        model.forecast(known, few)
        self.seconds_a_forecast.append((time.process_time() - start) / len(few))
        self.parameters = parameters_of(model.forecaster)
        self.days.append(days_told(known, split, model))


def days_told(known: SensorSeries, split: TimeSplit, model: Calibrated) -> EventCounts:
    """Days above the standard's limit, as told the evening before; counts of hits and misses."""
    whole = Interpolated(model.forecaster, HORIZONS, [*range(1, max(HORIZONS) + 1)])
    readings = RunReadings(known, split.train, split.test)
    origins = evenings(known, np.array(split.test)[:-1])
    issued = Evenings(origins, {"row": whole.forecast(known, origins)})
    return exceedance(daily_means(readings, STANDARD), readings, issued).counts["row"][0]


def parameters_of(forecaster: Any) -> int | None:
    """Numbers that gradients trained; none where there is no network, all of several members."""
    network = getattr(forecaster, "network", None)
    if isinstance(network, torch.nn.Module):
        return sum(each.numel() for each in network.parameters())
    members = getattr(forecaster, "members", ())
    each = [*members.values()] if isinstance(members, Mapping) else [*members]
    found = [count for count in map(parameters_of, each) if count]
    return sum(found) if found else None


def measured(name: str, row: Mapping[str, Any], protocol: str, command: str) -> dict[str, Any]:
    """Everything that a result file holds."""
    series = series_of(row)
    splits = splits_of(protocol, len(series.times))
    watch = Watch()
    models = {BASELINE: BestBaseline.fit, name: watch.fit(fit_of(row))}
    scores = backtest(
        series,
        models,
        HORIZONS,
        splits,
        range(row["seeds"]),
        lambda *_: None,
        against=BASELINE,
        on_fitted=watch.fitted,
    )
    return {
        "row": dict(row),
        "protocol": protocol,
        "scores": [asdict(score) for score in scores if score.model == name],
        "days": days_of(watch.days),
        "seconds_to_fit": max(watch.seconds_to_fit),  # the first of a blend makes its folds
        "seconds_a_forecast": median(watch.seconds_a_forecast),
        "peak_megabytes": peak_megabytes(),
        "parameters": watch.parameters,
        "data_sha256": fingerprint(series),
        **circumstances(command, (*PACKAGES, *(OF_PEERS if row.get("peer") else ()))),
    }


def days_of(counts: Sequence[EventCounts]) -> dict[str, Any]:
    """Over all seeds and splits."""
    outcomes = ("hits", "misses", "false_alarms", "correct_negatives")
    added = {name: sum(getattr(each, name) for each in counts) for name in outcomes}
    total = EventCounts(counts[0].threshold, **added)
    return {
        "standard": STANDARD,
        **added,
        "probability_of_detection": total.probability_of_detection,
        "false_alarm_ratio": total.false_alarm_ratio,
        "critical_success_index": total.critical_success_index,
    }
