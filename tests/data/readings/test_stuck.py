from pathlib import Path

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from gnnlab.data.readings import read_readings
from gnnlab.data.readings.stuck import stuck_values


@given(
    hnp.arrays(
        np.float32, st.tuples(st.integers(1, 60), st.integers(1, 3)), elements=st.integers(0, 3)
    ),
    st.integers(2, 6),
    st.randoms(use_true_random=False),
)
def test_runs_are_those_that_a_walk_finds(values: np.ndarray, length: int, random) -> None:
    for _ in range(values.size // 5):
        values[random.randrange(values.shape[0]), random.randrange(values.shape[1])] = np.nan
    expected = np.zeros(values.shape, bool)
    for station, series in enumerate(values.T):
        firsts: list[float] = []
        start = 0
        while start < len(series):
            stop = start + 1
            while stop < len(series) and series[stop] == series[start]:
                stop += 1
            if stop - start >= length:
                low = len(firsts) >= 10 and series[start] <= np.quantile(firsts, 0.1)
                expected[start + length - 1 : stop, station] = series[start] != 0 and not low
            firsts += [] if np.isnan(series[start]) else [series[start]]
            start = stop
    np.testing.assert_array_equal(stuck_values(values, length), expected)


@given(
    hnp.arrays(np.float32, st.tuples(st.just(30), st.integers(1, 3)), elements=st.integers(0, 3)),
    st.integers(2, 6),
    st.integers(0, 29),
)
def test_what_comes_later_changes_nothing(values: np.ndarray, length: int, cut: int) -> None:
    whole = stuck_values(values, length)
    np.testing.assert_array_equal(stuck_values(values[:cut], length), whole[:cut])


def constant(tmp_path: Path, minutes: int, steps: int) -> dict[str, int]:
    """How many values are observed in a series that is constant after three steps."""
    times = np.datetime64("2021-01-01T00:00") + np.arange(3 + steps) * np.timedelta64(minutes, "m")
    path = tmp_path / "a.csv"
    rows = [
        f"{time},{min(row, 3)},{min(row, 3)},{97 + min(row, 3)},7" for row, time in enumerate(times)
    ]
    path.write_text("\n".join(["time,temperature,rain,humidity,O3", *rows]))
    series = read_readings(path)
    return {name: int((~np.isnan(series.of(name))).sum()) for name in series.names("past")}


def test_a_day_of_one_value_is_stuck_unless_it_is_rain_or_saturated_air(tmp_path: Path) -> None:
    assert constant(tmp_path, 60, 23) == {"temperature": 26, "rain": 26, "humidity": 26}
    assert constant(tmp_path, 60, 24) == {"temperature": 26, "rain": 27, "humidity": 27}


def test_a_run_of_short_steps_lasts_a_day_and_one_of_long_steps_has_24(tmp_path: Path) -> None:
    assert constant(tmp_path, 30, 47)["temperature"] == 50
    assert constant(tmp_path, 30, 50)["temperature"] == 50
    assert constant(tmp_path, 180, 23)["temperature"] == 26
    assert constant(tmp_path, 180, 25)["temperature"] == 26
