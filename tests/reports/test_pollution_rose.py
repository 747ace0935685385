from dataclasses import replace

import numpy as np
import pytest
from small_review import hourly

from gnnlab.data import SensorSeries, Variable
from gnnlab.data.wind import COMPASS, wind_components
from gnnlab.reports.pollution_rose import can_draw_rose, draw_rose


def windy(direction: np.ndarray, speed: np.ndarray, target: np.ndarray) -> SensorSeries:
    """One station a column, an hour a row."""
    series = hourly(target.shape[1], len(target))
    u, v = wind_components(speed, direction)
    values = np.stack([target, u, v], axis=-1).astype(np.float32)
    kinds = [("PM2.5", "ug/m3", "target"), ("wind u", "m/s", "past"), ("wind v", "m/s", "past")]
    return replace(series, values=values, variables=[Variable(*each) for each in kinds])


def test_bars_point_to_where_the_wind_comes_from() -> None:
    direction = np.array([[90.0], [90], [90], [180], [350], [0]])
    target = np.array([[10.0], [20], [30], [40], [50], [np.nan]])
    series = windy(direction, np.full((6, 1), 2.0), target)
    often, much = draw_rose(series).axes
    share = sum(np.array([bar.get_height() for bar in bars]) for bars in often.containers)
    sector = dict(zip(COMPASS, share, strict=True))
    assert (sector["E"], sector["S"], sector["N"]) == pytest.approx((60, 20, 20))
    means = dict(zip(COMPASS, [bar.get_height() for bar in much.containers[0]], strict=True))
    assert (means["E"], means["S"], means["N"], means["W"]) == (20, 40, 50, 0)
    east = much.containers[0][COMPASS.index("E")]
    assert east.get_x() + east.get_width() / 2 == pytest.approx(np.pi / 2)
    assert much.get_theta_direction() == -1
    assert much.get_theta_offset() == pytest.approx(np.pi / 2)


def test_calms_have_no_direction_and_are_counted() -> None:
    speed = np.array([[2.0], [0], [0], [2]])
    series = windy(np.full((4, 1), 45.0), speed, np.arange(4.0)[:, None])
    figure = draw_rose(series)
    assert figure.get_suptitle() == "2 readings with wind, 50.0 % calms left out"


def test_classes_hold_as_many_readings_each() -> None:
    draw = np.random.default_rng(0)
    target = draw.gamma(2, 20, (1000, 2))
    series = windy(draw.uniform(0, 360, (1000, 2)), np.full((1000, 2), 3.0), target)
    often = draw_rose(series).axes[0]
    shares = [sum(bar.get_height() for bar in bars) for bars in often.containers]
    assert shares == pytest.approx([20] * 5, abs=0.1)
    assert often.containers[0].get_label().startswith(f"{target.min():.3g} to ")


def test_one_value_alone_is_a_class() -> None:
    series = windy(np.full((5, 1), 10.0), np.full((5, 1), 1.0), np.full((5, 1), 7.0))
    assert len(draw_rose(series).axes[0].containers) == 1


def test_without_wind_there_is_no_rose() -> None:
    assert not can_draw_rose(hourly())
    still = windy(np.full((5, 1), 10.0), np.zeros((5, 1)), np.ones((5, 1)))
    assert not can_draw_rose(still)
    assert can_draw_rose(windy(np.full((5, 1), 10.0), np.ones((5, 1)), np.ones((5, 1))))
