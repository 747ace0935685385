"""Runs of a forecast: at each origin only the newest that is out is seen."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gnnlab.data.forecast_runs import ForecastRuns
from gnnlab.errors import DataError

HOUR = np.timedelta64(1, "h")
START = np.datetime64("2024-01-01T00", "s")


def runs(values=None, *, every=12, number=4, leads=24, latency=3) -> ForecastRuns:
    if values is None:
        values = np.arange(number * leads * 2, dtype=np.float32).reshape(number, leads, 2, 1)
    return ForecastRuns(
        names=["temperature forecast"],
        units=["degC"],
        values=values,
        issued=START + np.arange(number) * every * HOUR,
        leads=np.arange(1, leads + 1) * HOUR,
        latency=latency * HOUR,
    )


def hours_after(origin: np.ndarray, steps: int) -> np.ndarray:
    return origin[:, None] + np.arange(1, steps + 1) * HOUR


@given(st.integers(-20, 80), st.integers(0, 90), st.integers(0, 20))
def test_each_value_is_of_the_newest_run_that_is_out(origin, ahead, latency):
    """Against a search through all runs, one at a time."""
    forecasts = runs(latency=latency)
    now = START + origin * HOUR
    valid = now + ahead * HOUR
    out = [run for run, issued in enumerate(forecasts.issued) if issued + latency * HOUR <= now]
    expected = np.full((2, 1), np.nan)
    if out and valid - forecasts.issued[out[-1]] in forecasts.leads.tolist():
        lead = forecasts.leads.tolist().index(valid - forecasts.issued[out[-1]])
        expected = forecasts.values[out[-1], lead]
    values, said = forecasts.known_at(np.array([now]), np.array([[valid]]))
    np.testing.assert_array_equal(values[0, 0], expected)
    np.testing.assert_array_equal(said[0, 0], ~np.isnan(expected))


@given(st.integers(3, 38), st.integers(0, 2**32 - 1))
def test_altering_later_runs_leaves_what_is_known_bit_for_bit_the_same(hour, seed):
    forecasts = runs()
    origins = START + np.array([hour]) * HOUR
    valid = hours_after(origins, 24)
    later = forecasts.issued + forecasts.latency > origins[0]
    altered = forecasts.values.copy()
    altered[later] = np.random.default_rng(seed).normal(size=altered[later].shape) * 1e6
    for before, after in zip(
        forecasts.known_at(origins, valid), runs(altered).known_at(origins, valid), strict=True
    ):
        assert before.tobytes() == after.tobytes()


def test_a_run_is_out_at_issue_time_plus_latency_and_not_a_second_before():
    forecasts = runs()
    out = forecasts.issued[1] + 3 * HOUR
    origins = np.array([out, out - np.timedelta64(1, "s")])
    valid = np.full((2, 1), out + HOUR)
    values, _ = forecasts.known_at(origins, valid)
    np.testing.assert_array_equal(values[0, 0], forecasts.values[1, 3])
    np.testing.assert_array_equal(values[1, 0], forecasts.values[0, 15])


def test_before_the_first_run_and_past_the_last_lead_nothing_is_said():
    forecasts = runs()
    origins = np.array([START, START + 48 * HOUR])
    values, said = forecasts.known_at(origins, np.array([START + HOUR, START + 70 * HOUR])[:, None])
    assert np.isnan(values).all()
    assert not said.any()


def test_a_hole_in_a_run_is_not_said_and_zero_is():
    holes = np.zeros((4, 24, 2, 1), np.float32)
    holes[:, :, 1] = np.nan
    origins = np.array([START + 12 * HOUR])
    _, said = runs(holes).known_at(origins, hours_after(origins, 2))
    np.testing.assert_array_equal(said[0, :, :, 0], [[True, False], [True, False]])


def test_stations_and_data_set_hold_the_same_values():
    forecasts = runs()
    np.testing.assert_array_equal(forecasts.stations([1]).values, forecasts.values[:, :, 1:])
    labelled = forecasts.dataset
    assert labelled["temperature forecast"].dims == ("issued", "lead", "station")
    assert labelled["temperature forecast"].attrs == {"unit": "degC", "kind": "forecast"}
    np.testing.assert_array_equal(labelled["temperature forecast"], forecasts.values[..., 0])


def test_shapes_must_go_together():
    with pytest.raises(DataError, match=r"one value an issue time, lead, station and variable"):
        runs(np.zeros((4, 23, 2, 1), np.float32))
    with pytest.raises(DataError, match=r"one value an issue time, lead, station and variable"):
        runs(np.zeros((4, 24, 2, 2), np.float32))


def test_runs_and_leads_must_be_some():
    some = runs()
    for kept in (np.s_[:0, :], np.s_[:, :0]):
        with pytest.raises(DataError, match=r"at least 1 of their (issue times|leads), got none"):
            ForecastRuns(
                some.names, some.units, some.values[kept], some.issued[kept[0]], some.leads[kept[1]]
            )


def test_no_run_is_out_before_it_was_started():
    with pytest.raises(DataError, match="latency of forecasts must be >= 0, got -1 hours"):
        runs(latency=-1)


def test_times_must_ascend():
    with pytest.raises(DataError, match="issue times of forecasts must ascend"):
        runs(every=0)
    forecasts = runs()
    with pytest.raises(DataError, match="leads of forecasts must ascend"):
        ForecastRuns(
            forecasts.names,
            forecasts.units,
            forecasts.values,
            forecasts.issued,
            forecasts.leads[::-1],
        )


def test_it_is_said_in_a_line_of_what_runs_are():
    assert repr(runs()) == (
        "ForecastRuns(names=['temperature forecast'], issued=4, leads=24, stations=2, "
        "latency=3 hours)"
    )
