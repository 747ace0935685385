import numpy as np
import pytest
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from small_review import hourly, with_target

from gnnlab.data import SensorSeries
from gnnlab.reports.daily_calendar import NOTHING, draw_calendar


def drawn(figure: Figure) -> dict[str, dict[int, tuple[float, float, str]]]:
    """Of each month the days: column, row, colour."""
    months = {}
    for axes in figure.axes:
        fields = [each for each in axes.patches if isinstance(each, Rectangle)]
        if axes.get_title() and axes.texts:
            months[axes.get_title()] = {
                int(text.get_text()): (*field.get_xy(), to_hex(field.get_facecolor()))
                for field, text in zip(fields, axes.texts, strict=True)
            }
    return months


def rising() -> SensorSeries:
    """Local days from Feb 28 to Apr 30, each higher than the last; of March 10 nothing."""
    series = hourly()
    day = (series.local_times - series.local_times[0]).astype("timedelta64[D]").astype(float)
    values = np.repeat(day[:, None], 3, axis=1)
    values[series.local_times.astype("datetime64[D]") == np.datetime64("2024-03-10")] = np.nan
    return with_target(series, values)


def test_days_lie_where_the_calendar_has_them() -> None:
    months = drawn(draw_calendar(rising()))
    assert [*months] == ["Feb 2024", "Mar 2024", "Apr 2024"]
    assert (len(months["Feb 2024"]), len(months["Apr 2024"])) == (29, 30)
    assert months["Mar 2024"][1][:2] == (4, 0)  # a Friday
    assert months["Mar 2024"][4][:2] == (0, 1)
    assert months["Apr 2024"][1][:2] == (0, 0)


def test_what_is_higher_is_darker_and_what_is_not_there_is_pale() -> None:
    march = drawn(draw_calendar(rising()))["Mar 2024"]
    assert march[10][2] == NOTHING
    lightness = [
        sum(int(march[day][2][at : at + 2], 16) for at in (1, 3, 5)) for day in (2, 15, 30)
    ]
    assert lightness == sorted(lightness, reverse=True)
    assert drawn(draw_calendar(rising()))["Feb 2024"][1][2] == NOTHING


def test_of_many_months_the_last(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gnnlab.reports.daily_calendar.MOST", 2)
    assert [*drawn(draw_calendar(rising()))] == ["Mar 2024", "Apr 2024"]


def test_readings_of_zero_have_a_scale() -> None:
    series = hourly()
    figure = draw_calendar(with_target(series, np.zeros((1500, 3), np.float32)))
    assert figure.axes[-1].get_ylabel() == "PM2.5 (ug/m3)"


def test_nothing_observed_is_drawn_pale() -> None:
    series = hourly()
    months = drawn(draw_calendar(with_target(series, np.full((1500, 3), np.nan, np.float32))))
    assert {colour for days in months.values() for *_, colour in days.values()} == {NOTHING}
