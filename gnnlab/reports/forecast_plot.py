"""Forecasts as a picture: what was read, and what will be."""

from __future__ import annotations

import numpy as np
from jaxtyping import Int
from matplotlib.axes import Axes
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter
from matplotlib.figure import Figure

from gnnlab.experiments.forecast_ahead import Forecast
from gnnlab.reports.figures import new_figure
from gnnlab.reports.words import minute

MOST_DRAWN = 6  # stations
BEFORE = np.timedelta64(3, "D")  # of what was read
OBSERVED, AHEAD = "#333333", "#00798c"


def draw_forecast(forecast: Forecast) -> Figure:
    """One panel a station: the last days read, the median, and intervals of 50 and 90 %.

    Of more than `MOST_DRAWN` stations, those with the highest medians.
    """
    drawn = drawn_stations(forecast)
    columns = 1 if len(drawn) <= 3 else 2
    rows = -(-len(drawn) // columns)
    figure = new_figure(5.4 * columns + (3 if columns == 1 else 0), 1.1 + 2.1 * rows)
    panels = figure.subplots(rows, columns, sharex=True, sharey=True, squeeze=False)
    for axes, station in zip(panels.T.ravel(), drawn.tolist(), strict=False):
        _draw(axes, forecast, station)
    for axes in panels.T.ravel()[len(drawn) :]:
        figure.delaxes(axes)
    for number, column in enumerate(panels.T):
        axes = column[min(rows, len(drawn) - number * rows) - 1]  # the last that is shown
        axes.tick_params(labelbottom=True)
        locator = AutoDateLocator(minticks=4, maxticks=8)
        axes.xaxis.set_major_locator(locator)
        axes.xaxis.set_major_formatter(ConciseDateFormatter(locator))
        axes.set_xlabel(forecast.series.time_zone)
    for axes in panels[:, 0]:
        axes.set_ylabel(forecast.unit)
    handles, labels = panels[0, 0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=4, frameon=False)
    every = len(forecast.series.stations)
    some = f"\nthe {len(drawn)} of {every} stations with the highest forecast" * (
        every > len(drawn)
    )
    weather = " (perfect weather)" if forecast.series.perfect_weather else ""
    figure.suptitle(
        f"{forecast.series.name or 'readings'}{weather}: {forecast.target} by {forecast.model}, "
        f"after {minute(str(forecast.series.local_times[-1]))}{some}"
    )
    return figure


def drawn_stations(forecast: Forecast) -> Int[np.ndarray, " station"]:
    """The numbers of all stations, or of those with the highest medians, in their order."""
    medians = forecast.at(0.5)
    highest = np.nan_to_num(medians, nan=-np.inf).max(axis=0)
    return np.sort(np.argsort(-highest, kind="stable")[:MOST_DRAWN])


def _draw(axes: Axes, forecast: Forecast, station: int) -> None:
    series = forecast.series
    first = int(np.searchsorted(series.times, series.times[-1] - BEFORE))
    now = series.local_times[-1]  # times are counted from it: clocks may change ahead
    read = now + (series.times[first:] - series.times[-1])
    ahead = now + (forecast.times - series.times[-1])
    axes.plot(
        read,
        series.of(forecast.target)[first:, station],
        color=OBSERVED,
        linewidth=1.2,
        marker=".",
        markersize=3,
        label="read",
    )
    for low, high, alpha, label in ((0.05, 0.95, 0.18, "90 %"), (0.25, 0.75, 0.35, "50 %")):
        axes.fill_between(
            ahead,
            forecast.at(low)[:, station],
            forecast.at(high)[:, station],
            color=AHEAD,
            alpha=alpha,
            linewidth=0,
            label=label,
        )
    axes.plot(ahead, forecast.at(0.5)[:, station], color=AHEAD, linewidth=1.8, label="median")
    axes.axvline(now, color=OBSERVED, linewidth=0.7, linestyle=":")
    axes.set_title(str(series.stations.index[station]), fontsize=10, loc="left")
    axes.grid(alpha=0.3)
    axes.margins(x=0.01)
