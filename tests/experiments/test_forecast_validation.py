from dataclasses import replace

import numpy as np
import pytest
from small_series import small_series

from gnnlab.data import TimeSplit
from gnnlab.experiments.forecast_validation import validation_scores
from gnnlab.training.forecasters import FORECASTERS, Calibrated, target_of, targets_ahead

SERIES = small_series(400)
SPLIT = TimeSplit("some", range(0, 300), range(300, 380), range(380, 400))
HORIZONS = range(1, 13)
MODEL = FORECASTERS["climatology"](SERIES, SPLIT, HORIZONS)
KNOWN = SERIES.between(0, 380)


def test_errors_are_of_all_targets_in_the_part() -> None:
    said = validation_scores(SERIES, SPLIT, "some", MODEL, 12)
    origins = np.arange(300, 380)
    errors = MODEL.forecast(KNOWN, origins) - targets_ahead(target_of(KNOWN), origins, HORIZONS)
    for place, row in enumerate(said["scores"]):
        of_horizon = errors[:, place][~np.isnan(errors[:, place])]
        assert (row["model"], row["horizon"], row["n"]) == ("some", place + 1, len(of_horizon))
        assert row["mae"] == pytest.approx(np.abs(of_horizon).mean(), rel=1e-5)
        assert row["rmse"] == pytest.approx(np.sqrt(np.square(of_horizon).mean()), rel=1e-5)
    assert (said["part"], said["steps"]) == ("validation", 80)
    assert said["end"] == str(SERIES.local_times[379])


def test_intervals_are_of_the_first_half_and_scored_in_the_second() -> None:
    said = validation_scores(SERIES, SPLIT, "some", MODEL, 12)
    halves = replace(SPLIT, validation=range(300, 340))
    origins = np.arange(340, 380)
    quantiles = Calibrated.of(MODEL, SERIES, halves, HORIZONS).quantiles(KNOWN, origins)
    truth = targets_ahead(target_of(KNOWN), origins, HORIZONS)
    assert said["intervals_scored_from"] == str(SERIES.local_times[340])
    for place, row in enumerate(said["scores"]):
        there = ~np.isnan(truth[:, place])
        low, high = quantiles[:, place, :, 0][there], quantiles[:, place, :, -1][there]
        inside = (low <= truth[:, place][there]) & (truth[:, place][there] <= high)
        assert row["coverage90"] == pytest.approx(inside.mean())
        assert row["width90"] == pytest.approx((high - low).mean(), rel=1e-5)
        assert 0 < row["crps"] < row["mae"]
        assert row["interval_score90"] >= row["width90"]


def test_a_part_with_one_step_ahead_has_no_intervals_further() -> None:
    series = small_series(400, missing=0)
    split = replace(SPLIT, validation=range(300, 304))
    rows = validation_scores(series, split, "some", MODEL, 12)["scores"]
    assert [row["n"] > 0 for row in rows[:4]] == [True, True, True, False]
    assert [row["mae"] is None for row in rows[:4]] == [False, False, False, True]
    assert [row["coverage90"] is None for row in rows[:3]] == [False, True, True]
    single = replace(SPLIT, validation=range(300, 302))
    rows = validation_scores(series, single, "some", MODEL, 12)["scores"]
    assert rows[0]["n"] > 0
    assert rows[0]["coverage90"] is None


def test_what_has_no_forecast_is_not_scored() -> None:
    series = small_series(400, missing=0.5)
    model = FORECASTERS["persistence"](series, SPLIT, HORIZONS)
    row = validation_scores(series, SPLIT, "persistence", model, 12)["scores"][0]
    seen = series.observed[300:380, :, 0]
    assert row["n"] == (seen[:-1] & seen[1:]).sum()
