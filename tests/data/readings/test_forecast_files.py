"""Forecasts from files: runs at the stations of a series."""

from dataclasses import replace

import numpy as np
import pandas
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_series import HOUR, small_series

from gnnlab.data.forecast_runs import check_latency
from gnnlab.data.readings.forecast_files import read_forecasts
from gnnlab.errors import DataError

SERIES = small_series(steps=48)  # s0, s1, s2, hourly from 2024-02-28
LATENCY = 5 * HOUR
RUNS = """issued,lead,station,temperature (°F),PM2.5
2024-02-28 00:00,1,s0,32,10
2024-02-28 00:00,2,s0,50,11
2024-02-28 00:00,1,s2,,12
2024-02-28 12:00,1,s0,41,13
"""


@pytest.fixture
def read(tmp_path):
    """The runs and issues of a file with this text."""

    def of_text(text: str, latency=LATENCY):
        path = tmp_path / "runs.csv"
        path.write_text(text)
        return read_forecasts(path, SERIES, latency)

    return of_text


def said(issues, kind: str) -> list[tuple[int, str, str]]:
    return [(issue.count, issue.rule, issue.first) for issue in issues if issue.kind == kind]


def test_each_value_stands_at_its_run_lead_and_station(read):
    runs, issues = read(RUNS)
    assert runs.names == ["temperature forecast", "PM2.5 forecast"]
    assert runs.units == ["degC", "ug/m3"]
    assert runs.issued.astype(str).tolist() == ["2024-02-28T00:00:00", "2024-02-28T12:00:00"]
    np.testing.assert_array_equal(runs.leads, np.array([1, 2]) * HOUR)
    assert runs.latency == LATENCY
    expected = np.full((2, 2, 3, 2), np.nan)
    expected[0, 0, 0] = 0, 10
    expected[0, 1, 0] = 10, 11
    expected[0, 0, 2, 1] = 12
    expected[1, 0, 0] = 5, 13
    np.testing.assert_allclose(runs.values, expected, atol=1e-5)
    assert said(issues, "stations without forecasts") == [
        (1, "kept, nothing is forecast there", "s1")
    ]
    assert (1, "lead is 'lead'", "runs.csv") in said(issues, "guessed column")
    assert said(issues, "guessed time zone")[0][0] == 4


def test_a_series_with_these_runs_sees_them_when_they_are_out(read):
    runs, _ = read(RUNS)
    series = replace(SERIES, forecasts=[runs])
    origin = runs.issued[:1] + LATENCY - HOUR
    assert np.isnan(series.forecasts[0].known_at(origin, origin[:, None])[0]).all()
    origin = runs.issued[1:] + LATENCY
    values, _ = runs.known_at(origin, runs.issued[1:, None] + HOUR)
    np.testing.assert_allclose(values[0, 0, 0], [5, 13])


def test_the_time_it_is_valid_at_says_the_lead_too(read):
    runs, issues = read(
        "init_time,valid_time,site,PM10\n2024-02-28T00:00Z,2024-02-28T04:00+01:00,s1,7\n"
    )
    np.testing.assert_array_equal(runs.leads, [3 * HOUR])
    assert runs.values.ravel().tolist()[1] == 7
    assert (1, "valid is 'valid_time'", "runs.csv") in said(issues, "guessed column")
    assert said(issues, "guessed time zone") == []


def test_of_lead_and_valid_time_the_lead_counts_and_that_is_said(read):
    runs, issues = read("issued,lead,valid,station,O3\n2024-02-28,3,2024-02-28 03:00,s1,7\n")
    np.testing.assert_array_equal(runs.leads, [3 * HOUR])
    assert said(issues, "columns not read") == [
        (1, "left out 'valid': 'lead' says how far ahead", "runs.csv")
    ]


@given(st.permutations(RUNS.splitlines()[1:]))
def test_the_order_of_rows_is_of_no_account(tmp_path_factory, rows):
    folder = tmp_path_factory.mktemp("runs")
    (folder / "a.csv").write_text(RUNS)
    (folder / "b.csv").write_text("\n".join([RUNS.splitlines()[0], *rows]))
    one, other = (read_forecasts(folder / name, SERIES, LATENCY)[0] for name in ("a.csv", "b.csv"))
    np.testing.assert_array_equal(one.values, other.values)


def test_parquet(tmp_path, read):
    frame = pandas.DataFrame(
        {
            "issued": pandas.to_datetime(["2024-02-28T00", "2024-02-28T12"]),
            "lead": [1, 1],
            "station": ["s0", "s1"],
            "wind speed": [2.0, 3.0],
            "wind direction": [270.0, 180.0],
        }
    )
    frame.to_parquet(tmp_path / "runs.parquet")
    runs, _ = read_forecasts(tmp_path / "runs.parquet", SERIES, LATENCY)
    assert runs.names == ["wind u forecast", "wind v forecast"]
    np.testing.assert_allclose(runs.values[0, 0, 0], [2, 0], atol=1e-6)
    np.testing.assert_allclose(runs.values[1, 0, 1], [0, 3], atol=1e-6)


def test_the_last_of_two_equal_rows_counts_and_that_is_said(read):
    runs, issues = read(RUNS + "2024-02-28 00:00,1,s0,,20\n")
    np.testing.assert_allclose(runs.values[0, 0, 0], [0, 20], atol=1e-5)
    assert said(issues, "forecasts given twice") == [(1, "the last one counts", "runs.csv, line 6")]


def test_other_stations_are_left_out_and_said(read):
    runs, issues = read(RUNS + "2024-02-29 00:00,7.5,moon,0,0\n")
    assert runs.values.shape == (2, 2, 3, 2)
    assert said(issues, "forecasts at other stations") == [(1, "left out", "runs.csv, line 6")]
    assert said(issues, "forecasts between steps") == []


def test_forecasts_between_the_steps_are_said(read):
    _, issues = read(RUNS + "2024-02-28 00:00,1.5,s0,0,0\n")
    assert said(issues, "forecasts between steps") == [
        (1, "kept, seen by no window", "runs.csv, line 6")
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (RUNS.replace("issued", "when"), r"columns with the time of issue .*got when, lead"),
        (RUNS.replace("lead", "far"), r"columns with the time of issue .*got issued, far"),
        (RUNS.replace("s0", "a").replace("s2", "b"), "stations of the readings, such as s0, got"),
        (RUNS + "2024-02-28 12:00,-1,s0,1,1\n", "line 6: lead must be a number of hours"),
        (RUNS + "2024-02-28 12:00,,s0,1,1\n", "line 6: lead must be a number of hours"),
        (
            "issued,valid,station,O3\n2024-02-28 12:00,2024-02-28 11:00,s0,1\n",
            "line 2: valid must not be before the time of issue",
        ),
        (
            "issued,lead,station,O3\n2024-02-28 12:30,1,s0,1\n",
            r"2024-02-28T00:00:00 and every 1:00:00 from there, got 2024-02-28T13:30:00",
        ),
    ],
)
def test_files_that_say_no_forecasts_are_refused(read, text, message):
    with pytest.raises(DataError, match=message):
        read(text)


def test_nothing_is_known_before_it_is_issued(read):
    with pytest.raises(DataError, match="latency of forecasts must be >= 0, got -3600 seconds"):
        read(RUNS, latency=-HOUR)


def test_a_latency_without_a_unit_is_refused():
    with pytest.raises(DataError, match=r"must be a timedelta64, such as .*, got '5h'"):
        check_latency("5h")
    with pytest.raises(DataError, match=r"must be a timedelta64, such as .*, got 5"):
        check_latency(5)
