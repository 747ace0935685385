from copy import deepcopy
from typing import Any

from html_page import Page

from gnnlab.reports.page.comparison import comparison


def forecast(run: str, model: str, *aheads: str, start: str = "2024-01-01") -> dict[str, Any]:
    return {
        "run": run,
        "model": model,
        "series": "town",
        "target": "PM2.5",
        "unit": "ug/m3",
        "part": {"start": start, "end": "2024-05-01"},
        "horizons": [
            {"ahead": ahead, "mae": {model: 1.25 + number}, "coverage90": 0.9, "n": 100}
            for number, ahead in enumerate(aheads)
        ],
    }


def nodes(run: str, mean: float) -> dict[str, Any]:
    score = {"mean": mean, "std": None}
    return {
        "run": run,
        "dataset": "karate",
        "split": "public",
        "seeds": 2,
        "test_accuracy": score,
        "macro_f1": score,
    }


def test_forecasts_are_compared_at_common_horizons() -> None:
    both = [forecast("a", "ridge", "1 hour", "1 day"), forecast("b", "gru", "1 hour", "2 days")]
    (table,) = comparison(both)
    found = Page(table)
    assert [each.get("scope") for each in found.all("th")].count("row") == 2
    assert found.text.split("\n")[1:] == [
        "run1 hour1 hour, held",
        "",
        "ridge (a)1.2590 %",
        "gru (b)1.2590 %",
        "",
    ]


def test_runs_of_other_readings_are_not_to_be_compared() -> None:
    both = [forecast("a", "ridge", "1 hour"), forecast("b", "ridge", "1 hour", start="2023-01-01")]
    assert "Not to be compared row by row" in comparison(both)[1]


def test_runs_of_other_targets_are_told() -> None:
    both = [forecast("a", "ridge", "1 hour"), forecast("b", "gru", "1 hour")]
    fewer = deepcopy(both)
    fewer[1]["horizons"][0]["n"] = 90
    assert len(comparison(both)) == 1
    assert "no forecast for some targets" in comparison(fewer)[1]


def test_nodes_and_what_stands_alone() -> None:
    (table,) = comparison([nodes("a", 0.5), nodes("b", 0.75), forecast("c", "gru", "1 hour")])
    assert "akarate, public250.0 %50.0 %" in Page(table).text
    assert comparison([nodes("a", 0.5), forecast("c", "gru", "1 hour")]) == []
