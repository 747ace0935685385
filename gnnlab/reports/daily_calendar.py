"""Daily means as a calendar."""

from __future__ import annotations

import calendar

import numpy as np
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from gnnlab.data import SensorSeries
from gnnlab.experiments.forecast_review import mean
from gnnlab.reports.figures import new_figure
from gnnlab.training.forecasters import target_of

MOST = 24  # months, the last ones
ACROSS = 6  # months in a row
HIGHEST = 0.98  # the quantile of days from which on colours no longer change
DARK = 0.6  # of the colours, from where on words in them are white
COLORS, NOTHING = "cividis_r", "#f0f0f0"


def draw_calendar(series: SensorSeries) -> Figure:
    """A field a local day, as dark as the first target was high, mean over steps and stations.

    A day without an observation is pale grey.
    """
    local = series.local_times.astype("datetime64[D]")
    days = np.unique(local)
    readings = target_of(series)
    first = np.searchsorted(local, days)
    means = np.array([mean(part) for part in np.split(readings, first[1:])])
    months = np.unique(days.astype("datetime64[M]"))[-MOST:]
    rows = -(-len(months) // ACROSS)
    columns = -(-len(months) // rows)
    figure = new_figure(1.0 + 1.75 * max(columns, 3), 0.5 + 1.75 * rows)
    panels = figure.subplots(rows, columns, squeeze=False)
    seen = means[~np.isnan(means)]
    top = float(np.quantile(seen, HIGHEST)) if len(seen) else 0.0
    scale = Normalize(0, top or 1.0, clip=True)
    for axes, month in zip(panels.ravel(), months, strict=False):
        inside = days.astype("datetime64[M]") == month
        _draw_month(axes, month, dict(zip(days[inside], means[inside], strict=True)), scale)
    for axes in panels.ravel()[len(months) :]:
        axes.set_axis_off()
    target = series.names("target")[0]
    unit = series.variables[series.index(target)].unit
    figure.colorbar(
        ScalarMappable(scale, COLORS),
        ax=panels.ravel().tolist(),
        label=f"{target} ({unit})",
        extend="max",
        shrink=0.9,
    )
    return figure


def _draw_month(
    axes: Axes, month: np.datetime64, means: dict[np.datetime64, float], scale: Normalize
) -> None:
    axes.set(xlim=(0, 7), ylim=(6, 0), aspect="equal")
    axes.set_xticks(np.arange(7) + 0.5, [*"MTWTFSS"], fontsize=7)
    axes.xaxis.tick_top()
    axes.set_yticks([])
    axes.tick_params(length=0, pad=1)
    axes.spines[:].set_visible(False)
    year, number = (int(part) for part in str(month).split("-"))
    axes.set_title(f"{calendar.month_abbr[number]} {year}", fontsize=9)
    start = month.astype("datetime64[D]")
    offset = calendar.weekday(year, number, 1)
    for day in range(calendar.monthrange(year, number)[1]):
        value = means.get(start + np.timedelta64(day, "D"), float("nan"))
        row, column = divmod(offset + day, 7)
        shade = float("nan") if np.isnan(value) else float(scale(value))
        axes.add_patch(
            Rectangle(
                (column, row),
                1,
                1,
                facecolor=NOTHING if np.isnan(shade) else colormaps[COLORS](shade),
                edgecolor="white",
                linewidth=0.8,
            )
        )
        axes.text(
            column + 0.5,
            row + 0.52,
            str(day + 1),
            ha="center",
            va="center",
            fontsize=6.5,
            color="white" if shade > DARK else "black",
        )
