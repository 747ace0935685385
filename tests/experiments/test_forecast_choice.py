from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from small_series import small_series

from gnnlab.data import SensorSeries, TimeSplit
from gnnlab.errors import DataError
from gnnlab.experiments.forecast_choice import choose
from gnnlab.experiments.forecast_models import SHUFFLED
from gnnlab.training.forecasters import Climatology, DampedPersistence, target_of, targets_ahead

STEPS, HORIZONS = 400, [1, 6]
SERIES = small_series(STEPS)
SPLIT = TimeSplit("late", range(350), range(350, STEPS), range(STEPS, STEPS))


class Off:
    """What will be, and as much more at each horizon."""

    def __init__(self, *more: float):
        self.more = np.array(more)

    def forecast(self, series: SensorSeries, origins: np.ndarray) -> np.ndarray:
        there = targets_ahead(target_of(SERIES), origins, HORIZONS)
        return (there + self.more[:, None]).astype(np.float32)


def references() -> dict[str, Any]:
    return {
        "damped-persistence": lambda _: (DampedPersistence.fit(SERIES, SPLIT, HORIZONS), HORIZONS),
        "climatology": lambda _: (Climatology.fit(SERIES, SPLIT, HORIZONS), HORIZONS),
    }


def gives(forecaster: Any) -> Callable[..., Any]:
    return lambda _: (forecaster, HORIZONS)


def chosen(**fits: Any) -> Any:
    return choose({**references(), **fits}, SERIES, SPLIT, HORIZONS, lambda _: None)


def test_skills_are_means_of_those_at_each_horizon() -> None:
    best, rows = chosen(near=gives(Off(1, 12)), far=gives(Off(4, 6)))
    mae = {row["model"]: np.array([each["mae"] for each in row["mae"]]) for row in rows}
    np.testing.assert_allclose(mae["near"], [1, 12], rtol=1e-5)
    truth = target_of(SERIES)[350:]
    usual = Climatology.fit(SERIES, SPLIT, HORIZONS).forecast(SERIES, np.arange(350, STEPS))[:, 1]
    assert mae["climatology"][1] == pytest.approx(
        np.nanmean(np.abs(truth[6:] - usual[:-6])), rel=1e-5
    )
    reference = np.minimum(mae["damped-persistence"], mae["climatology"])
    for row in rows:
        assert row["skill"] == pytest.approx((1 - mae[row["model"]] / reference).mean())
    assert best == "far"


def test_a_shuffled_graph_is_scored_and_not_chosen() -> None:
    best, rows = chosen(**{SHUFFLED: gives(Off(0, 0))}, ours=gives(Off(1, 1)))
    skill = {row["model"]: row["skill"] for row in rows}
    assert (best, skill[SHUFFLED]) == ("ours", 1)


def test_what_finds_nothing_to_learn_from_is_left_out() -> None:
    def fail(_: object) -> Any:
        raise DataError("no coordinates")

    best, rows = chosen(network=fail, ours=gives(Off(1, 1)))
    assert best == "ours"
    assert {"model": "network", "left_out": "no coordinates"} in rows
    with pytest.raises(DataError, match="no coordinates"):
        chosen(climatology=fail)


def test_a_horizon_without_a_target_counts_for_nothing() -> None:
    values = SERIES.values.copy()
    values[356:, :, 0] = np.nan
    split = replace(SPLIT)
    series = replace(SERIES, values=values)
    _, rows = choose(references(), series, split, HORIZONS, lambda _: None)
    for row in rows:
        near, far = row["mae"]
        assert far == {"horizon": 6, "mae": None}
        assert near["mae"] > 0
        assert np.isfinite(row["skill"])


def test_of_a_constant_target_the_first_is_chosen() -> None:
    values = SERIES.values.copy()
    values[..., 0] = 7
    series = replace(SERIES, values=values)
    fits = {
        "damped-persistence": lambda _: (DampedPersistence.fit(series, SPLIT, HORIZONS), HORIZONS),
        "climatology": lambda _: (Climatology.fit(series, SPLIT, HORIZONS), HORIZONS),
    }
    best, rows = choose(fits, series, SPLIT, HORIZONS, lambda _: None)
    assert (best, [row["skill"] for row in rows]) == ("damped-persistence", [0, 0])


def test_how_far_it_is_is_told() -> None:
    told: list[float] = []

    def fit(tell: Callable[[float], None]) -> Any:
        tell(0.5)
        return Off(1, 1), HORIZONS

    choose({**references(), "ours": fit}, SERIES, SPLIT, HORIZONS, told.append)
    assert told == [pytest.approx(2.5 / 3)]
