"""Days above a limit: how many are said, and how many of those said come."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from gnnlab.experiments.forecast_exceedance import Exceedance
from gnnlab.reports.figures import new_figure
from gnnlab.reports.horizons import looks
from gnnlab.reports.words import counted

SCORES = (
    ("probability_of_detection", "days above that were said (POD)\nmore is better"),
    ("false_alarm_ratio", "days said that did not come (FAR)\nless is better"),
    ("critical_success_index", "hits of all said or come (CSI)\nmore is better"),
)


def draw_exceedance(found: Exceedance) -> Figure:
    """A panel a score, bars by days ahead and model; a dash where a score is of nothing."""
    figure = new_figure(10, 3.6)
    names = [*found.counts]
    width = 0.8 / len(names)
    days = len(found.counts[names[0]])
    for axes, (score, title) in zip(figure.subplots(1, 3, sharey=True), SCORES, strict=True):
        for number, (name, look) in enumerate(looks(names).items()):
            values = [getattr(each, score) for each in found.counts[name]]
            where = np.arange(1, days + 1) + width * (number - (len(names) - 1) / 2)
            axes.bar(where, np.nan_to_num(values), 0.9 * width, color=look["color"], label=name)
            for place in where[np.isnan(values)]:
                axes.text(place, 0.01, "-", ha="center", color=look["color"])
        axes.set_title(title, fontsize=10, loc="left")
        axes.set_xticks(range(1, days + 1))
        axes.set_xlabel("days ahead")
        axes.set_ylim(0, 1)
        axes.yaxis.set_major_formatter(PercentFormatter(1))
        axes.set_axisbelow(True)
        axes.grid(alpha=0.3, axis="y")
    first = found.counts[names[0]][0]
    above = first.hits + first.misses
    judged = above + first.false_alarms + first.correct_negatives
    limit = found.observed.limit
    figure.suptitle(
        f"daily mean of {limit.pollutant} above {limit.value:g} {limit.unit} "
        f"({found.observed.standard}): came on {above:,} of {counted(judged, 'station-day')}",
        fontsize=11,
    )
    handles, labels = figure.axes[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=4, frameon=False)
    return figure
