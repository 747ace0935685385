from dataclasses import replace

import numpy as np
import pytest
from legends import assert_legend_is_beside
from matplotlib.collections import PolyCollection
from matplotlib.dates import date2num
from small_series import small_series

from gnnlab.experiments.forecast_ahead import Forecast
from gnnlab.reports.forecast_plot import draw_forecast, drawn_stations


def forecast(stations: int) -> Forecast:
    levels = np.linspace(1, 19, 19, dtype=np.float32)
    height = np.arange(stations, dtype=np.float32)[:, None] * 10
    quantiles = np.tile(height + levels, (48, 1, 1)).astype(np.float32)
    return Forecast("some", small_series(120, stations=stations), quantiles)


@pytest.mark.parametrize("stations", [1, 2, 3, 4, 5, 6, 9])
def test_a_panel_a_station_and_never_more_than_six(stations: int) -> None:
    figure = draw_forecast(forecast(stations))
    names = sorted(axes.get_title(loc="left") for axes in figure.axes)
    assert names == [f"s{number}" for number in range(max(stations - 6, 0), stations)]
    assert ("highest forecast" in figure.get_suptitle()) == (stations > 6)
    labelled = [axes for axes in figure.axes if axes.get_xlabel()]
    assert {axes.get_xlabel() for axes in labelled} == {"Europe/Berlin"}
    assert len(labelled) == (1 if stations <= 3 else 2)
    assert_legend_is_beside(figure)


def test_what_was_read_and_what_will_be() -> None:
    ahead = forecast(2)
    axes = draw_forecast(ahead).axes[0]
    read, median, now = axes.get_lines()
    series = ahead.series
    np.testing.assert_array_equal(read.get_ydata(), series.of("PM2.5")[-73:, 0])
    np.testing.assert_allclose(date2num(read.get_xdata()), date2num(series.local_times[-73:]))
    np.testing.assert_array_equal(median.get_ydata(), ahead.at(0.5)[:, 0])
    np.testing.assert_allclose(date2num(median.get_xdata()), date2num(ahead.local_times))
    assert date2num(now.get_xdata()[0]) == date2num(series.local_times[-1])
    bands = [each for each in axes.collections if isinstance(each, PolyCollection)]
    heights = [each.get_paths()[0].vertices[:, 1] for each in bands]
    assert [(low.min(), low.max()) for low in heights] == [(1, 19), (5, 15)]
    assert axes.get_ylabel() == "ug/m3"


def test_a_station_without_a_forecast_is_never_among_the_highest() -> None:
    ahead = forecast(8)
    quantiles = ahead.quantiles.copy()
    quantiles[:, 7] = np.nan
    drawn = drawn_stations(replace(ahead, quantiles=quantiles))
    assert drawn.tolist() == [1, 2, 3, 4, 5, 6]
    only = replace(ahead.series.at_stations(["s7"]))
    figure = draw_forecast(Forecast("some", only, quantiles[:, 7:]))
    assert_legend_is_beside(figure)


def test_the_title_says_target_model_and_hour() -> None:
    title = draw_forecast(forecast(1)).get_suptitle()
    assert title == "small: PM2.5 by some, after 2024-03-04 00:00"
