from pathlib import Path

import numpy as np
import pandas
import pytest

from gnnlab.data.readings import read_readings
from gnnlab.data.readings.findings import Findings
from gnnlab.data.readings.stations import placed_stations, station_table
from gnnlab.errors import DataError

KNOWN = pandas.DataFrame(
    {"longitude": [1.0, 2.0, 3.0], "latitude": [4.0, 5.0, 6.0]}, index=["Park", "Lake", "Hill"]
)


def test_stations_come_in_the_order_of_their_table() -> None:
    findings = Findings()
    numbers, table = placed_stations(["Bank", "Hill", "Park"], KNOWN, findings)
    assert numbers == [2, 1, 0]
    assert list(table.index) == ["Park", "Hill", "Bank"]
    assert table["longitude"].tolist()[:2] == [1, 3]
    assert table.loc["Bank"].isna().all()
    assert [(issue.kind, issue.count, issue.first) for issue in findings.issues] == [
        ("stations without coordinates", 1, "Bank"),
        ("stations without readings", 1, "Lake"),
    ]


def test_a_table_of_other_stations_is_refused() -> None:
    with pytest.raises(DataError, match=r"readings are of Parc and the like \(closest: Park\)"):
        placed_stations(["Parc"], KNOWN, Findings())


def test_a_table_that_lists_a_station_twice_is_refused() -> None:
    with pytest.raises(DataError, match="must list each station once, got 'Park' twice"):
        station_table(pandas.concat([KNOWN, KNOWN[:1]]), Findings())


def test_no_table_is_no_coordinates() -> None:
    findings = Findings()
    numbers, table = placed_stations(["b", "a"], station_table(None, findings), findings)
    assert numbers == [0, 1]
    assert table.isna().all().all()
    assert findings.issues[0].count == 2


def alike(names: list[str], known: list[str]) -> list[tuple[int, str]]:
    findings = Findings()
    table = pandas.DataFrame({"longitude": 0.0, "latitude": 0.0}, index=known)
    placed_stations(names, table, findings)
    nearly = [issue for issue in findings.issues if issue.kind == "names that nearly match"]
    return [(issue.count, issue.first) for issue in nearly]


def test_names_in_other_case_or_with_other_signs_are_told() -> None:
    names = ["Hill", "PARK", "Schule_West", "007", "Bank"]
    assert alike(names, ["Hill", "Park", "Schule West ", "7", "Lake"]) == [
        (3, "'PARK' (there 'Park'), 'Schule_West' (there 'Schule West '), '007' (there '7')")
    ]
    assert alike(["Hill", "1001", "天坛"], ["Hill", "1002", "农展馆"]) == []
    assert alike(["Hill", "--"], ["Hill", "_"]) == []  # nothing is left of them


def test_the_first_station_without_coordinates_has_a_hint() -> None:
    findings = Findings()
    placed_stations(["Parc", "Hill"], KNOWN, findings)
    assert findings.issues[0].first == "Parc (closest: Park)"


def test_of_the_places_in_readings_the_first_of_a_station_counts(tmp_path: Path) -> None:
    text = (
        "time,station,O3,lat,lon\n2021-01-01 00:00,b,40,,\n2021-01-01 01:00,b,40,52.5,13.4\n"
        "2021-01-01 00:00,a,40,0,0\n2021-01-01 01:00,a,40,95,8\n2021-01-01 02:00,b,40,52.6,13.4\n"
        "2021-01-01 03:00,b,40,52.5001,13.4\n2021-01-01 01:00,c,40,-33,151\n"
    )
    path = tmp_path / "a.csv"
    path.write_text(text)
    series = read_readings(path)
    assert list(series.stations.index) == ["b", "c", "a"]
    np.testing.assert_array_equal(
        series.stations[["longitude", "latitude"]], [[13.4, 52.5], [151, -33], [np.nan, np.nan]]
    )
    assert {issue.kind: (issue.count, issue.first) for issue in series.issues}.items() >= {
        ("readings without a place", (3, "a.csv, line 2")),
        ("readings at another place", (1, "a.csv, line 6")),
        ("stations without coordinates", (1, "a")),
    }
    more = tmp_path / "b.csv"
    more.write_text(
        "time,station,O3,lat,lon\n2021-01-01 04:00,b,40,1,1\n2021-01-01 04:00,a,4,1,2\n"
    )
    both = read_readings([path, more]).stations
    assert both.loc["a"].tolist() == [2, 1]
    assert both.loc["b"].tolist() == [13.4, 52.5]
