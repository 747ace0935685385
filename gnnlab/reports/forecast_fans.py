"""Forecasts from a typical, the worst and the highest evening, against what came."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from jaxtyping import Float
from matplotlib.axes import Axes
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter
from matplotlib.figure import Figure

from gnnlab.experiments.forecast_intervals import FAN, IntervalReview
from gnnlab.reports.figures import new_figure
from gnnlab.reports.forecast_plot import AHEAD, OBSERVED
from gnnlab.reports.words import minute
from gnnlab.training.forecasters import target_of, targets_ahead

BEFORE = np.timedelta64(2, "D")  # of what was read
SEEN = 0.8  # of the targets of a forecast that must have been observed for it to be drawn


class Evening(NamedTuple):
    """A forecast that is drawn: why, and its place among evenings and stations."""

    why: str
    evening: int
    station: int


def chosen_evenings(review: IntervalReview) -> list[Evening]:
    """By rule, of all forecasts of a station that were issued in the evening, at most three.

    That with the median of mean absolute errors, with the largest, and, another evening, with the
    highest mean of what came. Only those of whose targets `SEEN` were observed count.
    """
    truth = _truth(review)
    errors = np.abs(review.fans[..., FAN.index(0.5)] - truth)
    seen = ~np.isnan(errors)
    enough = seen.mean(axis=1) >= SEEN if len(seen) else np.zeros(seen.shape[::2], bool)
    if not enough.any():
        return []
    count = np.maximum(seen.sum(axis=1), 1)
    error = np.where(enough, np.nansum(errors, axis=1) / count, np.nan)
    level = np.where(enough, np.nansum(np.where(seen, truth, 0), axis=1) / count, np.nan)
    median = np.nanquantile(error, 0.5, method="lower")
    typical = _first(error == median)
    worst = _first(error == np.nanmax(error))
    found = [Evening("typical", *typical), Evening("worst", *worst)]
    level[[typical[0], worst[0]]] = np.nan
    if not np.isnan(level).all():
        found.append(Evening("highest of the others", *_first(level == np.nanmax(level))))
    return found if typical != worst else found[1:]


def draw_fans(review: IntervalReview) -> Figure:
    """A panel an evening: what was read, the median, intervals of 50 and 90 %, and what came.

    Args:
        review: with at least one of the :func:`chosen_evenings`.
    """
    chosen = chosen_evenings(review)
    figure = new_figure(9, 0.9 + 2.4 * len(chosen))
    panels = figure.subplots(len(chosen), 1, squeeze=False)[:, 0]
    for axes, each in zip(panels, chosen, strict=True):
        _draw(axes, review, each)
    axes.set_xlabel(review.readings.series.time_zone)
    handles, labels = axes.get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=5, frameon=False)
    return figure


def _draw(axes: Axes, review: IntervalReview, chosen: Evening) -> None:
    series, origin = review.readings.series, int(review.evenings[chosen.evening])
    quantiles = review.fans[chosen.evening, :, chosen.station]
    now = series.local_times[origin]  # times are counted from it: clocks may change ahead
    ahead = now + np.arange(1, len(quantiles) + 1) * series.step
    first = max(origin - int(BEFORE // series.step), 0)
    read = now + np.arange(first - origin, 1) * series.step
    values = target_of(series)[:, chosen.station]
    axes.plot(
        read,
        values[first : origin + 1],
        color=OBSERVED,
        linewidth=1.2,
        marker=".",
        markersize=3,
        label="read",
    )
    for low, high, alpha, label in ((0, -1, 0.18, "90 %"), (1, -2, 0.35, "50 %")):
        axes.fill_between(
            ahead,
            quantiles[:, low],
            quantiles[:, high],
            color=AHEAD,
            alpha=alpha,
            linewidth=0,
            label=label,
        )
    axes.plot(ahead, quantiles[:, FAN.index(0.5)], color=AHEAD, linewidth=1.8, label="median")
    came = _truth(review)[chosen.evening, :, chosen.station]
    axes.plot(ahead, came, color="#d1495b", linestyle="--", linewidth=1.4, label="what came")
    axes.axvline(now, color=OBSERVED, linewidth=0.7, linestyle=":")
    name = series.stations.index[chosen.station]
    title = f"{chosen.why}: {name}, issued {minute(str(now))}"
    axes.set_title(title, fontsize=10, loc="left")
    target = series.variables[series.index(series.names("target")[0])]
    axes.set_ylabel(f"{target.name} ({target.unit})")
    locator = AutoDateLocator(minticks=4, maxticks=9)
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(ConciseDateFormatter(locator, show_offset=False))
    axes.grid(alpha=0.3)
    axes.margins(x=0.01)


def _truth(review: IntervalReview) -> Float[np.ndarray, "day ahead station"]:
    series = review.readings.series
    return targets_ahead(target_of(series), review.evenings, range(1, review.fans.shape[1] + 1))


def _first(chosen: np.ndarray) -> tuple[int, int]:
    """The first evening and station that is chosen."""
    evening, station = np.argwhere(chosen)[0].tolist()
    return evening, station
