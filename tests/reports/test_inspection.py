from dataclasses import replace

import numpy as np
from small_series import small_series

from gnnlab.data import Issue, Variable
from gnnlab.experiments.inspection import inspected
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


def test_every_issue_is_there_and_those_of_a_place_share_a_line() -> None:
    guessed = [Issue("guessed column", 1, rule, "a.csv") for rule in ("time is 'T'", "x is 'X'")]
    many = [Issue(f"trouble {number}", 1000, "kept", "a.csv, line 2") for number in range(60)]
    series = replace(small_series(missing=0), issues=(*guessed, *many))
    lines = inspection_text(inspected(series)).splitlines()
    start = lines.index("times  what was guessed, mended, or looks wrong")
    assert lines[start + 1] == "    2  guessed column: time is 'T', x is 'X'; first: a.csv"
    assert lines[start + 2] == "1,000  trouble 0: kept; first: a.csv, line 2"
    assert len(lines) == start + 2 + 60


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
