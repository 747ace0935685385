import numpy as np
from small_series import small_series

from gnnlab.data import chronological
from gnnlab.training.forecasters import CarriedPersistence, Persistence

SERIES = small_series(200, missing=0.5)
SPLIT = chronological(200)
ORIGINS = np.arange(200)


def test_persistence_is_the_value_at_the_origin_or_nothing() -> None:
    found = Persistence.fit(SERIES, SPLIT, (1, 5)).forecast(SERIES, ORIGINS)
    for place in (0, 1):
        np.testing.assert_array_equal(found[:, place], SERIES.of("PM2.5"))


def test_carried_persistence_is_the_last_value_or_the_median_of_training() -> None:
    values = SERIES.of("PM2.5")
    found = CarriedPersistence.fit(SERIES, SPLIT, (1, 5)).forecast(SERIES, ORIGINS)
    median = np.nanmedian(values[SPLIT.train.start : SPLIT.train.stop])
    for station in range(3):
        last = median
        for step in range(200):
            last = last if np.isnan(values[step, station]) else values[step, station]
            assert (found[step, :, station] == np.float32(last)).all()
