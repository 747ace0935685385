import json
from dataclasses import replace

import numpy as np
import pandas
import pytest
from small_series import small_series

from gnnlab.data import SensorSeries
from gnnlab.evaluation.metrics import EventCounts
from gnnlab.evaluation.standards import standard
from gnnlab.experiments.forecast_exceedance import DailyMeans, Exceedance
from gnnlab.experiments.forecast_findings import findings
from gnnlab.experiments.forecast_intervals import IntervalReview
from gnnlab.experiments.forecast_listening import Listening
from gnnlab.experiments.forecast_readings import RunReadings
from gnnlab.experiments.forecast_review import Evenings, ForecastReview

HORIZONS = [1, 12, 24, 72]
ORIGINS = np.arange(100, 3000)


def series() -> SensorSeries:
    """Hours from February to June."""
    return small_series(3000, stations=3, missing=0)


def review(readings: RunReadings, seed: int = 0) -> ForecastReview:
    draw = np.random.default_rng(seed)
    shape = (len(ORIGINS), len(HORIZONS), 3)
    truth = draw.gamma(2, 20, shape).astype(np.float32)
    errors = {name: draw.normal(0, scale, shape).astype(np.float32)
              for name, scale in (("ours", 2), ("persistence", 3), ("climatology", 4))}  # fmt: skip
    medians = {name: np.zeros((2, 72, 3), np.float32) for name in errors}
    evenings = Evenings(np.array([100, 124]), medians)
    return ForecastReview("ours", readings, HORIZONS, ORIGINS, truth, errors, evenings)


def intervals(readings: RunReadings) -> IntervalReview:
    draw = np.random.default_rng(1)
    shape = (500, len(HORIZONS), 3)
    return IntervalReview(
        readings,
        HORIZONS,
        np.arange(2500, 3000),
        draw.integers(0, 20, shape).astype(np.int8),
        draw.random(shape) < 0.8,
        np.array([2600]),
        np.zeros((1, 72, 3, 5), np.float32),
        flattered=False,
    )


def heard() -> Listening:
    moved = np.array([[9.0, 1, 3], [2, 9, 0], [4, 5, 9]])
    return Listening(["s0", "s1", "s2"], np.arange(3), moved, 4, HORIZONS)


@pytest.fixture
def readings() -> RunReadings:
    return RunReadings(series(), range(100), range(100, 3000))


def test_a_row_a_horizon(readings: RunReadings) -> None:
    errors, held = review(readings), intervals(readings)
    found = findings(errors, held, "no standard", heard())
    assert [row["ahead"] for row in found["horizons"]] == ["1 hour", "12 hours", "1 day", "3 days"]
    row = found["horizons"][1]
    ours = np.abs(errors.errors["ours"][:, 1])
    assert row["mae"]["ours"] == pytest.approx(ours.mean(), rel=1e-5)
    assert (row["n"], row["best_rule"]) == (2900 * 3, "persistence")
    assert row["less"]["low"] < row["less"]["mean"] < row["less"]["high"] < 0
    assert row["coverage90"] == pytest.approx(held.held[:, 1].mean())
    assert row["below_median"] == pytest.approx((held.below[:, 1] <= 9).mean())
    assert row["worst_week90"] == held.worst_week[1]
    high = errors.truth > np.quantile(errors.truth, 0.9)
    assert row["high_bias"] == pytest.approx(
        errors.errors["ours"][:, 1][high[:, 1]].mean(), abs=1e-5
    )
    assert json.loads(json.dumps(found, allow_nan=False)) == found


def test_stations_and_whole_seasons_a_day_ahead(readings: RunReadings) -> None:
    errors = review(readings)
    at = findings(errors, intervals(readings), "no", heard())["at"]
    assert (at["horizon"], at["ahead"]) == (24, "1 day")
    ours = np.abs(errors.errors["ours"][:, 2])
    assert at["stations"][2]["mae"]["ours"] == pytest.approx(ours[:, 2].mean(), rel=1e-5)
    assert set(at["seasons"]) == {"MAM", "JJA"}  # of winter there is less than a day
    month = pandas.DatetimeIndex(readings.series.local_times[ORIGINS[:-24] + 24]).month
    spring = ours[:-24][np.isin(month, [3, 4, 5])]
    assert at["seasons"]["MAM"] == pytest.approx(spring.mean(), rel=1e-5)


