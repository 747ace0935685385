"""Readings -> a run folder that forecasts: fitted on what came first, scored on what came last."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from gnnlab.data import SensorSeries, TimeSplit
from gnnlab.errors import DataError
from gnnlab.experiments.forecast_circumstances import circumstances
from gnnlab.experiments.forecast_validation import validation_scores
from gnnlab.experiments.sensor_graphs import sensor_graph
from gnnlab.graphs.labels import closest, hint
from gnnlab.training import Run
from gnnlab.training.checkpoint import Checkpoint
from gnnlab.training.forecasters import FORECASTERS, Calibrated, Fit, Tell, target_of, untold
from gnnlab.training.forecasters.interpolated import interpolated, knots
from gnnlab.training.forecasters.minibatches import Recipe
from gnnlab.training.forecasters.stored import taken_apart

if TYPE_CHECKING:
    from lightning_fabric import Fabric

VERB = "forecast fit"
VALIDATION = 1 / 8  # of all steps, the last ones: as 10 to 70 per cent in backtests
# Models that are fitted at some horizons, for each takes its time, and blends of them. So are
# networks: on Beijing gc-dcrnn took 2.7 times as long an epoch at all 72 horizons, and erred more.
SPARSE = ("gbdt", "blend", "blend-without-graph")
KEPT = 2400  # steps that a run keeps of its readings to forecast from: 100 days of hours
FITTING = 0.9  # of the work; the rest is scoring


def fit_forecaster(
    series: SensorSeries,
    model: str,
    horizon: int,
    *,
    graph: str | None = None,
    epochs: int | None = None,
    seed: int = 0,
    options: Mapping[str, Any] | None = None,
    tell: Tell = untold,
    fabric: Fabric | None = None,
    checkpoint: Checkpoint | None = None,
) -> Run:
    """Fit a model for all horizons up to one, and score it on the validation part.

    It learns from the first seven eighths of all steps; the last eighth is validation, by which
    networks choose their epoch, and from whose errors intervals are made. There is no test part:
    for what nothing has chosen by, see
    :func:`gnnlab.experiments.forecast_backtest.forecast_backtest`.

    Args:
        series: of all steps.
        model: one of :data:`gnnlab.training.forecasters.FORECASTERS`. Those in `SPARSE` and
            networks are fitted at some horizons
            (:func:`~gnnlab.training.forecasters.interpolated.knots`); between them forecasts are
            interpolated.
        horizon: steps ahead, the last.
        graph: of a model along a graph, instead of its own: a kind of
            :func:`gnnlab.experiments.sensor_graphs.sensor_graph`, or ``"none"``.
        epochs: of a network, at most.
        seed: of whatever is drawn.
        options: what the run is to record of how it was asked for.
        tell: is told how far the work is.
        fabric: of the processes that share the training of a network, each of which gets the same
            run; ``None`` is this one alone.
        checkpoint: where a network leaves its state after each epoch, and maybe goes on from.

    Raises:
        ValueError: an unknown model, or a graph or epochs for a model that has none.
        DataError: a horizon longer than the data allow, or nothing to learn from.
        RunError: a checkpoint that is damaged, of another fit, or cannot be written.
    """
    fit: Any = _chosen(model, graph, epochs, seed)
    split = _split(series, horizon)
    processes = fabric.world_size if fabric else 1
    given = {**circumstances(series, split), "processes": processes}
    if checkpoint:
        checkpoint = checkpoint.of(model=model, horizon=horizon, graph=graph, **given)
    if takes(model, "checkpoint"):
        fit = partial(fit, fabric=fabric, checkpoint=checkpoint)
    elif checkpoint:
        checkpoint.read()  # refuses one, for it is of another model
    horizons = range(1, horizon + 1)
    fitted = knots(horizon) if model in SPARSE or takes(model, "recipe") else [*horizons]
    forecaster = fit(series, split, fitted, seed, lambda share: tell(FITTING * share))
    history = [each._asdict() for each in getattr(forecaster, "history", ())]
    forecaster = interpolated(forecaster, fitted, [*horizons])
    scores = validation_scores(series, split, model, forecaster, horizon)
    forecaster = Calibrated.of(forecaster, series, split, [*horizons])
    tell(1.0)
    structure: dict[str, str] = {}
    arrays: dict[str, np.ndarray] = {}
    for name, part in (("forecaster", forecaster), ("readings", _last(series))):
        structure[name], some = taken_apart(part, name)
        arrays |= some
    asked = {"model": model, "horizon": horizon, "graph": graph, "epochs": epochs, "seed": seed}
    return Run(
        {
            "verb": VERB,
            **{name: value for name, value in asked.items() if value is not None},
            **given,
            "options": dict(options or {}),
        },
        {name: torch.tensor(array) for name, array in arrays.items()},
        history,
        scores,
        structure,
    )


def takes(model: str, what: str) -> bool:
    """Whether a model has a ``"graph"``, a ``"recipe"`` with epochs, or a ``"checkpoint"``."""
    parameter = inspect.signature(FORECASTERS[model]).parameters.get(what)
    return parameter is not None and (what != "graph" or parameter.default is not None)


def _chosen(model: str, graph: str | None, epochs: int | None, seed: int) -> Fit:
    """What fits the model, as it was asked for."""
    if model not in FORECASTERS:
        raise ValueError(
            f"a model must be one of {', '.join(FORECASTERS)}, got {model!r}"
            f"{hint(closest(model, FORECASTERS))}"
        )
    fit: Any = FORECASTERS[model]
    if graph is not None:
        if not takes(model, "graph"):
            raise ValueError(f"a graph is for models along one, got {model}")
        fit = partial(fit, graph=None if graph == "none" else partial(_graph, graph, seed))
    if epochs is not None:
        if not takes(model, "recipe"):
            raise ValueError(f"epochs are for networks, got {model}")
        recipe = inspect.signature(fit).parameters["recipe"].default or Recipe()
        fit = partial(fit, recipe=replace(recipe, epochs=epochs))
    return fit


def _graph(kind: str, seed: int, past: SensorSeries) -> Any:
    """The graph of a kind over the training part, which is all that is given."""
    return sensor_graph(past, kind, train_share=1, random_state=seed).graph


def _split(series: SensorSeries, horizon: int) -> TimeSplit:
    """All but the last eighth of the steps, and that."""
    steps = len(series.times)
    first = steps - int(steps * VALIDATION)
    if horizon >= steps - first:
        raise DataError(
            f"a horizon must be shorter than the validation part, the last {steps - first} of "
            f"{steps} steps, got {horizon}"
        )
    if np.isnan(target_of(series)[first + horizon :]).all():
        raise DataError(
            f"{series.names('target')[0]} must be observed in the validation part, {horizon} steps "
            f"after its first, got no value in {steps - first - horizon} steps"
        )
    return TimeSplit("last-eighth", range(first), range(first, steps), range(steps, steps))


def _last(series: SensorSeries) -> SensorSeries:
    """The last steps, and the forecasts of others that were out then."""
    few = series.between(max(len(series.times) - KEPT, 0), len(series.times))
    forecasts = []
    for runs in series.forecasts:
        recent = runs.issued + runs.leads[-1] >= few.times[0]
        recent[-1] = True
        forecasts.append(replace(runs, values=runs.values[recent], issued=runs.issued[recent]))
    return replace(few, forecasts=forecasts, issues=())
