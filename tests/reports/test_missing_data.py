from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from matplotlib.dates import date2num
from matplotlib.figure import Figure
from small_series import HOUR, small_series

from gnnlab.data import SensorSeries, Variable
from gnnlab.reports.missing_data import MOST_COLUMNS, column_width, draw_missing


def picture(figure: Figure) -> np.ndarray:
    return np.asarray(figure.axes[0].images[0].get_array())


def with_gaps(steps: int, **gaps: tuple[int, int]) -> SensorSeries:
    series = small_series(steps=steps, missing=0)
    values = series.values.copy()
    for station, (start, stop) in gaps.items():
        values[start:stop, int(station[1:]), 0] = np.nan
    return replace(series, values=values)


def test_each_column_is_the_share_that_is_observed() -> None:
    series = with_gaps(24 * 100, s1=(23 + 24 * 9, 23 + 24 * 10), s2=(23 + 24 * 9, 23 + 24 * 9 + 6))
    figure = draw_missing(series)
    shown = picture(figure)
    a_row = len(shown) // 3
    assert shown.shape[1] == 401  # of 6 hours each, from the midnight before to the one after
    gone = [np.flatnonzero(row < 1).tolist() for row in shown[a_row // 2 :: a_row]]
    assert gone == [[], [40, 41, 42, 43], [40]]
    left, right = figure.axes[0].images[0].get_extent()[:2]
    assert left == date2num(np.datetime64("2024-02-28"))
    assert right == left + 401 / 4


def test_the_longest_gap_is_outlined_and_its_span_written() -> None:
    above = draw_missing(with_gaps(400, s0=(30, 34), s2=(200, 250))).axes[0]
    spans = {text.get_text(): text.xy[1] for text in above.texts}
    assert spans == {"2 days 2 hours": 2, "4 hours": 0}
    start = date2num(np.datetime64("2024-02-28T01"))
    outlines = [(box.get_x() - start, box.get_width(), box.get_y()) for box in above.patches]
    assert outlines == [
        pytest.approx((200 / 24, 50 / 24, 1.5)),
        pytest.approx((30 / 24, 4 / 24, -0.5)),
    ]


def test_gaps_of_neighbours_among_many_stations_are_not_all_written() -> None:
    """Of 130 stations the words of one need the height of four."""
    length = {0: 90, 1: 80, 3: 70, 4: 60, 129: 50, 126: 40, 50: 30, 60: 20, 70: 10}
    series = small_series(steps=200, stations=130, missing=0)
    values = series.values.copy()
    for station, steps in length.items():
        values[20 : 20 + steps, station, 0] = np.nan
    above = draw_missing(replace(series, values=values)).axes[0]
    assert [text.xy[1] for text in above.texts] == [0, 4, 129, 50, 60]
    assert len(above.patches) == 5


def test_below_is_the_median_over_stations() -> None:
    series = with_gaps(100, s0=(10, 20), s1=(10, 20), s2=(10, 20))
    (line,) = draw_missing(series).axes[1].lines
    shown = line.get_ydata()
    assert np.isnan(shown[10:20]).all()
    np.testing.assert_allclose(shown[:10], np.median(series.of("PM2.5")[:10], axis=1))
    assert "ug/m3" in draw_missing(series).axes[1].get_ylabel()


def test_each_target_has_its_pictures_and_perfect_weather_is_said() -> None:
    series = small_series()
    assert "perfect weather" not in draw_missing(series).get_suptitle()
    kinds = [Variable("PM2.5", "ug/m3", "target"), Variable("NO2", "ug/m3", "target")]
    both = replace(series, variables=(*kinds, *series.variables[2:]), perfect_weather=True)
    figure = draw_missing(both)
    titles = [axes.get_title(loc="left") for axes in figure.axes]
    assert titles == ["PM2.5 observed", "", "NO2 observed", "", ""]  # the last is the scale
    assert figure.get_suptitle().startswith("small (perfect weather): 3 stations")


@pytest.mark.parametrize(
    ("steps", "width"),
    [(2, 1), (1500, 1), (1501, 6), (9000, 6), (9001, 24), (36_001, 168), (300_000, 336)],
)
def test_columns_are_as_narrow_as_can_be_seen(steps: int, width: int) -> None:
    series = small_series(steps=20, stations=1)
    values = np.zeros((steps, 1, len(series.variables)), np.float32)
    times = series.times[0] + np.arange(steps) * HOUR
    series = replace(series, values=values, times=times)
    assert column_width(series) == width * HOUR
    assert steps <= MOST_COLUMNS * width


@pytest.mark.parametrize(("stations", "missing"), [(1, 0.0), (2, 1.0), (130, 0.1)])
def test_any_number_of_stations_and_gaps_can_be_drawn(stations: int, missing: float) -> None:
    figure = draw_missing(small_series(steps=50, stations=stations, missing=missing))
    figure.draw_without_rendering()
    names = [label.get_text() for label in figure.axes[0].get_yticklabels()]
    assert names[0] == "s0"
    assert len(names) <= 60


@pytest.mark.parametrize(
    ("hours", "least", "named"),
    [
        (4, 4, "02:00"),
        (24, 8, "29 Feb"),
        (24 * 7, 7, "02 Mar"),
        (24 * 30, 4, "15 Mar"),
        (24 * 75, 5, "01 Apr"),
        (24 * 366, 12, "2025"),
        (24 * 1461, 12, "2027"),
    ],
)
def test_times_can_be_read_over_any_span(hours: int, least: int, named: str) -> None:
    series = small_series(steps=hours, stations=1, missing=0)
    figure = draw_missing(series)
    figure.draw_without_rendering()
    axis = figure.axes[1].xaxis
    low, high = axis.get_view_interval()
    labels = [tick.label1 for tick in axis.get_major_ticks() if low <= tick.get_loc() <= high]
    names = [label.get_text() for label in labels]
    assert named in names
    assert least <= len(names) <= 18
    boxes = [label.get_window_extent() for label in labels]
    assert not any(one.padded(2).overlaps(other) for one, other in pairwise(boxes))
    assert axis.get_offset_text().get_text() == ""
    first, last = (str(each).replace("T", " ")[:16] for each in series.local_times[[0, -1]])
    assert f"{first} to {last} (Europe/Berlin)" in axis.get_label_text()


@pytest.mark.parametrize("days", range(2, 80, 7))
def test_names_of_days_do_not_collide(days: int) -> None:
    figure = draw_missing(small_series(steps=24 * days, stations=1, missing=0))
    figure.draw_without_rendering()
    boxes = [label.get_window_extent() for label in figure.axes[1].get_xticklabels()]
    assert len(boxes) > 2
    assert not any(one.overlaps(other) for one, other in pairwise(boxes))


def test_a_target_that_nobody_observed_has_words_instead_of_an_empty_scale() -> None:
    figure = draw_missing(small_series(steps=50, missing=1.0))
    figure.draw_without_rendering()
    below = figure.axes[1]
    assert [text.get_text() for text in below.texts] == ["nothing observed"]
    assert not [label for label in below.get_yticklabels() if label.get_text()]
    assert not draw_missing(small_series(steps=50)).axes[1].texts
