"""How good are forecasts that are issued all through a part that no model has seen?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from gnnlab.data import SensorSeries, TimeSplit, chronological, rolling_origins
from gnnlab.errors import DataError
from gnnlab.evaluation.backtest import OnProgress, backtest
from gnnlab.evaluation.comparison import LEVEL, least_block
from gnnlab.experiments.forecast_look_ahead import LookAhead
from gnnlab.experiments.forecast_weather import AHEAD, known_ahead, with_weather_ahead
from gnnlab.experiments.inspection import in_words
from gnnlab.graphs.labels import closest, hint
from gnnlab.training.forecasters import FORECASTERS, remembering

SKILL_OVER = ("damped-persistence", "climatology")


def forecast_backtest(
    series: SensorSeries,
    models: Sequence[str],
    horizons: Sequence[int],
    *,
    seeds: int = 1,
    folds: int = 0,
    against: str | None = None,
    weather_ahead: Sequence[str] = (),
    check_look_ahead: bool = False,
    on_progress: OnProgress = lambda *_: None,
) -> dict[str, Any]:
    """The protocol that forecasts of the first target were made and scored by, and their scores.

    Scores are as in :class:`gnnlab.evaluation.backtest.Score`: of medians, and of quantiles that
    were calibrated while targets came in.

    Args:
        series: of all steps.
        models: names of :data:`gnnlab.training.forecasters.FORECASTERS`.
        horizons: steps ahead.
        seeds: how many each model is fitted with: 0, 1 and so on.
        folds: rolling origins; 0 is one split, 70, 10 and 20 per cent of all steps.
        against: one of the models, that all are compared to.
        weather_ahead: kinds of :func:`gnnlab.experiments.forecast_weather.with_weather_ahead`. Of
            several, each is a model of its own, and all are compared to that of the first.
        check_look_ahead: whether to see that no forecast changes with what came later.
        on_progress: see :func:`gnnlab.evaluation.backtest.backtest`.

    Raises:
        ValueError: an unknown model, or a comparison to none of them; see
            :func:`gnnlab.evaluation.backtest.backtest`.
        DataError: a series that is too short or without what a kind of weather ahead needs; see
            there, too.
        GnnlabError: a model that looks ahead, if that is checked.
    """
    for name in models:
        if name not in FORECASTERS:
            raise ValueError(
                f"a model must be one of {', '.join(FORECASTERS)}, got {name!r}"
                f"{hint(closest(name, FORECASTERS))}"
            )
    splits = _splits(len(series.times), folds, max(horizons, default=1))
    kinds = with_weather_ahead(series, weather_ahead)

    def row(model: str, kind: str | None) -> str:
        return f"{model} ({AHEAD[kind]})" if kind and len(kinds) > 1 else model

    if against:
        against = row(against, next(iter(kinds)))
    asked = {row(model, kind): (model, kind) for model in models for kind in kinds}
    known = remembering()
    look_ahead = LookAhead(horizons) if check_look_ahead else None
    scores = backtest(
        series,
        {name: known[model] for name, (model, _) in asked.items()},
        horizons,
        splits,
        range(seeds),
        on_progress,
        against=against,
        shown={name: kinds[kind] for name, (_, kind) in asked.items()},
        on_fitted=look_ahead.check if look_ahead else lambda *_: None,
    )
    target = series.names("target")[0]
    most = kinds.get("perfect", series)
    return {
        "protocol": {
            "series": series.name,
            "target": target,
            "unit": series.variables[series.index(target)].unit,
            "stations": len(series.stations),
            "step": in_words(series.step),
            "time_zone": series.time_zone,
            "weather_ahead": [kind for kind in kinds if kind],
            "known_ahead": known_ahead(most),
            "perfect_weather": most.perfect_weather,
            "splits": [_described(series, split) for split in splits],
            "seeds": seeds,
            "skill_over": list(SKILL_OVER),
            "against": _against(series, against),
            "look_ahead": look_ahead.found if look_ahead else None,
        },
        "scores": [asdict(score) | {"weather_ahead": asked[score.model][1]} for score in scores],
    }


def _splits(steps: int, folds: int, horizon: int) -> list[TimeSplit]:
    """One split, or folds whose training parts begin with about half of the steps."""
    try:
        if not folds:
            return [chronological(steps)]
        return rolling_origins(steps, folds, horizon, part_steps=steps // (2 * (folds + 1)))
    except ValueError as error:
        raise DataError(f"a series of {steps} steps is too short: {error}") from error


def _described(series: SensorSeries, split: TimeSplit) -> dict[str, Any]:
    """The parts of a split: how many steps, and the first and last on the local clock."""
    local = series.local_times
    return {"name": split.name} | {
        what: {"steps": len(part), "start": str(local[part[0]]), "end": str(local[part[-1]])}
        for what, part in (
            ("train", split.train),
            ("validation", split.validation),
            ("test", split.test),
        )
    }


def _against(series: SensorSeries, model: str | None) -> dict[str, Any] | None:
    """What models are compared to, and how."""
    if model is None:
        return None
    return {
        "model": model,
        "level": LEVEL,
        "block": f"as many origins as steps ahead, at least {least_block(series.step)} (a week)",
    }
