"""Places that stand among the readings."""

from pathlib import Path

import numpy as np
import pytest

from gnnlab.data.readings import read_readings
from gnnlab.data.series import SensorSeries
from gnnlab.errors import DataError

HEADER = "time,station,O3 (ug/m3),lat,lon\n"
UNKNOWN = [np.nan, np.nan]


def read(tmp_path: Path, *files: str, target: str = "O3") -> SensorSeries:
    paths = [tmp_path / f"{number}.csv" for number in range(len(files))]
    for path, text in zip(paths, files, strict=True):
        path.write_text(text)
    return read_readings(paths, target=target)


def rows(*places: str) -> str:
    """A file with a reading of each place, given as station, latitude, longitude."""
    hours = (f"2021-01-01 {hour:02}:00" for hour in range(len(places)))
    lines = (place.replace(",", ",40,", 1) for place in places)
    return HEADER + "".join(f"{hour},{line}\n" for hour, line in zip(hours, lines, strict=True))


def said(series: SensorSeries) -> dict[str, tuple[int, str, str]]:
    kinds = ("guessed column", "guessed time zone", "missing rows")
    found = (issue for issue in series.issues if issue.kind not in kinds)
    return {issue.kind: (issue.count, issue.first, issue.rule) for issue in found}


def test_the_first_place_of_a_station_counts(tmp_path: Path) -> None:
    one = rows(
        "b,,", "b,52.5,13.4", "a,0,0", "a,-999,-999", "b,52.6,13.4", "b,52.5001,13.4", "c,-33,151"
    )
    series = read(tmp_path, one)
    assert list(series.stations.index) == ["b", "c", "a"]
    np.testing.assert_array_equal(
        series.stations[["longitude", "latitude"]], [[13.4, 52.5], [151, -33], UNKNOWN]
    )
    assert said(series) == {
        "codes for no place": (2, "0.csv, line 4", "taken as unknown"),
        "readings without a place": (
            1,
            "0.csv, line 2",
            "the station has that of its other readings",
        ),
        "readings at another place": (1, "0.csv, line 6", "the first place of a station counts"),
        "stations without coordinates": (1, "a", "kept, without"),
    }
    both = read(tmp_path, one, rows("b,1,1", "a,1,2"))
    assert both.stations.loc["a"].tolist() == [2, 1]
    assert both.stations.loc["b"].tolist() == [13.4, 52.5]
    assert said(both)["readings without a place"][:2] == (3, "0.csv, line 2")


def test_places_are_of_the_rows_that_are_kept(tmp_path: Path) -> None:
    text = rows("a,1,2", "a,1,2", "b,3,4", "b,3,4").replace("\n", "\n,,,,\n", 1)
    series = read(tmp_path, text)
    assert series.stations.loc["a"].tolist() == [2, 1]
    assert series.stations.loc["b"].tolist() == [4, 3]


def test_coordinates_that_are_all_exchanged_are_put_right(tmp_path: Path) -> None:
    series = read(tmp_path, rows("a,116.4,39.9", "a,116.4,39.9", "b,116.5,40", "b,,"))
    assert series.stations.loc["a"].tolist() == [116.4, 39.9]
    assert series.stations.loc["b"].tolist() == [116.5, 40]
    assert said(series)["exchanged coordinates"][:2] == (3, "0.csv, line 2")


@pytest.mark.parametrize(
    ("place", "got"),
    [("390,13", "13 and 390"), ("52,190", "190 and 52"), ("39,359", "359 and 39")],
)
def test_a_place_off_the_globe_is_refused_with_its_line(
    tmp_path: Path, place: str, got: str
) -> None:
    with pytest.raises(DataError, match=rf"0\.csv, line 3: a place must have .* got {got}$"):
        read(tmp_path, rows("a,52,13", f"b,{place}", "a,52,13", f"b,{place}"))


def test_latitudes_that_are_no_numbers_are_not_read(tmp_path: Path) -> None:
    series = read(tmp_path, rows("a,52°30'N,13°24'E", "a,52°30'N,13°24'E"))
    assert series.stations.loc["a"].isna().all()
    assert said(series)["columns not read"] == (1, "0.csv", "left out: 'lat', 'lon'")


def test_a_latitude_that_is_no_number_is_reported(tmp_path: Path) -> None:
    series = read(tmp_path, rows("a,52.5,13.4", "a,52.5,13.4", "a,north,13.4"))
    assert series.stations.loc["a"].tolist() == [13.4, 52.5]
    assert said(series)["text in a number column"][:2] == (1, "0.csv, line 4 (lat: 'north')")


def test_where_columns_are_stations_a_place_is_that_of_none(tmp_path: Path) -> None:
    text = "time,Park,Lake,lat,lon\n2021-01-01 00:00,3,4,52,13\n2021-01-01 01:00,5,6,52,13\n"
    series = read(tmp_path, text, target="O3 (ug/m3)")
    assert list(series.stations.index) == ["Lake", "Park"]
    assert series.stations.isna().all(axis=None)
    assert said(series)["columns not read"] == (1, "0.csv", "left out: 'lat', 'lon'")
    assert "guessed column: longitude" not in [issue.rule for issue in series.issues]
