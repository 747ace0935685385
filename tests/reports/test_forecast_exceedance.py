import numpy as np
import pytest

from gnnlab.evaluation.metrics import EventCounts
from gnnlab.evaluation.standards import standard
from gnnlab.experiments.forecast_exceedance import DailyMeans, Exceedance
from gnnlab.reports.forecast_exceedance import draw_exceedance


def test_bars_are_scores_and_dashes_where_there_is_none() -> None:
    limit = standard("who-2021").limit("PM2.5", "day")
    days = DailyMeans("who-2021", limit, np.array([], "datetime64[D]"), np.zeros((0, 2)))
    counts = {
        "ours": [EventCounts(15, 6, 2, 3, 4), EventCounts(15, 4, 4, 4, 3)],
        "persistence": [EventCounts(15, 5, 3, 1, 6), EventCounts(15, 0, 8, 0, 7)],
    }
    figure = draw_exceedance(Exceedance(days, counts))
    found, false, index = figure.axes
    assert [bar.get_height() for bar in found.containers[0]] == [0.75, 0.5]
    assert [bar.get_height() for bar in false.containers[1]] == pytest.approx([1 / 6, 0])
    assert [bar.get_height() for bar in index.containers[0]] == pytest.approx([6 / 11, 4 / 12])
    assert [text.get_text() for text in false.texts] == ["-"]  # it never said so
    assert not index.texts
    assert figure.get_suptitle() == (
        "daily mean of PM2.5 above 15 ug/m3 (who-2021): came on 8 of 15 station-days"
    )
    assert [axes.get_xlabel() for axes in figure.axes] == ["days ahead"] * 3
