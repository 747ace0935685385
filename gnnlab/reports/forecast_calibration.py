"""Whether quantiles hold what they promise, and when."""

from __future__ import annotations

import numpy as np
from matplotlib import colormaps
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from gnnlab.experiments.forecast_intervals import IntervalReview
from gnnlab.reports.figures import new_figure
from gnnlab.reports.horizons import ahead_label
from gnnlab.training.forecasters import LEVELS

FEW = 3  # horizons whose weeks are drawn: the first, the middle one and the last
STYLES = (("#00798c", "-", "o"), ("#b5770d", "--", "s"), ("#66657a", "-.", "^"))


def draw_calibration(review: IntervalReview) -> Figure:
    """The share of targets at most at each quantile, and week by week in 90 % intervals."""
    figure = new_figure(10, 4.2)
    levels, weeks = figure.subplots(1, 2, width_ratios=[1, 1.4])
    shades = colormaps["viridis"](np.linspace(0, 0.85, len(review.horizons)))
    levels.axline((0, 0), slope=1, color="#333333", linewidth=1)
    for shares, horizon, color in zip(review.reliability, review.horizons, shades, strict=True):
        levels.plot(LEVELS, shares, color=color, marker=".", linewidth=1.2, label=str(horizon))
    levels.set(xlim=(0, 1), ylim=(0, 1), xlabel="level of the quantile")
    levels.set_ylabel("targets at most there")
    levels.set_title("all 19 quantiles", fontsize=10, loc="left")
    levels.legend(title=ahead_label(review.readings.series.step), fontsize=8, loc="upper left")
    mondays, shares = review.by_week
    last = len(review.horizons) - 1
    few = list(dict.fromkeys([0, last // 2, last]))
    for place, (color, line, marker) in zip(few, STYLES, strict=False):
        weeks.plot(
            mondays,
            shares[place],
            color=color,
            linestyle=line,
            marker=marker,
            markersize=4,
            label=str(review.horizons[place]),
        )
    weeks.axhline(0.9, color="#333333", linewidth=1)
    weeks.set_ylim(0, 1.02)
    weeks.set_title("90 % intervals, by the week of issue", fontsize=10, loc="left")
    weeks.set_ylabel("targets inside")
    weeks.legend(
        title=ahead_label(review.readings.series.step), fontsize=8, loc="lower left", ncols=FEW
    )
    locator = AutoDateLocator(minticks=3, maxticks=8)
    weeks.xaxis.set_major_locator(locator)
    weeks.xaxis.set_major_formatter(ConciseDateFormatter(locator))
    for axes in (levels, weeks):
        axes.yaxis.set_major_formatter(PercentFormatter(1))
        axes.grid(alpha=0.3)
    levels.xaxis.set_major_formatter(PercentFormatter(1))
    return figure
