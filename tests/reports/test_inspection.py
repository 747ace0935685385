from dataclasses import replace

import numpy as np
from small_series import small_series

from gnnlab.data import Issue, Variable
from gnnlab.experiments.inspection import inspected
from gnnlab.experiments.suspicious import Suspicion
from gnnlab.reports.inspection import inspection_text


def test_the_text_says_span_shares_and_the_station_that_lacks_most_first() -> None:
    series = small_series(steps=24 * 60, missing=0)
    values = series.values.copy()
    values[24 * 10 : 24 * 13 + 4, 2, 0] = np.nan
    values[:, 1, 1] = np.nan
    lines = inspection_text(inspected(replace(series, values=values))).splitlines()
    assert lines[:3] == [
        "small: 3 stations, 1,440 steps of 1 hour",
        "2024-02-28 01:00 to 2024-04-28 01:00 (Europe/Berlin)",
        "PM2.5: 1.76 % missing, most in 2024-03 (3.41 %)",
    ]
    table = lines[4:8]
    assert table[0].split() == ["missing", "longest", "gap", "steps", "from", "station"]
    assert table[1] == " 5.28 %  3 days 4 hours     76  2024-03-09 01:00  s2"
    assert table[2].split() == ["0.00", "%", "-", "0", "-", "s0"]
    assert [line.split()[0] for line in lines if line.endswith("NO2")] == ["33.33"]
    assert "looks wrong" not in lines[-1]


def told(*issues: Issue) -> list[str]:
    """The lines below the tables of a series with these issues."""
    answer = inspected(replace(small_series(missing=0), issues=issues))
    lines = inspection_text(answer).splitlines()
    last = max(number for number, line in enumerate(lines) if line.endswith("NO2"))
    return lines[last + 1 :]


def test_without_issues_nothing_is_said() -> None:
    assert told() == []


def test_guesses_come_first_and_those_of_a_kind_and_file_share_a_line() -> None:
    lines = told(
        Issue("guessed column", 1, "time is 'T'", "a.csv"),
        Issue("unsorted rows", 2, "sorted by time", "a.csv, line 3"),
        Issue("guessed column", 1, "station is 'X'", "a.csv"),
        Issue("guessed column", 1, "longitude is 'x'", "b.csv"),
        Issue("guessed time zone", 999, "times without a zone are UTC", "a.csv, line 2"),
    )
    assert lines == [
        "",
        "guessed",
        "  column (a.csv): time is 'T', station is 'X'",
        "  column (b.csv): longitude is 'x'",
        "  time zone (a.csv, line 2): times without a zone are UTC",
        "",
        "times  mended or noted",
        "    2  unsorted rows: sorted by time; first: a.csv, line 3",
    ]


def test_many_guesses_are_wrapped_between_words() -> None:
    names = ["'a-name'", *(f"'c{number}'" for number in range(40)), "'" + "x" * 99 + "'"]
    _, head, *lines = told(*(Issue("guessed column", 1, f"y is {name}", "a.csv") for name in names))
    assert head == "guessed"
    assert len(lines) > 4
    assert all(len(line) <= 88 for line in lines if "x" * 99 not in line)
    assert [line[:5] for line in lines[:2]] == ["  col", "    y"]
    said = f"column (a.csv): {', '.join(f'y is {name}' for name in names)}"
    assert " ".join(" ".join(lines).split()) == said


def test_what_looks_wrong_and_is_kept_stands_apart_from_what_was_mended() -> None:
    lines = told(
        Issue("impossible pairs", 7, "kept: PM2.5 is above NO2", "s1"),
        Issue("duplicate rows", 1200, "one is kept", "a.csv, line 2"),
        Issue("columns not read", 1, "left out: 'a'", "a.csv"),
        Issue("columns not read", 1, "left out: 'b'", "a.csv"),
    )
    assert lines == [
        "",
        "times  mended or noted",
        "1,200  duplicate rows: one is kept; first: a.csv, line 2",
        "    2  columns not read: left out: 'a', left out: 'b'; first: a.csv",
        "",
        "times  looks wrong",
        "    7  impossible pairs: kept: PM2.5 is above NO2; first: s1",
    ]


def test_several_places_are_told_by_station_those_with_most_first() -> None:
    def found(*names: str) -> dict:
        places = [f"2024-03-02 1{hour}:00 (NO2: 980)" for hour in range(3)]
        return {
            name: {"count": 1 + 2 * (number == 1), "first": places[number:]}
            for number, name in enumerate(names)
        }

    lines = told(
        Suspicion("spikes", 4, "kept: NO2 is far", "Hafen, then", found("Hafen", "Am Tor")),
        Suspicion("pairs", 1, "kept: NO2 is above PM2.5", "Hafen, now", found("Hafen")),
    )
    assert lines[2:] == [
        "    4  spikes: kept: NO2 is far; first: Hafen, then",
        "         Am Tor 3, first 2024-03-02 11:00 (NO2: 980); Hafen 2024-03-02 10:00 (NO2: 980)",
        "    1  pairs: kept: NO2 is above PM2.5; first: Hafen, now",
    ]
    many = {f"s{number}": {"count": 1, "first": ["then"]} for number in range(11)}
    lines = told(Suspicion("spikes", 11, "kept: NO2 is far", "s0, then", many))
    said = "; ".join(f"s{number} then" for number in range(8))
    assert " ".join(" ".join(lines[3:]).split()) == f"{said}; and 3 more stations (--json has all)"
    assert all(len(line) <= 88 for line in lines[3:])


def test_one_rule_for_several_variables_is_said_once() -> None:
    lines = told(
        Issue("spikes", 3, "kept: PM2.5 is far away", "s0 (PM2.5: 9)"),
        Issue("spikes", 4, "kept: NO2 is far away", "s1 (NO2: 8)"),
        Issue("spikes", 5, "kept: PM2.5 is nearer", "s2"),
        Issue("pairs", 6, "kept: PM2.5 is above NO2", "s1"),
        Issue("pairs", 7, "kept: NO2 is above PM2.5", "s2"),
        Issue("spikes", 1, "kept: NO22 is far away", "s0"),
    )
    assert lines[1:] == [
        "times  looks wrong",
        "    7  spikes in PM2.5 (3), NO2 (4): kept: it is far away; first: s0 (PM2.5: 9)",
        "    5  spikes: kept: PM2.5 is nearer; first: s2",
        "    6  pairs: kept: PM2.5 is above NO2; first: s1",
        "    7  pairs: kept: NO2 is above PM2.5; first: s2",
        "    1  spikes: kept: NO22 is far away; first: s0",
    ]


def test_every_issue_has_a_line_however_many_there_are() -> None:
    many = [Issue(f"trouble {number}", 1, "mended", f"line {number}") for number in range(60)]
    assert len(told(*many)) == 2 + 60


def test_perfect_weather_is_said() -> None:
    series = small_series()
    assert "perfect weather" not in inspection_text(inspected(series))
    ahead = Variable("NO2", "ug/m3", "future")
    perfect = replace(
        series,
        variables=(series.variables[0], ahead, *series.variables[2:]),
        perfect_weather=True,
    )
    assert "perfect weather: NO2 taken as known ahead" in inspection_text(inspected(perfect))


def test_what_has_no_value_has_a_dash() -> None:
    series = small_series(steps=20)
    values = np.full_like(series.values, np.nan)
    text = inspection_text(inspected(replace(series, values=values)))
    assert "PM2.5: 100.00 % missing" in text
    assert any(line.split()[2:5] == ["-", "-", "-"] for line in text.splitlines())
