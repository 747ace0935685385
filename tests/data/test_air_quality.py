"""Beijing's twelve stations, on the real files."""

import numpy as np

from gnnlab.data import SensorSeries


def test_35064_hours_at_12_stations_with_2_percent_of_pm25_missing(beijing: SensorSeries) -> None:
    assert beijing.values.shape[:2] == (35_064, 12)
    target = beijing.of("PM2.5").astype(float)
    assert round(100 * np.isnan(target).mean(), 2) == 2.08
    assert round(np.nanmean(target), 2) == 79.79
