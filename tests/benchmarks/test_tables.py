import json
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest


@pytest.fixture
def tables(program, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> ModuleType:
    module: ModuleType = program("tables")
    (tmp_path / "results").mkdir()
    (tmp_path / "rows").mkdir()
    monkeypatch.setattr(module, "HERE", tmp_path)
    monkeypatch.setattr(module, "PAGES", (tmp_path / "README.md",))
    return module


def result(folder: Path, name: str, *mae: float, **more: Any) -> None:
    scores = [
        {
            "horizon": at,
            "mae": each,
            "mae_std": 0.125,
            "difference": each - 10,
            "difference_p": 0.01,
        }
        for at, each in zip((1, 24), mae, strict=True)
    ]
    days = {
        "probability_of_detection": 0.5,
        "false_alarm_ratio": 0.25,
        "critical_success_index": 0.4,
    }
    found = {
        "scores": scores,
        "days": days,
        "seconds_to_fit": 3.21,
        "seconds_a_forecast": 0.0025,
        "peak_megabytes": 700.4,
        "parameters": None,
        **more,
    }
    (folder / "results" / f"some.{name}.json").write_text(json.dumps(found))
    (folder / "rows" / f"{name}.toml").touch()


def test_a_table_has_the_best_row_last_or_rows_as_they_are_named(tables, tmp_path: Path) -> None:
    result(tmp_path, "good", 8.5, 40)
    result(tmp_path, "bad", 11, 50.126)
    result(tmp_path, "other", 9, 45)
    assert [line[2:6] for line in tables.table("some", "mae").splitlines()[2:]] == [
        "bad ", "othe", "good"
    ]  # fmt: skip
    assert tables.table("some", "mae", ["good", "bad"]) == (
        "|  | 1 h | 24 h |\n| --- | --- | --- |\n"
        "| good | 8.50 ± 0.12 | 40.00 ± 0.12 |\n| bad | 11.00 ± 0.12 | 50.13 ± 0.12 |\n"
    )
    assert "| other | -1.00 (p 0.010) | +35.00 (p 0.010) |" in tables.table("some", "difference")
    result(tmp_path, "ten", 10, 10.5)
    assert "| ten | - | +0.50 (p 0.010) |" in tables.table("some", "difference")
    assert "| other | 0.100 | -3.500 |" in tables.table("some", "skill")
    with pytest.raises(ValueError, match="a row must be one of rows/, got oter"):
        tables.table("some", "mae", ["oter"])


def test_costs_are_told_with_days(tables, tmp_path: Path) -> None:
    result(tmp_path, "good", 8.5, 40, parameters=12345)
    last = tables.table("some", "cost").splitlines()[-1]
    assert last == "| good | 3.2 | 2.5 | 700 | 12,345 | 0.50 | 0.25 | 0.40 |"


def test_models_are_told_in_words(tables, tmp_path: Path) -> None:
    result(tmp_path, "good", 8.5, 40, row={"what": "a good one", "seeds": 5})
    assert tables.table("some", "models") == (
        "|  |  | seeds |\n| --- | --- | --- |\n| good | a good one | 5 |\n"
    )


def test_tables_are_written_and_checked(
    tables, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    result(tmp_path, "good", 8.5, 40)
    page = tmp_path / "README.md"
    page.write_text("Before.\n<!-- forecasts: some mae of good -->\nold\n<!-- end -->\nAfter.\n")
    monkeypatch.setattr(sys, "argv", ["tables.py", "--check"])
    assert tables.main() == 1
    assert "README.md: a table is not that of the results" in capsys.readouterr().out
    assert "old" in page.read_text()
    monkeypatch.setattr(sys, "argv", ["tables.py"])
    assert tables.main() == 0
    assert page.read_text() == (
        "Before.\n<!-- forecasts: some mae of good -->\n|  | 1 h | 24 h |\n| --- | --- | --- |\n"
        "| good | 8.50 ± 0.12 | 40.00 ± 0.12 |\n<!-- end -->\nAfter.\n"
    )
    monkeypatch.setattr(sys, "argv", ["tables.py", "--check"])
    assert tables.main() == 0


def test_the_pages_of_the_project_have_the_tables_of_its_results(program) -> None:
    module = program("tables")
    assert any(module.TABLE.search(path.read_text(encoding="utf-8")) for path in module.PAGES)
    for path in module.PAGES:
        page = path.read_text(encoding="utf-8")
        assert module.written(page) == page, f"{path}: python benchmarks/forecasting/tables.py"
