import numpy as np

from gnnlab.data import card, fetch
from gnnlab.data.readings import read_readings
from gnnlab.data.series import SensorSeries


def test_beijing_is_read_as_by_its_own_reader_but_for_sensors_that_got_stuck(
    beijing: SensorSeries,
) -> None:
    files = fetch(card("beijing-air"))
    series = read_readings(
        [files[name] for name in sorted(files)], beijing.stations, time_zone="Asia/Shanghai"
    )
    measured = [each for each in beijing.variables if each.source == "measured"]
    assert list(series.variables) == measured
    assert series.stations.equals(beijing.stations)
    np.testing.assert_array_equal(series.times, beijing.times)
    theirs = beijing.values[:, :, : len(measured)]
    mended = series.observed != ~np.isnan(theirs)
    np.testing.assert_array_equal(series.values[~mended], theirs[~mended])
    assert not mended[:, :, 0].any()  # no PM2.5
    found = {issue.kind: issue.count for issue in series.issues}
    assert found["stuck sensor"] == np.count_nonzero(mended)
    assert set(found) == {
        "guessed column",
        "guessed unit",
        "guessed target",
        "columns not read",
        "stuck sensor",
    }
