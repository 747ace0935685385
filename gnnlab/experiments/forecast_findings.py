"""A review of forecasts in plain numbers and names."""

from __future__ import annotations

from typing import Any

import numpy as np

from gnnlab.evaluation.forecast_sums import SEASONS, seasons
from gnnlab.experiments.forecast_exceedance import DailyMeans, Exceedance
from gnnlab.experiments.forecast_intervals import IntervalReview
from gnnlab.experiments.forecast_listening import Listening
from gnnlab.experiments.forecast_review import ForecastReview, mean
from gnnlab.experiments.inspection import in_words
from gnnlab.training.forecasters import MEDIAN

DAY = np.timedelta64(1, "D")
HIGH = 0.9  # targets above this quantile of them are high
WHOLE = 28 * DAY  # of a season without which nothing is said of it
STRONGEST = 3  # stations that are named for each
LESS = ("mean", "low", "high", "p_value")  # of OverRule


def findings(
    review: ForecastReview,
    intervals: IntervalReview,
    above: Exceedance | str,
    heard: Listening,
) -> dict[str, Any]:
    """What forecasts were worth: ``None`` stands where nothing is scored, or too little to tell.

    Args:
        review: of errors.
        intervals: of the same run.
        above: days above a limit, or why there are none.
        heard: of the same run.
    """
    readings, series = review.readings, review.readings.series
    local = series.local_times
    target = series.variables[series.index(series.names("target")[0])]
    coverage, worst_week = intervals.coverage, intervals.worst_week
    medians = intervals.reliability[:, MEDIAN]
    seen = review.truth[~np.isnan(review.truth)]
    high = float(np.quantile(seen, HIGH)) if len(seen) else float("nan")
    maes = {name: review.mae(name) for name in review.errors}
    of_high = review.truth > high
    high_mae, high_bias = (each(review.model, of_high) for each in (review.mae, review.bias))
    horizons = []
    for place, horizon in enumerate(review.horizons):
        over = review.over_rules(place)
        horizons.append(
            {
                "horizon": horizon,
                "ahead": in_words(horizon * series.step),
                "n": int((~np.isnan(review.truth[:, place])).sum()),
                "mae": {name: _number(mae[place]) for name, mae in maes.items()},
                "best_rule": over and over.rule,
                "less": over and {name: getattr(over, name) for name in LESS},
                "coverage90": _number(coverage[place]),
                "worst_week90": _number(worst_week[place]),
                "below_median": _number(medians[place]),
                "high_mae": _number(high_mae[place]),
                "high_bias": _number(high_bias[place]),
            }
        )
    place = a_day_ahead(review)
    return {
        "model": review.model,
        "series": series.name,
        "target": target.name,
        "unit": target.unit,
        "stations": len(series.stations),
        "step": in_words(series.step),
        "time_zone": series.time_zone,
        "perfect_weather": series.perfect_weather,
        "part": {
            "start": str(local[readings.judged.start]),
            "end": str(local[readings.judged.stop - 1]),
            "steps": len(readings.judged),
            "lacking": readings.lacking,
        },
        "intervals": {
            "start": str(local[intervals.origins[0]]),
            "flattered": intervals.flattered,
        },
        "high": _number(high),
        "horizons": horizons,
        "at": {
            "horizon": review.horizons[place],
            "ahead": in_words(review.horizons[place] * series.step),
            "stations": _by_station(review, place),
            "seasons": _by_season(review, place),
        },
        "exceedance": {"lacking": above} if isinstance(above, str) else _exceedance(above),
        "listening": _listening(heard),
    }


def a_day_ahead(review: ForecastReview) -> int:
    """The place of the horizon that is nearest to a day."""
    step = review.readings.series.step
    return int(np.argmin([abs(horizon * step - DAY) for horizon in review.horizons]))


def _by_station(review: ForecastReview, place: int) -> list[dict[str, Any]]:
    names = [*map(str, review.readings.series.stations.index)]
    return [
        {
            "name": name,
            "mae": {
                model: _number(mean(np.abs(errors[:, place, number])))
                for model, errors in review.errors.items()
            },
        }
        for number, name in enumerate(names)
    ]


def _by_season(review: ForecastReview, place: int) -> dict[str, float]:
    """Mean absolute errors of the seasons in which targets lie, if they do for `WHOLE`."""
    series = review.readings.series
    ahead = np.minimum(review.origins + review.horizons[place], len(series.times) - 1)
    errors, season = np.abs(review.errors[review.model][:, place]), seasons(series, ahead)
    least = WHOLE // series.step
    found = {
        name: mean(errors[season == number])
        for number, name in enumerate(SEASONS)
        if np.count_nonzero(season == number) >= least
    }
    return {name: mae for name, mae in found.items() if not np.isnan(mae)}


def _exceedance(above: Exceedance) -> dict[str, Any]:
    seen: DailyMeans = above.observed
    return {
        "standard": seen.standard,
        "average": seen.limit.average,
        "limit": seen.limit.value,
        "unit": seen.limit.unit,
        "models": {
            name: [
                {
                    "days_ahead": ahead,
                    "days": each.hits + each.misses + each.false_alarms + each.correct_negatives,
                    "above": each.hits + each.misses,
                    "said": each.hits + each.false_alarms,
                    "probability_of_detection": _number(each.probability_of_detection),
                    "false_alarm_ratio": _number(each.false_alarm_ratio),
                    "critical_success_index": _number(each.critical_success_index),
                }
                for ahead, each in enumerate(counts, 1)
            ]
            for name, counts in above.counts.items()
        },
    }


def _listening(heard: Listening) -> dict[str, Any]:
    """How far forecasts move, and whom stations hear or, of many, who hears those changed."""
    others = np.nan_to_num(heard.others, nan=-1)
    names = np.array(heard.stations)
    changed = names[heard.changed]
    all_changed = len(changed) == len(names)
    rows, of_row, of_column = (
        (others, names, changed) if all_changed else (others.T, changed, names)
    )
    return {
        "own": _number(heard.own),
        "other": _number(mean(heard.others)),
        "most": max(float(others.max(initial=0)), 0.0),
        "origins": heard.origins,
        "changed": len(changed),
        "hears" if all_changed else "heard_by": {
            str(name): {
                str(of_column[each]): float(row[each])
                for each in np.argsort(-row, kind="stable")[:STRONGEST]
                if row[each] > 0
            }
            for name, row in zip(of_row, rows, strict=True)
        },
    }


def _number(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
