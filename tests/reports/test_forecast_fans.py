import numpy as np
from legends import assert_legend_is_beside
from matplotlib.collections import PolyCollection
from small_review import HORIZONS, hourly, small_intervals, with_target

from gnnlab.experiments.forecast_intervals import FAN, IntervalReview
from gnnlab.reports.forecast_fans import chosen_evenings, draw_fans
from gnnlab.training.forecasters import target_of, targets_ahead


def errors_of(review: IntervalReview) -> tuple[np.ndarray, np.ndarray]:
    """Mean absolute errors of medians, and mean targets, [evening, station]."""
    ahead = range(1, HORIZONS[-1] + 1)
    truth = targets_ahead(target_of(review.readings.series), review.evenings, ahead)
    return np.abs(review.fans[..., 2] - truth).mean(axis=1), truth.mean(axis=1)


def test_evenings_are_chosen_by_their_errors_and_by_what_came() -> None:
    review = small_intervals()
    error, level = errors_of(review)
    typical, worst, highest = chosen_evenings(review)
    assert error[typical[1:]] == np.sort(error.ravel())[(error.size - 1) // 2]
    assert error[worst[1:]] == error.max()
    level[[typical.evening, worst.evening]] = -1
    assert level[highest[1:]] == level.max()
    assert [each.why for each in (typical, worst, highest)] == [
        "typical", "worst", "highest of the others",
    ]  # fmt: skip


def test_what_was_hardly_observed_is_not_drawn() -> None:
    series = hourly()
    review = small_intervals(series)
    worst = chosen_evenings(review)[1]
    origin = review.evenings[worst.evening]
    gaps = series.values[..., 0].copy()
    gaps[origin + 1 : origin + 12, worst.station] = np.nan  # 11 of 48
    lacking = small_intervals(with_target(series, gaps))
    assert worst not in chosen_evenings(lacking)
    nothing = small_intervals(with_target(series, np.full_like(gaps, np.nan)))
    assert chosen_evenings(nothing) == []


def test_a_panel_shows_what_was_read_what_was_said_and_what_came() -> None:
    review = small_intervals()
    figure = draw_fans(review)
    assert len(figure.axes) == 3
    assert_legend_is_beside(figure)
    chosen = chosen_evenings(review)[1]
    axes = figure.axes[1]
    origin = int(review.evenings[chosen.evening])
    values = review.readings.series.of("PM2.5")[:, chosen.station]
    read, median, came, _ = axes.get_lines()
    np.testing.assert_array_equal(read.get_ydata(), values[origin - 48 : origin + 1])
    fan = review.fans[chosen.evening, :, chosen.station]
    np.testing.assert_array_equal(median.get_ydata(), fan[:, FAN.index(0.5)])
    np.testing.assert_array_equal(came.get_ydata(), values[origin + 1 : origin + 49])
    wide, narrow = (each for each in axes.collections if isinstance(each, PolyCollection))
    heights = [each.get_paths()[0].vertices[:, 1] for each in (wide, narrow)]
    assert [(each.min(), each.max()) for each in heights] == [
        (fan[:, 0].min(), fan[:, 4].max()),
        (fan[:, 1].min(), fan[:, 3].max()),
    ]
    assert axes.get_ylabel() == "PM2.5 (ug/m3)"
    name = review.readings.series.stations.index[chosen.station]
    assert axes.get_title(loc="left").startswith(f"worst: {name}, issued 2024-")
