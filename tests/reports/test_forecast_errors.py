from dataclasses import replace

import numpy as np
import pytest
from small_review import HORIZONS, hourly, small_review

from gnnlab.reports.forecast_errors import (
    draw_by_horizon,
    draw_by_hour_and_season,
    draw_by_station,
)


def test_errors_by_horizon_and_what_the_model_is_ahead() -> None:
    review = small_review(hourly(steps=2000))
    left, right = draw_by_horizon(review).axes
    lines = {line.get_label(): line.get_ydata() for line in left.get_lines()}
    assert set(lines) == {"ours", "persistence", "climatology"}
    np.testing.assert_allclose(lines["persistence"], review.mae("persistence"))
    assert [tick.get_text() for tick in left.get_xticklabels()] == [*map(str, HORIZONS)]
    assert left.get_xlabel() == "hours ahead"
    assert left.get_ylabel() == "mean absolute error (ug/m3)"
    dots = right.get_lines()[0].get_ydata()
    apart = [review.over_rules(place) for place in range(4)]
    np.testing.assert_allclose(dots, [-each.mean for each in apart])
    bars = right.containers[0].lines[2][0].get_segments()
    np.testing.assert_allclose(bars[1][:, 1], [-apart[1].high, -apart[1].low])


def test_without_an_interval_there_is_no_bar() -> None:
    review = small_review()  # of fewer than ten weeks
    right = draw_by_horizon(review).axes[1]
    dots = right.get_lines()[0].get_ydata()
    np.testing.assert_allclose(dots, [-review.over_rules(place).mean for place in range(4)])
    bars = right.containers[0].lines[2][0].get_segments()
    assert not np.isfinite([bar[:, 1] for bar in bars if len(bar)]).any()


def test_of_a_model_that_is_the_only_rule_nothing_is_compared() -> None:
    review = small_review()
    alone = replace(review, errors={"ours": review.errors["ours"]})
    right = draw_by_horizon(alone).axes[1]
    assert len(right.get_lines()) == 1  # that of 0


def test_stations_are_in_the_order_of_their_errors() -> None:
    review = small_review()
    errors = {name: each.copy() for name, each in review.errors.items()}
    errors["ours"][:, :, 1] *= 3
    errors["ours"][:, :, 0] = np.nan
    axes = draw_by_station(replace(review, errors=errors)).axes[0]
    names = [tick.get_text() for tick in axes.get_yticklabels()]
    assert names == ["s2", "s1"]
    ours = next(line for line in axes.get_lines() if line.get_label() == "ours")
    expected = [np.abs(errors["ours"][:, 2, station]).mean() for station in (2, 1)]
    np.testing.assert_allclose(ours.get_xdata(), expected, rtol=1e-5)
    assert axes.get_xlabel() == "mean absolute error, 1 day ahead (ug/m3)"


def test_of_many_stations_those_with_the_largest_errors(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gnnlab.reports.forecast_errors.MOST_NAMED", 2)
    figure = draw_by_station(small_review())
    assert len(figure.axes[0].get_yticklabels()) == 2
    assert figure.get_suptitle() == "the 2 of 3 stations with the largest error"


def test_a_line_a_season_by_the_hour_of_the_target() -> None:
    series = hourly()
    review = small_review(series)
    hour = series.local_times.astype("datetime64[h]").astype(int) % 24
    errors = np.ones_like(review.errors["ours"])
    errors[:, 2] = np.nan  # also of what comes after the last reading
    inside = review.origins + 24 < len(series.times)
    errors[inside, 2] = hour[review.origins[inside] + 24][:, None]
    hourly_axes, seasonal = draw_by_hour_and_season(
        replace(review, errors=review.errors | {"ours": errors})
    ).axes
    spring = hourly_axes.get_lines()[0]
    assert spring.get_label() == "Mar to May"
    np.testing.assert_allclose(spring.get_ydata(), np.arange(24))
    heights = {bars.get_label(): [bar.get_height() for bar in bars] for bars in seasonal.containers}
    assert [*heights] == [*map(str, HORIZONS)]
    assert heights["1"] == [1]
    assert [tick.get_text() for tick in seasonal.get_xticklabels()] == ["Mar to May"]


def test_of_daily_readings_there_is_one_hour() -> None:
    series = hourly()
    days = replace(series, times=series.times[0] + np.arange(1500) * np.timedelta64(1, "D"))
    review = small_review(days)
    lines = draw_by_hour_and_season(review).axes[0].get_lines()
    assert len(lines) == 4  # seasons
    assert all(len(line.get_xdata()) <= 2 for line in lines)  # of summer time, and not
    assert draw_by_horizon(review).axes[0].get_xlabel() == "steps of 1 day ahead"
