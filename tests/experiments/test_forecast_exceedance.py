from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest
from small_series import HOUR, small_series

from gnnlab.data import SensorSeries, Variable
from gnnlab.errors import DataError
from gnnlab.evaluation.standards import exceeds
from gnnlab.experiments.forecast_exceedance import DailyMeans, daily_means, exceedance
from gnnlab.experiments.forecast_readings import RunReadings
from gnnlab.experiments.forecast_review import Evenings, evenings

LIMIT = 15.0  # of who-2021
FIRST = np.datetime64("2024-03-27T23", "s")  # midnight in Berlin; clocks change on March 31


def readings(days: int = 8) -> RunReadings:
    """Local days with daily means near the limit, all hours observed."""
    series = small_series(24 * days - 1, stations=2, missing=0)  # one day has 23 hours
    draw = np.random.default_rng(1)
    values = series.values.copy()
    values[..., 0] = (
        15 + draw.normal(0, 1, values.shape[:2]) + draw.choice([-3, 3], days).repeat(24)[1:, None]
    )
    series = replace(series, values=values, times=FIRST + np.arange(len(values)) * HOUR)
    return RunReadings(series, range(0), range(0, len(values)))


def issued(series: SensorSeries, horizon: int, seed: int = 0, **more: np.ndarray) -> Evenings:
    origins = evenings(series, np.arange(len(series.times) - 1))
    draw = np.random.default_rng(seed)
    medians = draw.normal(15, 3, (len(origins), 1, 2)) + draw.normal(
        0, 1, (len(origins), horizon, 2)
    )
    return Evenings(origins, {"ours": medians.astype(np.float32), **more})


def days_of(series: SensorSeries) -> np.ndarray:
    return series.local_times.astype("datetime64[D]")


def counted(found: Mapping, ahead: int, name: str = "ours") -> list[int]:
    each = found[name][ahead - 1]
    return [each.hits, each.misses, each.false_alarms, each.correct_negatives]


@pytest.mark.parametrize("ahead", [1, 2])
def test_days_are_counted_as_by_hand(ahead: int) -> None:
    here = readings()
    series, said = here.series, issued(here.series, 60)
    observed = daily_means(here, "who-2021")
    found = exceedance(observed, here, said).counts
    days, expected = days_of(series), [0, 0, 0, 0]
    for origin, medians in zip(said.origins, said.medians["ours"], strict=True):
        steps = np.flatnonzero(days == days[origin] + ahead)  # none after the last reading
        for station in range(2 if len(steps) else 0):
            came = series.of("PM2.5")[steps, station].astype(np.float64).mean() > LIMIT
            told = medians[steps - origin - 1, station].astype(np.float64).mean() > LIMIT
            expected[[3, 2, 1, 0][2 * int(came) + int(told)]] += 1
    assert counted(found, ahead) == expected
    assert min(expected) > 0


def test_a_day_of_23_hours_is_whole_and_one_of_24_needs_24() -> None:
    here = readings()
    short, whole = (exceedance(daily_means(here, "who-2021"), here, issued(here.series, steps))
                    for steps in (23, 24))  # fmt: skip
    assert short.counts["ours"] == []  # not a day ahead
    assert sum(counted(whole.counts, 1)) == 2 * 7


def test_a_day_of_25_hours_needs_25() -> None:
    here = readings()
    autumn = np.datetime64("2024-10-23T22", "s") + np.arange(len(here.series.times)) * HOUR
    here = replace(here, series=replace(here.series, times=autumn))  # ends at 21:00 of a day
    observed = daily_means(here, "who-2021")
    days = [sum(counted(exceedance(observed, here, issued(here.series, steps)).counts, 1))
            for steps in (24, 25)]  # fmt: skip
    assert days == [2 * 6, 2 * 7]


def test_days_that_are_not_forecast_to_their_end_are_not_judged() -> None:
    here = readings()
    found = exceedance(daily_means(here, "who-2021"), here, issued(here.series, 47)).counts
    assert len(found["ours"]) == 1
    found = exceedance(daily_means(here, "who-2021"), here, issued(here.series, 71)).counts
    assert sum(counted(found, 2)) == 2 * 6


def test_all_models_are_judged_on_the_same_days() -> None:
    here = readings()
    said = issued(here.series, 24)
    lacking = said.medians["ours"].copy()
    lacking[2, 5, 1] = np.nan
    found = exceedance(
        daily_means(here, "who-2021"), here, issued(here.series, 24, theirs=lacking)
    ).counts
    assert sum(counted(found, 1)) == sum(counted(found, 1, "theirs")) == 2 * 7 - 1


def test_a_day_with_too_few_hours_is_not_judged() -> None:
    here = readings()
    values = here.series.values.copy()
    values[24:34, 0, 0] = np.nan  # 14 hours of the second day are left
    few = replace(here, series=replace(here.series, values=values))
    observed = daily_means(few, "who-2021")
    assert np.isnan(observed.means[1]).tolist() == [True, False]
    found = exceedance(observed, few, issued(few.series, 24)).counts
    assert sum(counted(found, 1)) == 2 * 7 - 1


def test_what_is_above_by_the_rounding_of_float32_is_not_above() -> None:
    here = readings(days=3)
    values = here.series.values.copy()
    values[..., 0] = np.resize(np.float32([15.1, 15.1, 14.8]), len(values))[:, None]
    here = replace(here, series=replace(here.series, values=values))
    assert values[:24, 0, 0].astype(np.float64).mean() > LIMIT
    assert not exceeds(here.series, "who-2021").iloc[:2].any(axis=None)  # the third lacks an hour
    said = issued(here.series, 24)
    medians = np.broadcast_to(values[:24, :, 0], said.medians["ours"].shape)
    found = exceedance(
        daily_means(here, "who-2021"), here, replace(said, medians={"ours": medians})
    )
    assert counted(found.counts, 1) == [0, 2, 0, 2]


def test_only_the_validation_part_counts() -> None:
    here = replace(readings(), judged=range(24, 100))
    observed = daily_means(here, "who-2021")
    assert [*map(str, observed.days)] == [f"2024-03-{day}" for day in (29, 30, 31)] + ["2024-04-01"]
    assert np.isnan(observed.means[-1]).all()  # five hours of it
    assert isinstance(observed, DailyMeans)


def test_what_cannot_be_held_against_a_standard_is_said() -> None:
    here = readings()
    with pytest.raises(DataError, match="a standard must be one of"):
        daily_means(here, "who")
    parts = [Variable("PM2.5", "ppb", "target"), *here.series.variables[1:]]
    with pytest.raises(DataError, match="must be in ug/m3"):
        daily_means(replace(here, series=replace(here.series, variables=parts)), "who-2021")
