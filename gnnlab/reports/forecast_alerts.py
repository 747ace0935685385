"""Chances of exceeding a standard, as text."""

from __future__ import annotations

import numpy as np

from gnnlab.experiments.forecast_ahead import Forecast
from gnnlab.experiments.forecast_alerts import Alert
from gnnlab.reports.hop_tables import aligned
from gnnlab.training.forecasters import LEVELS


def alert_text(forecast: Forecast, alert: Alert) -> str:
    """A line a station, a column a day; ``-`` where too little of the day is there."""
    limit = alert.limit
    head = (
        f"chance that a {limit.average}'s mean of {limit.pollutant} is above {limit.value:g} "
        f"{limit.unit} ({alert.standard})"
    )
    if not len(alert.days):
        return f"{head}: no day is forecast to its end"
    names = [*map(str, forecast.series.stations.index)]
    rows = [
        [*map(_percent, chances), name] for chances, name in zip(alert.chance.T, names, strict=True)
    ]
    return "\n".join([head, *aligned([[*map(str, alert.days), "station"], *rows])])


def _percent(chance: float) -> str:
    if np.isnan(chance):
        return "-"
    bound = "<= " if chance <= 1 - LEVELS[-1] else ">= " if chance >= 1 - LEVELS[0] else ""
    return f"{bound}{100 * chance:.0f} %"
