import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from gnnlab.data.readings.stuck import stuck_values


@given(
    hnp.arrays(
        np.float32, st.tuples(st.integers(1, 30), st.integers(1, 3)), elements=st.integers(0, 3)
    ),
    st.integers(2, 6),
    st.randoms(use_true_random=False),
)
def test_runs_are_those_that_a_walk_finds(values: np.ndarray, length: int, random) -> None:
    for _ in range(values.size // 5):
        values[random.randrange(values.shape[0]), random.randrange(values.shape[1])] = np.nan
    expected = np.zeros(values.shape, bool)
    for station, series in enumerate(values.T):
        start = 0
        while start < len(series):
            stop = start + 1
            while stop < len(series) and series[stop] == series[start]:
                stop += 1
            if stop - start >= length:
                low = series[start] == 0 or series[start] <= np.nanquantile(series, 0.1)
                expected[start + 1 : stop, station] = not low
            start = stop
    np.testing.assert_array_equal(stuck_values(values, length), expected)
