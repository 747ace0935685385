import json
from pathlib import Path

import numpy as np
import pytest
from small_review import FIRST, hourly, small_review
from small_run import HORIZON, write_small_run

from gnnlab.data import SensorSeries
from gnnlab.evaluation.significance import difference_interval
from gnnlab.experiments.forecast_readings import RunReadings, run_readings
from gnnlab.experiments.forecast_review import ForecastReview, review
from gnnlab.experiments.forecast_runs import ForecastRun, forecast_run
from gnnlab.training.forecasters import FORECASTERS, target_of, targets_ahead


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("review") / "run"
    write_small_run(path)
    return path


@pytest.fixture(scope="module")
def reviewed(folder: Path) -> tuple[ForecastRun, RunReadings, ForecastReview]:
    run = forecast_run(folder)
    readings = run_readings(run, lambda: run.readings)
    return run, readings, review(run, readings)


Reviewed = tuple[ForecastRun, RunReadings, ForecastReview]


def test_errors_are_those_of_the_run_folder(folder: Path, reviewed: Reviewed) -> None:
    found = reviewed[2]
    rows = json.loads((folder / "scores.json").read_text())["scores"]
    recorded = {row["horizon"]: row for row in rows}
    assert found.horizons == [1, 3, 6, 12, 24, HORIZON]
    for horizon, mae, truth in zip(
        found.horizons, found.mae("ridge"), np.moveaxis(found.truth, 1, 0), strict=True
    ):
        assert mae == pytest.approx(recorded[horizon]["mae"], rel=1e-6)
        assert np.count_nonzero(~np.isnan(truth)) == recorded[horizon]["n"]


def test_rules_are_fitted_on_the_training_part_and_scored_at_the_same_targets(
    reviewed: Reviewed,
) -> None:
    _, readings, found = reviewed
    series = readings.series
    assert found.rules == ["persistence", "damped-persistence", "climatology"]
    truth = targets_ahead(target_of(series), found.origins, found.horizons)
    for name, fit in zip(
        found.rules, ("persistence-carried", "damped-persistence", "climatology"), strict=True
    ):
        rule = FORECASTERS[fit](series, readings.halves, found.horizons)
        errors = rule.forecast(series, found.origins) - truth
        np.testing.assert_allclose(found.errors[name], errors, rtol=1e-5)
    assert found.origins.tolist() == list(range(1400, 1599))


def test_the_best_rule_is_compared_with_its_interval() -> None:
    found = small_review(hourly(steps=FIRST + 10 * 168 + 1))
    over = found.over_rules(2)
    assert over.rule == "persistence"
    ours, theirs = (found.errors[name][:, 2] for name in ("ours", "persistence"))
    expected = difference_interval(ours, theirs, block=168)
    bounds = (expected.low, expected.high, expected.p_value)
    assert (over.mean, over.low, over.high, over.p_value) == (expected.mean, *bounds)
    assert over.mean == pytest.approx(found.mae("ours")[2] - found.mae("persistence")[2], rel=1e-5)


def test_fewer_than_ten_weeks_do_not_tell_how_sure_a_difference_is(reviewed: Reviewed) -> None:
    for found, name in (
        (reviewed[2], "ridge"),
        (small_review(hourly(steps=FIRST + 10 * 168)), "ours"),
    ):
        over = found.over_rules(2)
        least = min(found.mae(rule)[2] for rule in found.rules)
        assert found.mae(over.rule)[2] == least
        assert over.mean == pytest.approx(found.mae(name)[2] - least, rel=1e-5)
        assert (over.low, over.high, over.p_value) == (None, None, None)


def test_what_is_forecast_in_the_evening_is_kept_at_all_horizons(reviewed: Reviewed) -> None:
    run, readings, found = reviewed
    local = readings.series.local_times[found.evenings.origins]
    assert set(local.astype("datetime64[h]").astype(int) % 24) == {23}
    assert len(local) == 8  # 200 hours from 10:00 on
    medians = run.forecaster.forecast(readings.series, found.evenings.origins)
    np.testing.assert_allclose(found.evenings.medians["ridge"], medians, rtol=1e-5)


def test_bias_and_some_targets_alone(reviewed: Reviewed) -> None:
    found = reviewed[2]
    chosen = found.truth > 60
    errors = found.errors["ridge"][:, 0][chosen[:, 0]]
    assert found.bias("ridge", chosen)[0] == pytest.approx(errors.mean(), rel=1e-5)
    assert found.mae("ridge", chosen)[0] == pytest.approx(np.abs(errors).mean(), rel=1e-5)
    assert np.isnan(found.mae("ridge", np.zeros_like(chosen))).all()


def test_of_kept_readings_there_is_only_persistence(reviewed: Reviewed) -> None:
    run, readings, _ = reviewed
    alone = RunReadings(readings.series, range(0), readings.judged, "gone")
    assert review(run, alone).rules == ["persistence"]


def test_a_rule_is_not_compared_with_itself(tmp_path: Path) -> None:
    write_small_run(tmp_path / "run", "climatology")
    run = forecast_run(tmp_path / "run")
    found = review(run, run_readings(run, lambda: run.readings))
    assert list(found.errors) == ["climatology", "persistence", "damped-persistence"]


def test_targets_that_one_of_them_does_not_forecast_are_scored_for_none(tmp_path: Path) -> None:
    write_small_run(tmp_path / "run", "persistence")  # says nothing where nothing was read
    run = forecast_run(tmp_path / "run")
    found = review(run, run_readings(run, lambda: run.readings))
    series = run.readings
    read = ~np.isnan(target_of(series)[found.origins])[:, None]
    seen = ~np.isnan(targets_ahead(target_of(series), found.origins, found.horizons)) & read
    assert (~read).any()
    assert list(found.errors) == ["persistence", "damped-persistence", "climatology"]
    for values in (found.truth, *found.errors.values()):
        np.testing.assert_array_equal(~np.isnan(values), seen)


def test_where_nothing_is_scored_nothing_is_compared(reviewed: Reviewed) -> None:
    _, readings, found = reviewed
    nothing = {name: np.full_like(errors, np.nan) for name, errors in found.errors.items()}
    empty = ForecastReview(
        "ridge", readings, found.horizons, found.origins, found.truth, nothing, found.evenings
    )
    assert empty.over_rules(0) is None
    assert np.isnan(empty.mae("ridge")).all()


def test_progress_is_told(folder: Path) -> None:
    run, told = forecast_run(folder), []

    def kept() -> SensorSeries:
        return run.readings

    review(run, run_readings(run, kept), told.append)
    assert told[-1] == 1.0
    assert told == sorted(told)
