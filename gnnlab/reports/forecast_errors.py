"""How wrong forecasts were: by horizon, by station, by hour and season."""

from __future__ import annotations

import numpy as np
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from gnnlab.data.preparation import hours_of_day
from gnnlab.evaluation.forecast_sums import SEASONS, seasons
from gnnlab.experiments.forecast_findings import a_day_ahead
from gnnlab.experiments.forecast_review import ForecastReview, mean
from gnnlab.experiments.inspection import in_words
from gnnlab.reports.figures import new_figure
from gnnlab.reports.horizons import MODEL, ahead_label, looks

MOST_NAMED = 40  # stations
OF_SEASON = dict(zip(SEASONS, ("#0072b2", "#009e73", "#d55e00", "#cc79a7"), strict=True))
MARKERS = dict(zip(SEASONS, "osD^", strict=True))
MONTHS = {"DJF": "Dec to Feb", "MAM": "Mar to May", "JJA": "Jun to Aug", "SON": "Sep to Nov"}


def draw_by_horizon(review: ForecastReview) -> Figure:
    """Mean absolute errors, and by how much the model's are less than those of the best rule.

    Bars are the 90 % interval of that difference, if there are origins enough to tell it.
    """
    series, unit = review.readings.series, _unit(review)
    figure = new_figure(10, 3.8)
    left, right = figure.subplots(1, 2)
    places = np.arange(len(review.horizons))
    for name, look in looks(review.errors).items():
        left.plot(places, review.mae(name), label=name, markersize=5, **look)
    left.set_ylabel(f"mean absolute error ({unit})")
    left.set_ylim(bottom=0)
    found = [review.over_rules(place) for place in places.tolist()]
    where = [place for place, over in enumerate(found) if over]
    if where:
        less = -np.array([over.mean for over in found if over])
        bounds = -np.array([[over.high, over.low] for over in found if over], np.float64).T
        right.errorbar(
            where, less, yerr=np.abs(bounds - less), fmt="o", color=MODEL, capsize=4, markersize=6
        )
    right.axhline(0, color="#333333", linewidth=1)
    right.set_ylabel(f"less than the best simple rule ({unit})")
    for axes in (left, right):
        axes.set_xticks(places, [str(horizon) for horizon in review.horizons])
        axes.set_xlabel(ahead_label(series.step))
        axes.grid(alpha=0.3)
    left.set_title("how far forecasts are from what came", fontsize=10, loc="left")
    right.set_title("above 0 the model is better, bars: 90 % interval", fontsize=10, loc="left")
    figure.legend(loc="outside lower center", ncols=4, frameon=False)
    return figure


def draw_by_station(review: ForecastReview) -> Figure:
    """Mean absolute errors a day ahead, the largest at the top; of many stations the largest."""
    place = a_day_ahead(review)
    by_model = {
        name: np.array([mean(np.abs(each)) for each in errors[:, place].T])
        for name, errors in review.errors.items()
    }
    ours = by_model[review.model]
    known = np.flatnonzero(~np.isnan(ours))
    order = known[np.argsort(ours[known], kind="stable")][-MOST_NAMED:]
    names = [str(review.readings.series.stations.index[number]) for number in order]
    figure = new_figure(8, 1.6 + 0.23 * max(len(order), 3))
    axes = figure.subplots()
    rows = np.arange(len(order))
    for name, look in looks(by_model).items():
        size = 7 if name == review.model else 5
        dots = look | {"linestyle": "", "markersize": size}
        axes.plot(by_model[name][order], rows, label=name, **dots)
    axes.set_yticks(rows, names, fontsize=8)
    axes.set_xlabel(f"mean absolute error, {_ahead(review, place)} ahead ({_unit(review)})")
    axes.set_xlim(left=0)
    axes.set_ylim(-0.7, max(len(order), 1) - 0.3)
    axes.grid(alpha=0.3)
    few = f"the {len(order)} of {len(ours)} stations with the largest error"
    figure.suptitle(few if len(order) < len(ours) else "by station", fontsize=11)
    figure.legend(loc="outside lower center", ncols=4, frameon=False)
    return figure


def draw_by_hour_and_season(review: ForecastReview) -> Figure:
    """Mean absolute errors by the hour of the target, a line a season; and by season and horizon.

    Of readings once a day there is one hour, and another in summer time.
    """
    place, series = a_day_ahead(review), review.readings.series
    errors = np.abs(review.errors[review.model])
    figure = new_figure(10, 3.8)
    hourly, seasonal = figure.subplots(1, 2)
    ahead = review.origins[:, None] + np.array(review.horizons)
    ahead = np.minimum(ahead, len(series.times) - 1)
    season = seasons(series, ahead.ravel()).reshape(ahead.shape)
    hour = hours_of_day(series.local_times)[ahead]
    present = [number for number in range(len(SEASONS)) if (season == number).any()]
    shades = colormaps["viridis"](np.linspace(0, 0.85, len(review.horizons)))
    for number in present:
        name = SEASONS[number]
        chosen = season[:, place] == number
        hours = np.unique(hour[chosen, place])
        found = [mean(errors[chosen & (hour[:, place] == each), place]) for each in hours]
        look = {"color": OF_SEASON[name], "marker": MARKERS[name], "markersize": 4}
        hourly.plot(hours, found, label=MONTHS[name], **look)
    width = 0.8 / len(review.horizons)
    for at, horizon in enumerate(review.horizons):
        found = [mean(errors[season[:, at] == number, at]) for number in present]
        where = np.arange(len(present)) + width * (at - (len(review.horizons) - 1) / 2)
        seasonal.bar(where, np.nan_to_num(found), 0.9 * width, color=shades[at], label=str(horizon))
    hourly.set_xlabel(f"local hour of what was forecast ({series.time_zone})")
    hourly.set_title(f"{_ahead(review, place)} ahead, by hour and season", fontsize=10, loc="left")
    hourly.set_xticks(range(0, 24, 3))
    hourly.set_xlim(-0.7, 23.7)
    hourly.legend(fontsize=8, ncols=2)
    seasonal.set_xticks(np.arange(len(present)), [MONTHS[SEASONS[number]] for number in present])
    seasonal.set_title("by season", fontsize=10, loc="left")
    seasonal.legend(
        title=ahead_label(series.step), fontsize=8, ncols=1, loc="upper left", bbox_to_anchor=(1, 1)
    )
    for axes in (hourly, seasonal):
        _from_zero(axes, f"mean absolute error ({_unit(review)})")
    return figure


def _from_zero(axes: Axes, label: str) -> None:
    axes.set_ylabel(label)
    axes.set_ylim(bottom=0)
    axes.set_axisbelow(True)
    axes.grid(alpha=0.3)


def _unit(review: ForecastReview) -> str:
    series = review.readings.series
    return series.variables[series.index(series.names("target")[0])].unit


def _ahead(review: ForecastReview, place: int) -> str:
    return in_words(review.horizons[place] * review.readings.series.step)
