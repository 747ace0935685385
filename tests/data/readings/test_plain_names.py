"""Columns by what they are called, whatever the case, signs and brackets."""

from pathlib import Path

import pytest

from gnnlab.data.readings.plain_names import likely_column, likely_columns, plain_name
from gnnlab.data.readings.station_table import read_stations


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("Station_Name", "stationname"),
        ("Longitude [°E]", "longitude"),
        ("lat (deg)", "lat"),
        ("Date (UTC)", "dateutc"),
        ("Zeit [MEZ]", "zeit"),
    ],
)
def test_a_plain_name_has_neither_case_signs_nor_brackets_unless_they_say_utc(name, plain) -> None:
    assert plain_name(name) == plain


def test_the_likeliest_comes_first_and_what_is_taken_not_at_all() -> None:
    columns = ["code", "Site", "Station ID", "value"]
    assert likely_columns(columns, "stationid site code") == ["Station ID", "Site", "code"]
    assert likely_column(columns, "stationid site code", ["Station ID"]) == "Site"
    assert likely_column(columns, "longitude") is None


def test_of_columns_that_are_called_alike_the_first_counts(tmp_path: Path) -> None:
    assert likely_columns(["Lat", "LAT", "lat (deg)"], "lat") == ["Lat"]
    path = tmp_path / "stations.csv"
    path.write_text("name,lon,Lat,LAT\nMill,13,52,53\n")
    assert read_stations(path)[0].loc["Mill", "latitude"] == 52
