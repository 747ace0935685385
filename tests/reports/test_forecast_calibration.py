import numpy as np
from matplotlib.dates import date2num
from small_review import HORIZONS, small_intervals

from gnnlab.reports.forecast_calibration import draw_calibration
from gnnlab.training.forecasters import LEVELS


def test_shares_below_quantiles_and_inside_intervals_by_week() -> None:
    review = small_intervals()
    levels, weeks = draw_calibration(review).axes
    lines = [line for line in levels.get_lines() if line.get_label() in map(str, HORIZONS)]
    for line, shares in zip(lines, review.reliability, strict=True):
        np.testing.assert_array_equal(line.get_xdata(), LEVELS)
        np.testing.assert_array_equal(line.get_ydata(), shares)
    mondays, coverage = review.by_week
    drawn = {line.get_label(): line for line in weeks.get_lines()}
    assert {"1", "12", "48"} <= set(drawn)
    np.testing.assert_array_equal(drawn["48"].get_ydata(), coverage[3])
    np.testing.assert_allclose(date2num(drawn["1"].get_xdata()), date2num(mondays))
    assert levels.get_legend().get_title().get_text() == "hours ahead"
