"""Scores of forecasts, as text."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gnnlab.reports.hop_tables import aligned
from gnnlab.reports.words import counted, minute

SAID = (  # of quantiles: what, the key, and how
    ("continuous ranked probability score", "crps", ".2f"),
    ("share of targets in 90 % intervals", "coverage90", ".1%"),
    ("interval score of 90 % intervals: width + 20 x what lies outside", "interval_score90", ".1f"),
)


def forecast_text(answer: dict[str, Any]) -> str:
    """What :func:`gnnlab.experiments.forecast_backtest.forecast_backtest` says."""
    protocol, scores = answer["protocol"], answer["scores"]
    lines = [
        f"{protocol['series'] or 'readings'}, {protocol['target']} ({protocol['unit']}): "
        f"{counted(protocol['stations'], 'station')}, steps of {protocol['step']}, "
        f"{counted(protocol['seeds'], 'seed')}"
    ]
    if protocol["weather_ahead"]:
        lines.append(f"weather ahead: {', '.join(protocol['weather_ahead'])}")
    if protocol["perfect_weather"]:
        lines.append(f"perfect weather: {', '.join(protocol['known_ahead'])} declared known ahead")
    lines += [_split(split, protocol["time_zone"]) for split in protocol["splits"]]
    if found := protocol["look_ahead"]:
        hours = ", ".join(minute(hour) for hour in found["hours"])
        lines.append(
            f"no look-ahead: with noise for all that came after {hours}, {found['changed']:,} of "
            f"{counted(found['forecasts'], 'forecast')} issued up to then changed"
        )
    lines += ["", "mean absolute error by steps ahead", *_table(scores, _mae)]
    over = " and ".join(protocol["skill_over"])
    lines += ["", f"skill over the better of {over}", *_table(scores, _number("skill", ".3f"))]
    for what, key, form in SAID:
        lines += ["", what, *_table(scores, _number(key, form))]
    if protocol["against"]:
        lines += _differences(scores, **protocol["against"])
    most = {row["horizon"]: max(_n(scores, row["horizon"])) for row in scores}
    if any(row["n"] < most[row["horizon"]] for row in scores):
        lines += ["", "scored forecasts: some models have none for some targets"]
        lines += _table(scores, lambda row: f"{row['n']:,}")
    return "\n".join(lines)


def _differences(scores: list[dict[str, Any]], model: str, level: float, block: str) -> list[str]:
    """The others beside the model that they are compared to."""
    others = [row for row in scores if row["model"] != model]
    if not others:
        return []
    sure = f"{100 * level:.0f} % interval"
    return [
        "",
        f"mean absolute error less that of {model}, {sure}; blocks that are drawn: {block}",
        *_table(others, _difference),
    ]


def _split(split: dict[str, Any], time_zone: str) -> str:
    train, test = split["train"], split["test"]
    return (
        f"{split['name']}: fitted on {counted(train['steps'], 'step')} to {minute(train['end'])}, "
        f"scored on {counted(test['steps'], 'step')} from {minute(test['start'])} to "
        f"{minute(test['end'])} ({time_zone})"
    )


def _table(scores: list[dict[str, Any]], said: Callable[[dict[str, Any]], str]) -> list[str]:
    """A line a model, a column a horizon."""
    horizons = list(dict.fromkeys(row["horizon"] for row in scores))
    models = list(dict.fromkeys(row["model"] for row in scores))
    cells = {(row["model"], row["horizon"]): said(row) for row in scores}
    return aligned(
        [
            [*map(str, horizons), "model"],
            *([*(cells[model, horizon] for horizon in horizons), model] for model in models),
        ]
    )


def _mae(row: dict[str, Any]) -> str:
    if row["mae"] is None:
        return "-"
    std = "" if row["mae_std"] is None else f" +- {row['mae_std']:.2f}"
    return f"{row['mae']:.2f}{std}"


def _difference(row: dict[str, Any]) -> str:
    if row["difference"] is None:
        return "-"
    if row["difference_low"] is None:
        return f"{row['difference']:+.2f}"
    return f"{row['difference']:+.2f} [{row['difference_low']:+.2f}, {row['difference_high']:+.2f}]"


def _number(key: str, form: str) -> Callable[[dict[str, Any]], str]:
    """What says one number of a row."""
    return lambda row: "-" if row[key] is None else format(row[key], form)


def _n(scores: list[dict[str, Any]], horizon: int) -> list[int]:
    return [row["n"] for row in scores if row["horizon"] == horizon]
