import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from small_review import HORIZONS, small_intervals
from small_run import HORIZON, write_small_run
from small_series import small_series

from gnnlab.data import SensorSeries
from gnnlab.errors import RunError
from gnnlab.experiments.forecast_fit import fit_forecaster
from gnnlab.experiments.forecast_intervals import FAN, IntervalReview, review_intervals
from gnnlab.experiments.forecast_readings import RunReadings, run_readings
from gnnlab.experiments.forecast_runs import ForecastRun, forecast_run
from gnnlab.training import write_run
from gnnlab.training.forecasters import (
    LEVELS,
    Calibrated,
    Forecasts,
    Origins,
    Quantiles,
    target_of,
    targets_ahead,
)

Reviewed = tuple[ForecastRun, RunReadings, IntervalReview]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("intervals") / "run"
    write_small_run(path)
    return path


@pytest.fixture(scope="module")
def reviewed(folder: Path) -> Reviewed:
    run = forecast_run(folder)
    readings = run_readings(run, lambda: run.readings)
    return run, readings, review_intervals(run, readings)


def test_coverage_is_that_of_the_run_folder(folder: Path, reviewed: Reviewed) -> None:
    found = reviewed[2]
    rows = json.loads((folder / "scores.json").read_text())["scores"]
    recorded = {row["horizon"]: row["coverage90"] for row in rows}
    assert found.coverage == [recorded[horizon] for horizon in found.horizons]
    assert not found.flattered
    assert found.origins.tolist() == list(range(1500, 1599))


def test_all_quantiles_are_those_calibrated_on_the_first_half(reviewed: Reviewed) -> None:
    run, readings, found = reviewed
    ahead, series = range(1, HORIZON + 1), readings.series
    model = Calibrated.of(run.forecaster.forecaster, series, readings.halves, ahead)
    quantiles = model.quantiles(series, found.origins)
    truth = targets_ahead(target_of(series), found.origins, ahead)
    for place, horizon in enumerate(found.horizons):
        seen = ~np.isnan(truth[:, horizon - 1])
        for level in range(len(LEVELS)):
            at_most = (truth[:, horizon - 1] <= quantiles[:, horizon - 1, :, level])[seen]
            assert found.reliability[place, level] == pytest.approx(at_most.mean())
    local = series.local_times[found.evenings]
    assert set(local.astype("datetime64[h]").astype(int) % 24) == {23}
    kept = [LEVELS.index(level) for level in FAN]
    some = quantiles[np.isin(found.origins, found.evenings)][..., kept]
    np.testing.assert_array_equal(found.fans, some)


def test_weeks_begin_on_monday_and_add_up(reviewed: Reviewed) -> None:
    _, readings, found = reviewed
    mondays, shares = found.by_week
    assert [*map(str, mondays)] == ["2024-04-29"]
    np.testing.assert_allclose(shares[:, 0], found.coverage)
    earlier = replace(found, origins=found.origins - 48)  # from Monday 2024-04-29 14:00 on
    mondays, shares = earlier.by_week
    assert [*map(str, mondays)] == ["2024-04-22", "2024-04-29"]
    first = readings.series.local_times[earlier.origins] < mondays[1]
    seen = found.below[first, 0] >= 0
    assert shares[0, 0] == pytest.approx(found.held[first, 0][seen].mean())


def test_a_week_of_few_hours_is_not_the_worst(reviewed: Reviewed) -> None:
    whole = small_intervals()  # of 399 hours
    held, seen = whole.held.copy(), whole.below >= 0
    local = whole.readings.series.local_times[whole.origins].astype("datetime64[D]")
    weeks = [(local >= start) & (local < start + 7) for start in whole.by_week[0].astype("M8[D]")]
    hours = [int(week.sum()) for week in weeks]
    assert [count >= 84 for count in hours] == [False, True, True, False]
    held[weeks[0]] = held[weeks[3]] = False
    found = replace(whole, held=held)
    assert found.by_week[1][:, [0, 3]].max() == 0
    shares = [held[week, 1][seen[week, 1]].mean() for week in weeks[1:3]]
    assert found.worst_week[1] == pytest.approx(min(shares))
    below = whole.below.copy()
    below[weeks[1][:, None] & (np.arange(len(HORIZONS)) == 1)] = -1
    assert np.isnan(replace(found, below=below).worst_week[1])  # a single one is left
    assert np.isnan(reviewed[2].worst_week).all()  # 99 hours


def test_two_steps_have_no_second_half(tmp_path: Path) -> None:
    write_run(
        tmp_path / "run", fit_forecaster(small_series(17, stations=2, missing=0), "persistence", 1)
    )
    run = forecast_run(tmp_path / "run")
    readings = run_readings(run, lambda: run.readings)
    assert len(readings.judged) == 2
    found = review_intervals(run, readings)
    assert found.flattered
    assert found.origins.tolist() == [readings.judged.start]


def test_without_the_training_part_they_are_the_runs_own(reviewed: Reviewed) -> None:
    run, readings, _ = reviewed
    alone = RunReadings(readings.series, range(0), readings.judged, "gone")
    found = review_intervals(run, alone)
    assert found.flattered
    assert found.origins.tolist() == list(range(1400, 1599))
    own = run.forecaster.quantiles(readings.series, found.evenings)
    np.testing.assert_array_equal(found.fans, own[..., [LEVELS.index(each) for each in FAN]])


def test_a_target_at_the_bound_is_inside(tmp_path: Path) -> None:
    series = small_series(800, stations=2, missing=0)
    values = series.values.copy()
    values[..., 0] = 5
    write_small_run(tmp_path / "run", "persistence", replace(series, values=values))
    run = forecast_run(tmp_path / "run")
    found = review_intervals(run, run_readings(run, lambda: run.readings))
    np.testing.assert_array_equal(found.fans, 5)
    assert found.held[:-HORIZON].all()
    assert (found.below[:-HORIZON] == 0).all()
    assert (found.below[-1, 1:] == -1).all()  # no target three steps after the last but one
    assert not found.held[-1, 1:].any()


class Plain:
    """Quantiles that nothing calibrated."""

    def forecast(self, series: SensorSeries, origins: Origins) -> Forecasts:
        raise NotImplementedError

    def quantiles(self, series: SensorSeries, origins: Origins) -> Quantiles:
        raise NotImplementedError


def test_a_run_without_calibrated_quantiles_is_refused(reviewed: Reviewed) -> None:
    run, readings, _ = reviewed
    with pytest.raises(RunError, match="must hold calibrated quantiles, got a Plain"):
        review_intervals(replace(run, forecaster=Plain()), readings)
