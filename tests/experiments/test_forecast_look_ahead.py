import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pytest
from small_series import small_series

from gnnlab.data import SensorSeries, TimeSplit, chronological
from gnnlab.errors import GnnlabError
from gnnlab.experiments.forecast_backtest import forecast_backtest
from gnnlab.experiments.forecast_look_ahead import LookAhead, with_noise_after
from gnnlab.training.forecasters import LEVELS, Calibrated, Climatology, Ridge

STEPS = 400
SERIES = small_series(STEPS, runs=True)
SPLIT = chronological(STEPS)
HORIZONS = (1, 6)
Look = Callable[[SensorSeries, int], np.ndarray]  # at a series and an origin, a value a station


@dataclass(frozen=True)
class Looking:
    """Forecasts what it sees when it looks at a series, at some of its horizons."""

    look: Look
    at: Sequence[int] = HORIZONS

    def forecast(self, series: SensorSeries, origins: np.ndarray) -> np.ndarray:
        seen = np.stack([self.look(series, int(origin)) for origin in origins])
        found = np.repeat(np.nan_to_num(seen, nan=-1)[:, None], len(HORIZONS), axis=1)
        found[:, [horizon not in self.at for horizon in HORIZONS]] = 30
        return found.astype(np.float32)


@dataclass(frozen=True)
class LookingQuantiles(Looking):
    """The same with its largest quantile alone; the others are honest."""

    def forecast(self, series: SensorSeries, origins: np.ndarray) -> np.ndarray:
        return np.full((len(origins), len(HORIZONS), len(series.stations)), 30, np.float32)

    def quantiles(self, series: SensorSeries, origins: np.ndarray) -> np.ndarray:
        found = np.repeat(self.forecast(series, origins)[..., None], len(LEVELS), axis=-1)
        found[..., -1] += np.abs(super().forecast(series, origins))
        return found


def target(series: SensorSeries, origin: int) -> np.ndarray:
    """The next target."""
    return series.of("PM2.5")[min(origin + 1, len(series.times) - 1)]


def gap(series: SensorSeries, origin: int) -> np.ndarray:
    """Whether another variable will be observed in the day to come."""
    return np.isnan(series.of("NO2")[origin + 1 : origin + 25]).sum(axis=0) * 1.0


def mean(series: SensorSeries, origin: int) -> np.ndarray:
    """The mean of everything."""
    return np.nanmean(series.of("PM2.5"), axis=0)


def run(series: SensorSeries, origin: int) -> np.ndarray:
    """The run that will be out next."""
    runs = series.forecasts[0]
    out = np.searchsorted(runs.issued + runs.latency, series.times[origin], side="right")
    return runs.values[min(out, len(runs.issued) - 1), 0, :, 0]


def checked(forecaster: object, series: SensorSeries = SERIES) -> LookAhead:
    check = LookAhead(HORIZONS)
    model = Calibrated.of(forecaster, series, SPLIT, HORIZONS)  # type: ignore[arg-type]
    check.check("cheat", series, SPLIT, model)
    return check


@pytest.mark.parametrize("look", [target, gap, mean, run], ids=lambda look: look.__name__)
@pytest.mark.parametrize("kind", [Looking, LookingQuantiles])
def test_a_cheat_is_caught(kind: type[Looking], look: Look) -> None:
    message = (
        r"cheat must not look ahead: forecasts at horizon [16] that it issued up to "
        r"2024-03-\d\dT\d\d:00:00 \(Europe/Berlin\) changed with what came later"
    )
    with pytest.raises(GnnlabError, match=message):
        checked(kind(look))


def test_the_horizon_of_a_cheat_is_named() -> None:
    with pytest.raises(GnnlabError, match="forecasts at horizon 6 that"):
        checked(Looking(target, at=(6,)))