def test_a_season_of_few_days_is_not_told(readings: RunReadings) -> None:
    whole = review(readings)
    errors = {name: each[:200] for name, each in whole.errors.items()}
    few = replace(whole, origins=ORIGINS[:200], errors=errors, truth=whole.truth[:200])
    assert findings(few, intervals(readings), "no", heard())["at"]["seasons"] == {}


def test_whom_each_station_hears_most(readings: RunReadings) -> None:
    found = findings(review(readings), intervals(readings), "no", heard())["listening"]
    assert found["hears"] == {
        "s0": {"s2": 3.0, "s1": 1.0},
        "s1": {"s0": 2.0},
        "s2": {"s1": 5.0, "s0": 4.0},
    }
    assert (found["own"], found["other"], found["most"]) == (9.0, 2.5, 5.0)


def test_what_moves_nothing_that_is_known_is_none(readings: RunReadings) -> None:
    alone = Listening(["s0"], np.arange(1), np.full((1, 1), np.nan), 1, HORIZONS)
    found = findings(review(readings), intervals(readings), "no", alone)
    assert found["listening"] | {"hears": {}} == {
        "own": None, "other": None, "most": 0.0, "origins": 1, "changed": 1, "hears": {},
    }  # fmt: skip
    json.dumps(found, allow_nan=False)


def test_of_many_stations_who_hears_those_that_were_changed(readings: RunReadings) -> None:
    whole = heard()
    some = replace(whole, changed=np.array([2]), moved=whole.moved[:, 2:])
    found = findings(review(readings), intervals(readings), "no", some)["listening"]
    assert "hears" not in found
    assert found["heard_by"] == {"s2": {"s0": 3.0}}


def test_days_above_a_limit_by_model_and_days_ahead(readings: RunReadings) -> None:
    limit = standard("who-2021").limit("PM2.5", "day")
    days = DailyMeans("who-2021", limit, np.array([], "datetime64[D]"), np.zeros((0, 3)))
    counts = {"ours": [EventCounts(15, 6, 2, 3, 4), EventCounts(15)]}
    found = findings(review(readings), intervals(readings), Exceedance(days, counts), heard())[
        "exceedance"
    ]
    assert (found["standard"], found["limit"], found["unit"]) == ("who-2021", 15, "ug/m3")
    first, second = found["models"]["ours"]
    assert (first["days"], first["above"], first["said"]) == (15, 8, 9)
    assert first["probability_of_detection"] == 0.75
    assert first["critical_success_index"] == pytest.approx(6 / 11)
    assert (second["days_ahead"], second["false_alarm_ratio"]) == (2, None)
    why = findings(review(readings), intervals(readings), "no such limit", heard())
    assert why["exceedance"] == {"lacking": "no such limit"}


def test_where_nothing_is_scored_there_is_none(readings: RunReadings) -> None:
    errors, held = review(readings), intervals(readings)
    nothing = {name: each.copy() for name, each in errors.errors.items()}
    for each in nothing.values():
        each[:, 3] = np.nan
    truth, below = errors.truth.copy(), held.below.copy()
    truth[:, 3], below[:, 3] = np.nan, -1
    found = findings(
        replace(errors, errors=nothing, truth=truth), replace(held, below=below), "no", heard()
    )
    row = found["horizons"][3]
    assert (row["n"], row["best_rule"], row["less"], row["coverage90"]) == (0, None, None, None)
    assert (row["mae"]["ours"], row["high_bias"], row["worst_week90"]) == (None, None, None)
    json.dumps(found, allow_nan=False)


def test_a_part_without_any_target_has_no_high_ones(readings: RunReadings) -> None:
    whole = review(readings)
    nothing = {name: np.full_like(each, np.nan) for name, each in whole.errors.items()}
    empty = replace(whole, errors=nothing, truth=np.full_like(whole.truth, np.nan))
    assert findings(empty, intervals(readings), "no", heard())["high"] is None
