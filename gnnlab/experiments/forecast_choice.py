"""Which of some models the validation part prefers."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from jaxtyping import Float

from gnnlab.data import SensorSeries, TimeSplit
from gnnlab.errors import GnnlabError, RunError
from gnnlab.experiments.forecast_backtest import SKILL_OVER
from gnnlab.experiments.forecast_models import SHUFFLED
from gnnlab.experiments.forecast_validation import validation_errors
from gnnlab.training.forecasters import Forecaster, Tell, told

Horizons = Sequence[int]
Errors = Float[np.ndarray, " horizon"]


def choose(
    fits: Mapping[str, Callable[[Tell], tuple[Forecaster, Horizons]]],
    series: SensorSeries,
    split: TimeSplit,
    horizons: Horizons,
    tell: Tell,
) -> tuple[str, list[dict[str, Any]]]:
    """The name of the one with the highest mean skill in the validation part, and all scores.

    A score is ``{"model", "skill", "mae": [{"horizon", "mae"}]}``, with the skill the mean over
    horizons of 1 - mae / that of the better of `SKILL_OVER`; that of a model that finds nothing
    to learn from, or whose loss diverges, is ``{"model", "left_out": why}``. A shuffled graph is
    not chosen.

    Args:
        fits: by name, `SKILL_OVER` among them; each fits to the training part, and gives a
            forecaster and its horizons, which hold all of ``horizons``.
        series: of all steps.
        split: its parts.
        horizons: at which they are judged.
        tell: is told how far the work is.

    Raises:
        DataError: one of `SKILL_OVER` finds nothing to learn from.
        RunError: a checkpoint that is damaged, of another fit, or cannot be written.
    """
    mae: dict[str, Errors] = {}
    left_out: dict[str, str] = {}
    for number, (name, fit) in enumerate(fits.items()):
        try:
            forecaster, fitted = fit(told(tell, number, len(fits)))
        except RunError:
            raise
        except GnnlabError as error:
            if name in SKILL_OVER:
                raise
            left_out[name] = str(error)
            continue
        sums = dict(
            zip(
                fitted, validation_errors(series, split.validation, forecaster, fitted), strict=True
            )
        )
        mae[name] = np.array([sums[each].mae if sums[each].count else np.nan for each in horizons])
    reference = np.minimum(*(mae[name] for name in SKILL_OVER))
    skill = {name: _skill(errors, reference) for name, errors in mae.items()}
    best = max((name for name in mae if name != SHUFFLED), key=lambda name: skill[name])
    return best, [
        {"model": name, "left_out": left_out[name]}
        if name in left_out
        else {"model": name, "skill": skill[name], "mae": _rows(horizons, mae[name])}
        for name in fits
    ]


def _skill(mae: Errors, reference: Errors) -> float:
    """The mean over horizons where both have an error; 0 where there is none."""
    known = ~np.isnan(mae) & (reference > 0)
    return float((1 - mae[known] / reference[known]).mean()) if known.any() else 0.0


def _rows(horizons: Horizons, mae: Errors) -> list[dict[str, Any]]:
    return [
        {"horizon": horizon, "mae": None if math.isnan(value) else value}
        for horizon, value in zip(horizons, mae.tolist(), strict=True)
    ]
