"""From where the wind brings how much."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float
from matplotlib import colormaps
from matplotlib.figure import Figure
from matplotlib.projections.polar import PolarAxes
from matplotlib.ticker import MaxNLocator

from gnnlab.data import SensorSeries
from gnnlab.data.wind import COMPASS
from gnnlab.experiments.forecast_review import mean
from gnnlab.experiments.sensor_inputs import has_wind, wind_of
from gnnlab.reports.figures import new_figure
from gnnlab.reports.horizons import MODEL
from gnnlab.training.forecasters import target_of

CLASSES = 5  # of concentrations, with as many readings each
SECTORS = len(COMPASS)
TURN = 2 * np.pi / SECTORS


def can_draw_rose(series: SensorSeries) -> bool:
    """Whether the wind blew and the first target was observed at a step and station."""
    return has_wind(series) and bool(len(_pairs(series)[0]))


def draw_rose(series: SensorSeries) -> Figure:
    """How often the wind came from each direction with how much, and the mean from there.

    Of all stations and steps at which the wind blew and the first target was observed.
    """
    sector, values, calm = _pairs(series)
    target = series.names("target")[0]
    unit = series.variables[series.index(target)].unit
    bounds = np.unique(np.quantile(values, np.linspace(0, 1, CLASSES + 1)))
    kinds = np.clip(np.searchsorted(bounds, values, side="right") - 1, 0, max(len(bounds) - 2, 0))
    figure = new_figure(9.5, 4.6)
    often, much = figure.subplots(1, 2, subplot_kw={"projection": "polar"})
    angle, bottom = TURN * np.arange(SECTORS), np.zeros(SECTORS)
    count = max(len(bounds) - 1, 1)
    shades = colormaps["cividis_r"](np.linspace(0.05, 1, count))
    for kind in range(count):
        share = 100 * np.bincount(sector[kinds == kind], minlength=SECTORS) / len(sector)
        low, high = bounds[min(kind, len(bounds) - 1)], bounds[min(kind + 1, len(bounds) - 1)]
        label = f"{low:.3g} to {high:.3g}"
        often.bar(angle, share, 0.9 * TURN, bottom=bottom, color=shades[kind], label=label)
        bottom += share
    means = np.nan_to_num([mean(values[sector == each]) for each in range(SECTORS)])
    much.bar(angle, means, 0.9 * TURN, color=MODEL)
    _compass(often, "percent of the time the wind comes from there", bottom)
    _compass(much, f"mean of {target} then ({unit})", means)
    figure.legend(
        loc="outside lower center", ncols=CLASSES, frameon=False, title=f"{target} ({unit})"
    )
    still = f", {100 * calm:.1f} % calms left out" if calm else ""
    figure.suptitle(f"{len(sector):,} readings with wind{still}", fontsize=11)
    return figure


def _pairs(
    series: SensorSeries,
) -> tuple[np.ndarray, Float[np.ndarray, " pair"], float]:
    """The sector that the wind comes from and the target, where both are known; share of calms."""
    east, north = wind_of(series)
    values = target_of(series)
    known = ~np.isnan(values) & ~np.isnan(east) & ~np.isnan(north)
    blows = known & ((east != 0) | (north != 0))
    direction = np.arctan2(-east[blows], -north[blows])  # from north, clockwise, radians
    sector = np.round(direction / TURN).astype(np.int64) % SECTORS
    count = int(known.sum())
    calm = 1 - int(blows.sum()) / count if count else 0.0
    return sector, values[blows].astype(np.float64), calm


def _compass(axes: PolarAxes, title: str, lengths: Float[np.ndarray, " sector"]) -> None:
    """North up, clockwise, the numbers of the rings where bars are shortest."""
    axes.set_theta_zero_location("N")
    axes.set_theta_direction(-1)
    axes.set_xticks(TURN * np.arange(0, SECTORS, 2), COMPASS[::2])
    axes.tick_params(labelsize=8)
    axes.set_rlabel_position(360 / SECTORS * (int(lengths.argmin()) + 0.5))
    axes.yaxis.set_major_locator(MaxNLocator(4))
    axes.set_title(title, fontsize=10)
    axes.set_axisbelow(True)
    axes.grid(alpha=0.4)
