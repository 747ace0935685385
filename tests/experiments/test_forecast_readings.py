from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from small_run import STEPS, write_small_run

from gnnlab.data import SensorSeries
from gnnlab.errors import DataError, RunError
from gnnlab.experiments.forecast_readings import WARM, run_readings
from gnnlab.experiments.forecast_runs import forecast_run

FEW = 900  # steps that a run keeps of its 1,600


def never() -> SensorSeries:
    raise AssertionError("nothing should be read again")


@pytest.fixture
def keeps_all(tmp_path: Path) -> tuple[Path, SensorSeries]:
    return tmp_path / "run", write_small_run(tmp_path / "run", "persistence")


@pytest.fixture
def keeps_few(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, SensorSeries]:
    monkeypatch.setattr("gnnlab.experiments.forecast_fit.KEPT", FEW)
    return tmp_path / "run", write_small_run(tmp_path / "run", "persistence")


def test_what_the_run_keeps_whole_is_not_read_again(keeps_all: tuple[Path, SensorSeries]) -> None:
    path, series = keeps_all
    found = run_readings(forecast_run(path), never)
    np.testing.assert_array_equal(found.series.values, series.values)
    assert (found.train, found.judged) == (range(1400), range(1400, STEPS))
    assert (found.middle, found.lacking) == (1500, "")
    assert found.halves.validation == range(1400, 1500)
    assert found.halves.test == range(1500, 1600)


def test_else_it_is_read_again_and_may_have_grown(keeps_few: tuple[Path, SensorSeries]) -> None:
    path, series = keeps_few
    more = np.concatenate([series.values, series.values[:5]])
    times = series.times[0] + np.arange(len(more)) * series.step
    grown = replace(series, values=more, times=times)
    for each in (series, grown):
        found = run_readings(forecast_run(path), lambda each=each: each)
        np.testing.assert_array_equal(found.series.values, series.values)
        assert (found.judged, found.lacking) == (range(1400, STEPS), "")


@pytest.mark.parametrize("error", [DataError("no file"), OSError("no disk")])
def test_what_is_gone_leaves_the_last_readings(
    keeps_few: tuple[Path, SensorSeries], error: Exception
) -> None:
    path, series = keeps_few

    def read() -> SensorSeries:
        raise error

    found = run_readings(forecast_run(path), read)
    assert found.lacking == f"the readings of the fit cannot be read again: {error}"
    assert (found.train, found.judged) == (range(0), range(FEW - 200, FEW))
    kept = found.series.values[found.judged.start :]
    np.testing.assert_array_equal(kept, series.values[1400:])


def test_of_changed_readings_only_those_that_are_kept_count(
    keeps_few: tuple[Path, SensorSeries],
) -> None:
    path, series = keeps_few
    values = series.values.copy()
    values[7, 0, 0] = 1000
    for changed in (replace(series, values=values), series.between(0, 1000)):
        found = run_readings(forecast_run(path), lambda changed=changed: changed)
        assert "have changed since the fit: sha256 " in found.lacking
        assert len(found.series.times) == FEW


def test_forecasts_of_kept_readings_start_from_some_of_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gnnlab.experiments.forecast_fit.KEPT", 260)
    write_small_run(tmp_path / "run", "persistence")

    def gone() -> SensorSeries:
        raise DataError("gone")

    assert run_readings(forecast_run(tmp_path / "run"), gone).judged == range(WARM, 260)


def test_a_run_that_does_not_say_what_it_read_is_refused(
    keeps_all: tuple[Path, SensorSeries],
) -> None:
    path, _ = keeps_all
    text = (path / "run.toml").read_text()
    (path / "run.toml").write_text(text.replace("sha256 =", "hash ="))
    with pytest.raises(RunError, match=r"run.toml must say what was read .*'sha256'"):
        run_readings(forecast_run(path), never)
