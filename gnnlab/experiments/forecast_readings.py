"""The readings that a run's forecasts are judged on: all those of its fit, or the last of them."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from dataclasses import dataclass

from gnnlab.data import SensorSeries, TimeSplit
from gnnlab.errors import GnnlabError, RunError
from gnnlab.experiments.forecast_circumstances import fingerprint
from gnnlab.experiments.forecast_runs import ForecastRun
from gnnlab.training.run_folder import CONFIGURATION

WARM = 168  # of the readings that a run keeps, those that forecasts start from


@dataclass(frozen=True, eq=False)
class RunReadings:
    """Readings of a fit, up to the last one.

    Args:
        series: all of them, or those that the run keeps.
        train: steps of the series that were learned from; none where not all are at hand.
        judged: its steps that forecasts are judged on: of the validation part.
        lacking: why these are not all readings of the fit; empty where they are.
    """

    series: SensorSeries
    train: range
    judged: range
    lacking: str = ""

    @property
    def middle(self) -> int:
        """The first step of the second half of what is judged."""
        return self.judged.start + len(self.judged) // 2

    @property
    def halves(self) -> TimeSplit:
        """The training part, and the halves of what is judged."""
        first, second = range(self.judged.start, self.middle), range(self.middle, self.judged.stop)
        return TimeSplit("halves", self.train, first, second)


def run_readings(run: ForecastRun, read: Callable[[], SensorSeries]) -> RunReadings:
    """The readings of a run's fit, known by their sha256; where they are gone, those that it keeps.

    Args:
        run: read back.
        read: reads again what the fit read, which may have grown since; not called where the run
            keeps all of it.

    Raises:
        RunError: a run.toml that does not say what the fit read.
    """
    path = run.path / CONFIGURATION
    said = tomllib.loads(path.read_text(encoding="utf-8"))
    try:
        sha256, steps = said["data"]["sha256"], said["data"]["steps"]
        train, judged = (range(*said["split"][part]) for part in ("train", "validation"))
    except (KeyError, TypeError) as error:
        raise RunError(f"{path} must say what was read and how it was split: {error}") from error
    kept = run.readings
    if fingerprint(kept) == sha256:
        return RunReadings(kept, train, judged)
    try:
        series = read()
    except (GnnlabError, OSError) as error:
        lacking = f"the readings of the fit cannot be read again: {error}"
    else:
        series = series.between(0, min(steps, len(series.times)))
        if fingerprint(series) == sha256:
            return RunReadings(series, train, judged)
        lacking = f"the readings have changed since the fit: sha256 {sha256[:12]} became "
        lacking += fingerprint(series)[:12]
    here = len(kept.times)
    return RunReadings(kept, range(0), range(max(here - len(judged), WARM), here), lacking)
