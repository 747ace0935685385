"""Tables of stations, tidy and untidy."""

import gzip

import numpy as np
import pandas
import pytest

from gnnlab.data.readings.station_table import read_stations
from gnnlab.errors import DataError

TIDY = "station,longitude,latitude\nMill,13.40,52.50\nPark,13.45,52.55\nRing,13.50,52.45\n"


@pytest.fixture
def read(tmp_path):
    """The stations and issues of a table with this text."""

    def of_text(text: str | bytes, name: str = "stations.csv"):
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return read_stations(path)

    return of_text


def said(issues, kind: str) -> tuple[int, str, str]:
    (issue,) = [issue for issue in issues if issue.kind == kind]
    return issue.count, issue.rule, issue.first


def test_a_tidy_table_has_nothing_to_say(read):
    stations, issues = read(TIDY)
    assert issues == []
    assert stations.index.tolist() == ["Mill", "Park", "Ring"]
    assert stations.index.name == "station"
    assert stations.columns.tolist() == ["longitude", "latitude"]
    assert stations.loc["Park"].tolist() == [13.45, 52.55]


@pytest.mark.parametrize(
    "header",
    [
        "Site_ID,lng,lat",
        "name,Lon,Lat",
        "id,x,y",
        "Sensor,LONGITUDE (deg),Latitude [°N]",
        "station_code,long,lat",
    ],
)
def test_columns_are_guessed_from_common_names_and_said(read, header):
    name, longitude, latitude = header.split(",")
    stations, issues = read(TIDY.replace("station,longitude,latitude", header))
    pandas.testing.assert_frame_equal(stations, read(TIDY)[0])
    assert {issue.kind for issue in issues} == {"guessed column"}
    assert [issue.rule for issue in issues] == [
        f"longitude is {longitude!r}",
        f"latitude is {latitude!r}",
        f"station is {name!r}",
    ]
    assert issues[0].first == "stations.csv"


def test_the_likeliest_name_counts(read):
    stations, _ = read("id,station,x,lon,y,lat\n1,Mill,5,13.4,6,52.5\n")
    assert stations.index.tolist() == ["Mill"]
    assert stations.loc["Mill"].to_dict() == {
        "longitude": 13.4,
        "latitude": 52.5,
        "id": 1,
        "x": 5,
        "y": 6,
    }


def test_separators_commas_encodings_and_gzip_make_no_difference(read):
    text = "Messstelle;lon;lat;Höhe\nMühle;13,40;52,50;35,5\nPark;13,45;52,55;40\n"
    expected, _ = read(text)
    assert expected.loc["Mühle"].to_dict() == {"longitude": 13.4, "latitude": 52.5, "Höhe": 35.5}
    for content in (text.encode("utf-8-sig"), text.encode("utf-16"), gzip.compress(text.encode())):
        pandas.testing.assert_frame_equal(read(content)[0], expected)
    stations, issues = read(text.encode("latin-1"))
    pandas.testing.assert_frame_equal(stations, expected)
    assert said(issues, "guessed encoding")[0] == 1


def test_parquet(tmp_path, read):
    expected, _ = read(TIDY)
    expected.reset_index().to_parquet(tmp_path / "stations.parquet")
    stations, issues = read_stations(tmp_path / "stations.parquet")
    pandas.testing.assert_frame_equal(stations, expected)
    assert issues == []


def test_numbers_as_names_are_words(tmp_path):
    table = pandas.DataFrame({"station": [1_234_567, 7], "lon": [1.0, 2.0], "lat": [3.0, 4.0]})
    table.to_parquet(tmp_path / "stations.parquet")
    assert read_stations(tmp_path / "stations.parquet")[0].index.tolist() == ["1234567", "7"]


def test_other_columns_are_numbers_or_words_and_the_type_is_called_so(read):
    stations, issues = read(
        "station,lon,lat,Site Type,traffic,note,floor\nMill,13,52,urban,1200,,1\n"
        "Park,14,53,park,,n/a,2\nRing,15,54,,0,new,roof\n"
    )
    assert stations["type"].tolist() == ["urban", "park", ""]
    np.testing.assert_array_equal(stations["traffic"], [1200, np.nan, 0])
    assert stations["note"].tolist() == ["", "n/a", "new"]
    assert stations["floor"].tolist() == ["1", "2", "roof"]
    assert "type is 'Site Type'" in [issue.rule for issue in issues]


