from typing import Any

from gnnlab.reports.forecast_fit import fit_text
from gnnlab.training import Run

DATA = {
    "series": "town",
    "target": "PM2.5",
    "unit": "ug/m3",
    "stations": [{"name": "s0"}],
    "step": "1 hour",
    "perfect_weather": False,
    "time_zone": "UTC",
}
ROW = {"horizon": 1, "mae": 2.0, "coverage90": 0.9}


def text(*candidates: dict[str, Any]) -> list[str]:
    said = {"model": "gru", "data": DATA, "split": {"train": [0, 280]}}
    scores: dict[str, Any] = {
        "steps": 40,
        "start": "2024-01-01T00:00:00",
        "end": "2024-01-02T15:00:00",
        "scores": [ROW],
    }
    if candidates:
        scores["candidates"] = candidates
    return fit_text(Run(said, {}, [], scores), (1, 3)).splitlines()


def candidate(model: str, skill: float, *mae: float | None) -> dict[str, Any]:
    rows = [{"horizon": each, "mae": value} for each, value in zip((1, 2, 3), mae, strict=True)]
    return {"model": model, "skill": skill, "mae": rows}


def test_of_a_single_model_nothing_is_compared() -> None:
    assert not any("skill" in line for line in text())


def test_candidates_have_errors_at_horizons_that_are_shown_and_skills() -> None:
    lines = text(
        candidate("gru", 0.5, 1.0, 1.5, 2.0),
        candidate("ridge", 0.25, 3.0, None, None),
        {"model": "gc-dcrnn", "left_out": "no coordinates"},
    )
    start = next(place for place, line in enumerate(lines) if "skill over" in line)
    assert [line.split() for line in lines[start + 1 : start + 3]] == [
        ["1.00", "2.00", "0.500", "gru,", "chosen"],
        ["3.00", "-", "0.250", "ridge"],
    ]
    assert lines[start].split()[:3] == ["1", "3", "skill"]
    assert lines[start + 3] == "left out: gc-dcrnn: no coordinates"


def test_whether_the_graph_helps_is_said() -> None:
    def said(along: float, other: float, without: float) -> str:
        lines = text(
            candidate("gc-dcrnn", along, 1, 1, 1),
            candidate("gc-dcrnn, shuffled graph", other, 1, 1, 1),
            candidate("gru", without, 1, 1, 1),
        )
        (line,) = (line for line in lines if "the graph" in line)
        return line

    assert said(0.31, 0.3, 0.2) == (
        "by one seed, the graph helps: skill 0.310 along it, 0.300 along a shuffled one, "
        "0.200 without one (gru)"
    )
    for worse in ((0.3, 0.31, 0.2), (0.3, 0.2, 0.31), (0.3, 0.3, 0.2)):
        assert said(*worse).startswith("by one seed, the graph does not help: ")
