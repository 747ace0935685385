import json
from pathlib import Path
from types import ModuleType

import pytest


@pytest.fixture
def more(program) -> ModuleType:
    module: ModuleType = program("more_tables")
    return module


def test_chickenpox_has_deviations_where_there_are_seeds(more) -> None:
    rows = [
        {"model": "drawn", "mse": 0.75, "mse_std": 0.0125, "as it prints": 1.5},
        {"model": "solved", "mse": 0.5, "as it prints": 1},
    ]
    head, lines = more.chickenpox({"rows": rows})
    assert head == ["", "mean squared error", "as the example prints it"]
    assert lines == [["drawn", "0.750 ± 0.013", "1.500"], ["solved", "0.500", "1.000"]]


def test_growth_has_ridge_first_and_no_edges_of_it(more) -> None:
    network = {"model": "net", "stations": 200, "edges": 1975}
    ridge = {"model": "ridge", "stations": 1000, "edges": None}
    cost = {"seconds": 2.6, "peak_megabytes": 1540.0}
    _, lines = more.growth([network | cost, ridge | cost])
    assert lines == [["ridge", "1,000", "-", "3", "1.5"], ["net", "200", "1,975", "3", "1.5"]]


def test_graphs_are_counted_where_they_are_surely_worse_or_better(more) -> None:
    others = [(0.5, 0.01), (0.25, 0.2), (-0.5, 0.01), (0.75, 0.04)]
    rows = [
        {"city": city, "horizon": 6, **row}
        for city, (difference, p) in enumerate(others)
        for row in (
            {"model": "true site", "mae": 4.0, "difference": 0.0, "difference_p": 1.0},
            {"model": "near", "mae": 4 + difference, "difference": difference, "difference_p": p},
        )
    ]
    head, lines = more.site_graph({"rows": rows})
    assert head == ["", "6 h"]
    assert lines == [["true site", "4.00"], ["near", "4.25; worse in 2, better in 1 of 4"]]
    assert more.plain((head, lines)).splitlines()[:2] == ["           6 h", "true site  4.00"]


def test_a_page_has_the_table_of_a_file(program, monkeypatch, tmp_path: Path) -> None:
    tables = program("tables")
    monkeypatch.setattr(tables, "HERE", tmp_path)
    (tmp_path / "results").mkdir()
    rows = [{"model": "solved", "mse": 0.5, "as it prints": 1}]
    (tmp_path / "results" / "chickenpox.json").write_text(json.dumps({"rows": rows}))
    page = "Before.\n<!-- results: chickenpox -->\nold\n<!-- end -->\nAfter.\n"
    assert tables.written(page) == (
        "Before.\n<!-- results: chickenpox -->\n"
        "|  | mean squared error | as the example prints it |\n| --- | --- | --- |\n"
        "| solved | 0.500 | 1.000 |\n<!-- end -->\nAfter.\n"
    )
    monkeypatch.setattr(tables, "HERE", tmp_path / "elsewhere")
    assert tables.written(page) == page.replace("old\n", "")
