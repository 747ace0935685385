"""Readings -> a run folder that forecasts: fitted on what came first, scored on what came last."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from gnnlab.data import SensorSeries, TimeSplit
from gnnlab.errors import DataError, RunError
from gnnlab.experiments.forecast_choice import choose
from gnnlab.experiments.forecast_circumstances import circumstances
from gnnlab.experiments.forecast_models import AUTO, asked, takes
from gnnlab.experiments.forecast_validation import validation_scores
from gnnlab.training import Run
from gnnlab.training.checkpoint import STATE, Checkpoint
from gnnlab.training.forecasters import Calibrated, Forecaster, Tell, target_of, untold
from gnnlab.training.forecasters.interpolated import interpolated, knots
from gnnlab.training.forecasters.stored import taken_apart

if TYPE_CHECKING:
    from lightning_fabric import Fabric

VERB = "forecast fit"
VALIDATION = 1 / 8  # of all steps, the last ones: as 10 to 70 per cent in backtests
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
        model: one of :data:`gnnlab.training.forecasters.FORECASTERS`, or ``"auto"``: that of
            :data:`~gnnlab.experiments.forecast_models.CANDIDATES` which the validation part
            prefers, with scores of all. Some are fitted at some horizons
            (:func:`~gnnlab.training.forecasters.interpolated.knots`); between them forecasts are
            interpolated.
        horizon: steps ahead, the last.
        graph: of models along a graph, instead of their own: a kind of
            :func:`gnnlab.experiments.sensor_graphs.sensor_graph`, or ``"none"``.
        epochs: of networks, at most.
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
    models = asked(model, graph, epochs, seed)
    split = _split(series, horizon)
    processes = fabric.world_size if fabric else 1
    given = {**circumstances(series, split), "processes": processes}
    if checkpoint:
        checkpoint = checkpoint.of(model=model, horizon=horizon, graph=graph, **given)
        _check_own(checkpoint, model)
    fitted: dict[str, Forecaster] = {}

    def fit(name: str, tell: Tell) -> tuple[Forecaster, Sequence[int]]:
        each, more = models[name], {}
        if takes(each.name, "checkpoint"):
            own = checkpoint.within(name) if checkpoint and model == AUTO else checkpoint
            more = {"fabric": fabric, "checkpoint": own}
        horizons = each.horizons(horizon)
        fitted[name] = each.fit(series, split, horizons, seed, tell, **more)
        return fitted[name], horizons

    def tell_fitted(share: float) -> None:
        tell(FITTING * share)

    chosen, more = model, {}
    if model == AUTO:
        fits = {name: partial(fit, name) for name in models}
        chosen, candidates = choose(fits, series, split, knots(horizon), tell_fitted)
        more = {"candidates": candidates}
    else:
        fit(model, tell_fitted)
    history = [each._asdict() for each in getattr(fitted[chosen], "history", ())]
    horizons = [*range(1, horizon + 1)]
    forecaster = interpolated(fitted[chosen], models[chosen].horizons(horizon), horizons)
    scores = validation_scores(series, split, chosen, forecaster, horizon)
    calibrated = Calibrated.of(forecaster, series, split, horizons)
    tell(1.0)
    structure: dict[str, str] = {}
    arrays: dict[str, np.ndarray] = {}
    for name, part in (("forecaster", calibrated), ("readings", _last(series))):
        structure[name], some = taken_apart(part, name)
        arrays |= some
    said = {"verb": VERB, **models[chosen].said, "horizon": horizon, "seed": seed}
    return Run(
        {**said, **given, "options": dict(options or {})},
        {name: torch.tensor(array) for name, array in arrays.items()},
        history,
        {**scores, **more},
        structure,
    )


def _check_own(checkpoint: Checkpoint, model: str) -> None:
    """Refuse what another model left; ``"auto"`` leaves a folder for each that it trains.

    Raises:
        RunError: it is of another model, or damaged.
    """
    if model == AUTO or not takes(model, "checkpoint"):
        checkpoint.read()
    if model != AUTO and checkpoint.resume and any(checkpoint.folder.glob(f"*/{STATE}")):
        raise RunError(
            f"{checkpoint.folder} is of another training: model must be '{AUTO}', got {model!r}"
        )


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
