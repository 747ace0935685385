"""Where and when readings are missing, as a picture."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from jaxtyping import Bool, Float, Int
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import LinearSegmentedColormap, Normalize
from matplotlib.dates import (
    DAILY,
    HOURLY,
    MINUTELY,
    MONTHLY,
    YEARLY,
    AutoDateLocator,
    ConciseDateFormatter,
    date2num,
)
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from gnnlab.data import SensorSeries
from gnnlab.experiments.inspection import in_words, longest_gap
from gnnlab.reports.figures import new_figure
from gnnlab.reports.words import counted, minute

OBSERVED = LinearSegmentedColormap.from_list("observed", ["#ffffff", "#8fd0d6", "#00798c"])
GAP, LINE = "#d1495b", "#333333"
MOST_COLUMNS = 1500  # of the picture, which has not many more dots across
ROWS = 600  # of the picture
MOST_NAMED = 60  # stations
MARKED = 5  # gaps
ROOM = 40  # lines of words over the whole height
MOST_TICKS = {YEARLY: 18, MONTHLY: 18, DAILY: 15, HOURLY: 13, MINUTELY: 13}  # by what is between
HOUR = np.timedelta64(3600, "s")
WIDTHS = [HOUR, 6 * HOUR, 24 * HOUR, 7 * 24 * HOUR]  # of a column


def draw_missing(series: SensorSeries) -> Figure:
    """Stations by time, the paler the less of a target was observed; below, its median.

    A column is a step, or an hour, six hours, a day or weeks where more would not be seen. The
    longest gaps of stations are outlined. The median is over all stations and steps of a column.
    """
    targets = series.names("target")
    tall = float(np.clip(0.24 * len(series.stations), 1.2, 7.0))
    figure = new_figure(10, 1.1 + len(targets) * (tall + 1.7))
    axes = figure.subplots(
        2 * len(targets), 1, sharex=True, squeeze=False, height_ratios=[tall, 1.4] * len(targets)
    )[:, 0]
    width = column_width(series)
    starts, edges = _columns(series, width)
    for target, above, below in zip(targets, axes[::2], axes[1::2], strict=True):
        observed = series.observed[:, :, series.index(target)]
        _draw_observed(above, series, _shares(observed, starts), edges)
        _mark_gaps(above, series, ~observed)
        above.set_title(f"{target} observed", fontsize=10, loc="left")
        middle = edges[:-1] + np.diff(edges) / 2
        below.plot(middle, _medians(series.of(target), starts), color=LINE, linewidth=0.8)
        below.set_ylabel(f"median over\nstations ({series.variables[series.index(target)].unit})")
        below.grid(alpha=0.3)
        if not observed.any():
            below.set_yticks([])
            below.text(
                0.5, 0.5, "nothing observed", transform=below.transAxes, ha="center", va="center"
            )
    _name_times(axes[-1], series, width)
    figure.colorbar(
        ScalarMappable(Normalize(0, 100), OBSERVED),
        ax=list(axes),
        label="percent observed",
        aspect=5 * figure.get_figheight(),
        pad=0.01,
    )
    perfect = " (perfect weather)" if series.perfect_weather else ""
    figure.suptitle(
        f"{series.name or 'readings'}{perfect}: {counted(len(series.stations), 'station')}, "
        f"{counted(len(series.times), 'step')} of {in_words(series.step)}"
    )
    return figure


def _name_times(axes: Axes, series: SensorSeries, width: np.timedelta64) -> None:
    """Write times along the axis, days with their month, and below it from when to when it goes."""
    locator = AutoDateLocator(minticks=7, maxticks=MOST_TICKS)
    locator.intervald[DAILY] = [1, 7, 14]  # others crowd where a month of 31 days ends
    formatter = ConciseDateFormatter(
        locator,
        formats=["%Y", "%b", "%d %b", "%H:%M", "%H:%M", "%H:%M:%S"],
        zero_formats=["", "%Y", "%d %b", "%d %b", "%H:%M", "%H:%M"],
        show_offset=False,  # of the last label alone: the axis may have begun in another month
    )
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(formatter)
    first, last = (minute(str(series.local_times[end])) for end in (0, -1))
    axes.set_xlabel(f"{first} to {last} ({series.time_zone}), a column is {in_words(width)}")


def column_width(series: SensorSeries) -> np.timedelta64:
    """How much time a column of the picture stands for: the least that is not too narrow."""
    span = len(series.times) * series.step
    widths = [series.step, *(width for width in WIDTHS if width > series.step)]
    for width in widths:
        if span <= MOST_COLUMNS * width:
            return width
    return widths[-1] * int(np.ceil(span / (MOST_COLUMNS * widths[-1])))


def _columns(
    series: SensorSeries, width: np.timedelta64
) -> tuple[Int[np.ndarray, " column"], np.ndarray]:
    """The first step of each column, and the times between columns on the local clock.

    Columns start at midnight. Where clocks change, the hour that comes or goes is not shown.
    """
    local = series.local_times[0]
    midnight = local.astype("datetime64[D]").astype("datetime64[s]")
    steps = np.arange(len(series.times))
    column = (local - midnight + steps * series.step) // width
    found, starts = np.unique(column, return_index=True)
    return starts, midnight + np.append(found, found[-1] + 1) * width


def _shares(
    observed: Bool[np.ndarray, "time station"], starts: Int[np.ndarray, " column"]
) -> Float[np.ndarray, "station column"]:
    counts = np.diff(np.append(starts, len(observed)))
    return (np.add.reduceat(observed, starts, axis=0, dtype=np.float64) / counts[:, None]).T


def _medians(
    values: Float[np.ndarray, "time station"], starts: Int[np.ndarray, " column"]
) -> Float[np.ndarray, " column"]:
    """The median of each column, NaN where nothing was observed."""
    parts = (part[~np.isnan(part)] for part in np.split(values, starts[1:]))
    return np.array([np.median(part) if len(part) else np.nan for part in parts])


def _draw_observed(
    axes: Axes, series: SensorSeries, shares: Float[np.ndarray, "station column"], edges: np.ndarray
) -> None:
    stations = len(series.stations)
    left, right = date2num(edges[[0, -1]])
    fine = -(-ROWS // stations)  # so that what is smoothed along time is not across stations
    axes.imshow(
        shares.repeat(fine, axis=0),
        cmap=OBSERVED,
        vmin=0,
        vmax=1,
        aspect="auto",
        extent=(left, right, stations - 0.5, -0.5),
    )
    named = range(0, stations, -(-stations // MOST_NAMED))
    axes.set_yticks(named, [str(series.stations.index[row]) for row in named], fontsize=8)
    if len(named) == stations:
        axes.set_yticks(np.arange(stations - 1) + 0.5, minor=True)
        axes.grid(axis="y", which="minor", color="white", linewidth=1.5)
        axes.tick_params(axis="y", which="both", length=0)


def _mark_gaps(axes: Axes, series: SensorSeries, missing: Bool[np.ndarray, "time station"]) -> None:
    """Outline the longest of the stations' longest gaps, and write how long they are."""
    steps, stations = missing.shape
    gaps = [longest_gap(missing[:, [station]]) for station in range(stations)]
    begin, step = series.local_times[0], series.step
    for station in _apart(sorted(range(stations), key=lambda each: -gaps[each][0]), stations):
        length, start = gaps[station]
        if not length:
            break
        left, right = date2num([begin + start * step, begin + (start + length) * step])
        axes.add_patch(
            Rectangle((left, station - 0.5), right - left, 1, fill=False, edgecolor=GAP, zorder=3)
        )
        if length > steps / 4:  # wide enough to write in
            x, aside, side = (left + right) / 2, 0, "center"
        elif start < steps / 2:
            x, aside, side = right, 4, "left"
        else:
            x, aside, side = left, -4, "right"
        axes.annotate(
            in_words(length * step),
            (x, station),
            xytext=(aside, 0),
            textcoords="offset points",
            ha=side,
            va="center",
            fontsize=8,
            color=GAP,
            bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 1},
        )


def _apart(ranked: Sequence[int], stations: int) -> list[int]:
    """The first few rows that are far enough from each other to write in all of them."""
    chosen: list[int] = []
    for row in ranked:
        if len(chosen) < MARKED and all(abs(row - other) * ROOM >= stations for other in chosen):
            chosen.append(row)
    return chosen