def test_stations_without_coordinates_are_kept_and_reported(read):
    stations, issues = read(
        "station,longitude,latitude\nMill,13.4,52.5\nPark,,\nRing,13.5,n/a\nOld,0,0\nNew,-999,-999\n"
    )
    assert stations.index.tolist() == ["Mill", "Park", "Ring", "Old", "New"]
    assert stations.isna().all(axis=1).tolist() == [False, True, True, True, True]
    assert said(issues, "stations without coordinates") == (
        4,
        "kept, at an unknown place",
        "stations.csv, line 3",
    )
    assert said(issues, "codes for no place") == (2, "taken as unknown", "stations.csv, line 5")


def test_on_the_equator_or_the_meridian_there_are_places(read):
    stations, issues = read("station,longitude,latitude\nA,0,51.5\nB,36.8,0\n")
    assert stations.to_numpy().tolist() == [[0, 51.5], [36.8, 0]]
    assert issues == []


def test_text_in_coordinates_is_reported(read):
    stations, issues = read(TIDY + "Dam,by the river,52.4\n")
    assert stations.loc["Dam"].isna().all()
    count, _, first = said(issues, "text in a number column")
    assert (count, first) == (1, "stations.csv, line 5 (longitude: 'by the river')")


def test_coordinates_that_are_all_exchanged_are_put_right(read):
    stations, issues = read(
        "station,longitude,latitude\nDingling,40.292,116.220\nNowhere,,\nWanliu,39.987,116.287\n"
    )
    assert stations.loc["Dingling"].tolist() == [116.220, 40.292]
    count, rule, first = said(issues, "exchanged coordinates")
    assert (count, first) == (2, "stations.csv, line 2")
    assert "the other way round" in rule


@pytest.mark.parametrize(
    ("row", "got"),
    [
        ("Dam,40.0,116.2", "40 and 116.2"),  # alone among others: nobody knows what was meant
        ("Dam,181,52", "181 and 52"),
        ("Dam,13,-91", "13 and -91"),
        ("Dam,443210,5811000", "443210 and 5.811e[+]06"),
    ],
)
def test_places_off_the_globe_are_refused_with_their_line(read, row, got):
    with pytest.raises(DataError, match=rf"stations.csv, line 5: a place must .*, got {got}"):
        read(TIDY + row + "\n")


def test_the_same_row_twice_counts_once(read):
    stations, issues = read(TIDY + "Park,13.45,52.55\n")
    assert stations.index.tolist() == ["Mill", "Park", "Ring"]
    assert said(issues, "stations listed twice") == (
        1,
        "the first row counts",
        "stations.csv, line 5",
    )


def test_one_name_at_two_places_is_refused_with_both_lines(read):
    with pytest.raises(
        DataError,
        match=r"stations.csv, line 5: Park must have one place, got 13.45, 52.55 "
        r"\(stations.csv, line 3\) and 13.45, 52.56",
    ):
        read(TIDY + "Park,13.45,52.56\n")


def test_two_stations_at_one_place_are_reported(read):
    stations, issues = read(TIDY + "Park roof,13.45,52.55\nA,,\nB,,\n")
    assert len(stations) == 6
    assert said(issues, "stations at one place") == (
        1,
        "kept: 0 km apart",
        "stations.csv, line 5 (Park roof where Park is)",
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("station,lat\nMill,52.5\n", "got no longitude in station, lat"),
        ("lon,lat\n13,52.5\n", "got no station in lon, lat"),
        ("station,x,y\nMill,443210,5811000\n", "line 2: .*, got 443210 and 5.811e[+]06"),
        (TIDY + " ,13.4,52.4\n", "line 5: station must name a station, got nothing"),
        ("station,lon,lat\n", "got a header only"),
        ("", "got an empty file"),
    ],
)
def test_tables_that_tell_no_places_are_refused(read, text, message):
    with pytest.raises(DataError, match=message):
        read(text)


def test_a_few_words_among_numbers_are_reported_and_a_question_mark_is_none(read):
    stations, issues = read(
        "station,lon,lat,traffic,height,kind\n"
        "Mill,13,52,1200,20,a\nPark,14,53,?,3o,b\nRing,15,54,800,40,3\nLane,16,55,900,50,c\n"
    )
    np.testing.assert_array_equal(stations["traffic"], [1200, np.nan, 800, 900])
    assert stations["height"].tolist() == ["20", "3o", "40", "50"]
    rule = "kept: the whole column is taken as words, not as numbers"
    where = "stations.csv, line 3 (height: '3o')"
    assert said(issues, "text in a number column") == (1, rule, where)
