import pandas
import pytest

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
    told = [(3, "'PARK' and 'Park', 'Schule_West' and 'Schule West ', '007' and '7'")]
    assert alike(names, ["Hill", "Park", "Schule West ", "7", "Lake"]) == told
    assert alike([*names, "Park", "7"], ["Hill", "Park", "Schule West ", "7", "Lake"]) == told
    assert alike(["PARK", "Hill", "Park", "park"], ["Hill"]) == [
        (2, "'Park' and 'PARK', 'park' and 'PARK'")
    ]
    assert alike(["PARK", "Park"], []) == [(1, "'Park' and 'PARK'")]
    assert alike(["PARK", "Park"], ["PARK", "Park"]) == []  # a table knows what it calls so
    assert alike(["Hill", "1001", "天坛"], ["Hill", "1002", "农展馆"]) == []
    assert alike(["Hill", "--"], ["Hill", "_"]) == []  # nothing is left of them


def test_the_first_station_without_coordinates_has_a_hint() -> None:
    findings = Findings()
    placed_stations(["Parc", "Hill"], KNOWN, findings)
    assert findings.issues[0].first == "Parc (closest: Park)"