def test_a_forecast_from_what_is_known_is_none() -> None:
    """The last reading, the newest run that is out, and what is declared known ahead."""

    def known(series: SensorSeries, origin: int) -> np.ndarray:
        said, _ = series.forecasts[0].known_at(
            series.times[[origin]], series.times[[origin]] + series.step
        )
        reading = series.of("PM2.5")[origin]
        wave = series.of("sine of day")[origin + 1 : origin + 2].sum(axis=0)
        return np.nan_to_num(said[0, 0, :, 0]) + np.nan_to_num(reading) + wave

    found = checked(Looking(known)).found
    (hour,) = found["hours"]
    step = list(map(str, SERIES.local_times)).index(hour)
    assert SPLIT.test.start + 20 <= step < SPLIT.test.start + 60
    assert found["forecasts"] == (step + 1 - SPLIT.test.start) * 2 * 3
    assert found["changed"] == 0
    perfect = SERIES.with_kinds(future=["NO2"], perfect_weather=True)
    assert checked(Looking(gap), perfect).changed == 0


@pytest.mark.parametrize("step", [296, 305])  # a run comes out; one is issued, but not yet out
def test_noise_is_all_that_was_not_known_and_nothing_else(step: int) -> None:
    found = with_noise_after(SERIES, step)
    same = (found.values == SERIES.values) | (np.isnan(found.values) & np.isnan(SERIES.values))
    assert same[: step + 1].all()
    assert same[..., 2:].all()
    assert not (same & ~np.isnan(SERIES.values))[step + 1 :, :, :2].any()
    later = np.isnan(found.values[step + 1 :, :, :2]), np.isnan(SERIES.values[step + 1 :, :, :2])
    assert (later[0] & ~later[1]).any()
    assert (~later[0] & later[1]).any()
    ours, theirs = found.forecasts[0], SERIES.forecasts[0]
    out = theirs.issued + theirs.latency <= SERIES.times[step]
    assert 0 < out.sum() < len(out)
    np.testing.assert_array_equal(ours.values[out], theirs.values[out])
    assert (ours.values[~out] != theirs.values[~out]).all()


def test_every_fold_model_and_seed_is_checked_at_the_folds_hour() -> None:
    answer = forecast_backtest(
        SERIES, ["climatology", "ridge"], [1, 6], seeds=2, folds=2, check_look_ahead=True
    )
    found = answer["protocol"]["look_ahead"]
    assert len(set(found["hours"])) == 2
    origins = 0
    for split, hour in zip(answer["protocol"]["splits"], found["hours"], strict=True):
        start = np.datetime64(split["test"]["start"])
        assert start < np.datetime64(hour) < np.datetime64(split["test"]["end"])
        origins += int((np.datetime64(hour) - start) / np.timedelta64(1, "h")) + 1
    assert found["forecasts"] == origins * 2 * 2 * 2 * 3
    assert found["changed"] == 0
    assert forecast_backtest(SERIES, ["climatology"], [1])["protocol"]["look_ahead"] is None


def test_a_shortest_test_part_leaves_something_to_replace() -> None:
    check = LookAhead((1,))
    for steps in (2, 3, 4):
        split = TimeSplit("short", range(280), range(280, 320), range(320, 320 + steps))
        model = Calibrated.of(Climatology.fit(SERIES, split, (1,)), SERIES, split, (1,))
        check.check("climatology", SERIES, split, model)
        assert np.datetime64(check.hours["short"]) < SERIES.local_times[split.test.stop - 1]


def test_a_network_that_sees_issued_weather_looks_at_nothing_that_comes_later() -> None:
    answer = forecast_backtest(SERIES, ["stid"], HORIZONS, check_look_ahead=True)
    assert answer["scores"][0]["weather_ahead"] == "issued"
    assert answer["protocol"]["look_ahead"]["changed"] == 0


def test_in_a_backtest_the_model_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Ridge, "forecast", lambda _, *asked: Looking(target).forecast(*asked))
    with pytest.raises(GnnlabError, match=re.escape("ridge (no weather ahead) must not look")):
        forecast_backtest(
            SERIES,
            ["climatology", "ridge"],
            HORIZONS,
            weather_ahead=["none", "issued"],
            check_look_ahead=True,
        )
