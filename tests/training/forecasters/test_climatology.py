from dataclasses import replace

import numpy as np
from small_series import small_series

from gnnlab.data import chronological
from gnnlab.training.forecasters import Climatology

STEPS = 24 * 200
SERIES = small_series(STEPS, stations=2)
SPLIT = chronological(STEPS)


def test_it_is_the_median_at_the_hour_and_month_of_the_target() -> None:
    found = Climatology.fit(SERIES, SPLIT, (1, 30)).forecast(SERIES, np.arange(STEPS - 30))
    local = SERIES.local_times
    hour = local.astype("datetime64[h]").astype(int) % 24
    month = local.astype("datetime64[M]").astype(int) % 12
    past = SERIES.of("PM2.5")[: SPLIT.train.stop]
    for place, horizon in enumerate((1, 30)):
        for origin in (0, 700, 1500, 2500):
            target = origin + horizon
            alike = (hour == hour[target]) & (month == month[target])
            expected = np.nanmedian(past[alike[: len(past)]], axis=0)
            np.testing.assert_allclose(found[origin, place], expected, rtol=1e-6)


def test_a_month_without_readings_is_that_hour_of_all_months() -> None:
    march = small_series(24 * 20, stations=1, missing=0)  # from February 28 on
    values = march.values.copy()
    values[:, 0, 0] = np.arange(24 * 20) % 24
    climatology = Climatology.fit(replace(march, values=values), chronological(24 * 20), (1,))
    july = np.arange(24 * 130, 24 * 131)
    hour = (july + 1) % 24  # the clock is an hour ahead in winter, two in summer: one step on
    found = climatology.usual(march, july)[:, 0]
    np.testing.assert_array_equal(found, hour)


def test_a_station_or_hour_without_readings_has_the_wider_median() -> None:
    series = small_series(24 * 20, stations=2, missing=0)
    values = series.values.copy()
    hour = (np.arange(24 * 20) + 1) % 24  # Berlin in winter
    values[hour == 5, 0, 0] = np.nan
    values[:, 1, 0] = np.nan
    series = replace(series, values=values)
    split = chronological(24 * 20)
    found = Climatology.fit(series, split, (1,)).usual(series, np.flatnonzero(hour == 5)[:1])[0]
    median = np.nanmedian(values[: split.train.stop, 0, 0])
    np.testing.assert_array_equal(found, [median, median])
