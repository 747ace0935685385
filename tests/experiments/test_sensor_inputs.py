from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas
import pytest

from gnnlab.data import SensorSeries, Variable
from gnnlab.errors import DataError
from gnnlab.experiments.sensor_inputs import additive, month, step_of_week, surroundings

PLACES = pandas.DataFrame(
    {"longitude": np.linspace(10.0, 10.3, 4), "latitude": [52.0] * 4}, index=list("ABCD")
)


def hours(days: int, variable: str = "PM2.5", unit: str = "ug/m3") -> SensorSeries:
    """Readings of -1 to 2 at four stations."""
    values = np.random.default_rng(0).uniform(-1, 2, (24 * days, 4, 1))
    return SensorSeries(
        values=values.astype(np.float32),
        variables=[Variable(variable, unit, "target")],
        times=np.datetime64("2021-01-01T00", "s") + 3600 * np.arange(24 * days),
        stations=PLACES,
        time_zone="Europe/Berlin",
    )


def test_weeks_begin_on_monday_on_the_local_clock() -> None:
    series = hours(3)  # from Friday, 1 January 2021, 1:00
    assert step_of_week(series)[:2].tolist() == [4 * 24 + 1, 4 * 24 + 2]
    assert step_of_week(series)[71] == 0  # Monday 0:00 is 71 hours later


def test_months_are_those_of_the_local_clock() -> None:
    assert month(hours(32)).tolist() == [0] * (31 * 24 - 1) + [1] * 25


def test_logarithms_are_of_concentrations_only() -> None:
    series = hours(2)
    values = series.of("PM2.5").astype(float)
    np.testing.assert_allclose(additive(series), np.log(1 + np.maximum(values, 0)))
    for variable, unit in (("temperature", "degC"), ("wind u", "m/s")):
        np.testing.assert_array_equal(additive(hours(2, variable, unit)), values)


@pytest.mark.parametrize("kind", [object, "string", "category"])
def test_words_that_only_name_a_station_are_no_feature(kind: object) -> None:
    table = PLACES.assign(
        address=["1 Mill Lane", "2 Mill Lane", "7 High Street", ""],
        code=["a1", "a1", "b7", "c3"],  # half of them share theirs
        operator=["city", "state", None, None],
        type=["urban", "urban", "park", None],
        elevation=[1.0, 2.0, 3.0, 4.0],
        roof=[True, False, False, False],
    )
    words = ["address", "code", "operator", "type"]
    found = surroundings(replace(hours(1), stations=table.astype(dict.fromkeys(words, kind))))
    assert found.source == "station table"
    assert found.left_out == ["address", "operator"]
    assert list(found.features) == ["code", "type", "elevation", "roof"]
    assert list(found.features.index) == list("ABCD")


def test_coordinates_serve_where_nothing_else_but_the_type_is_left() -> None:
    table = PLACES.assign(address=list("wxyz"), type=["urban", "urban", "park", "park"])
    found = surroundings(replace(hours(1), stations=table))
    assert found.left_out == ["address"]
    assert list(found.features) == ["longitude", "latitude", "type"]


def test_nothing_lies_around_a_station_without_coordinates(tmp_path: Path) -> None:
    path = tmp_path / "town.osm"
    bounds = '<bounds minlat="51" minlon="9" maxlat="53" maxlon="11"/>'
    school = '<node id="1" lat="52" lon="10.001"><tag k="amenity" v="school"/></node>'
    path.write_text(f'<osm version="0.6">{bounds}{school}</osm>')
    table = PLACES.assign(latitude=[52.0, np.nan, 52.0, 52.0])
    found = surroundings(replace(hours(1), stations=table), path)
    assert found.source == "map"
    assert found.features["school count 0-100 m"].tolist() == pytest.approx(
        [1, np.nan, 0, 0], nan_ok=True
    )
    assert found.features.isna().all(axis=1).tolist() == [False, True, False, False]
    lost = PLACES.assign(latitude=[52.0, *[np.nan] * 3])
    with pytest.raises(DataError, match="at least 2 stations must have coordinates, got 1 of 4"):
        surroundings(replace(hours(1), stations=lost), path)
