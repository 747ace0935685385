import json
from pathlib import Path
from typing import Any

import pytest
from command_line import answer

from gnnlab.data import SensorSeries
from gnnlab.errors import DataError, GnnlabError, RunError
from gnnlab.reports.page.written import check_report, written


def gone() -> SensorSeries:
    raise DataError("gone")


def write(path: Path, *runs: Path, standard: str | None = None) -> Any:
    return written(path, runs, lambda run: gone, standard, lambda what, share: None)


@pytest.fixture
def hops(tmp_path: Path) -> Path:
    path = tmp_path / "hops.json"
    path.write_text(json.dumps(answer("hops", "--graph", "example6")))
    return path


def test_an_answer_in_a_file(hops: Path, tmp_path: Path) -> None:
    found = write(tmp_path / "out.html", hops)
    assert found.figures == []  # in the page alone
    assert found.runs[0]["run"] == str(hops)
    assert found.runs[0]["diameter"] == 3
    assert "data:image/png;base64," in (tmp_path / "out.html").read_text()
    assert {each.name for each in tmp_path.iterdir()} == {"hops.json", "out.html"}


def test_a_standard_without_a_forecast_is_refused(hops: Path, tmp_path: Path) -> None:
    with pytest.raises(GnnlabError, match="a standard is for runs of forecast fit, got who-2021"):
        write(tmp_path / "out.html", hops, standard="who-2021")
    assert not (tmp_path / "out.html").exists()


@pytest.mark.parametrize(
    ("content", "message"),
    [("{", "must hold what --json printed, got: "), ("[1]", "printed, got no object")],
)
def test_a_file_that_holds_no_object_is_refused(tmp_path: Path, content: str, message: str) -> None:
    (tmp_path / "a.json").write_text(content)
    with pytest.raises(RunError, match=message):
        write(tmp_path / "out.html", tmp_path / "a.json")
    assert not (tmp_path / "out.html").exists()


@pytest.mark.parametrize(
    ("out", "message"),
    [
        ("out.txt", "a report must end in .html, got out.txt"),
        ("nowhere/out.html", "a report needs a folder that exists, got .*nowhere"),
        ("/proc/out.html", "/proc/out.html cannot be written"),
        ("", "a report must be a file, got the folder"),
    ],
)
def test_a_page_that_cannot_be_written_is_refused_first(
    tmp_path: Path, hops: Path, out: str, message: str
) -> None:
    with pytest.raises(GnnlabError, match=message):
        check_report(tmp_path / out, [hops])


def test_pictures_need_a_folder(tmp_path: Path) -> None:
    run = tmp_path / "run"
    run.mkdir()
    (run / "run.toml").write_text("")
    (run / "figures").write_text("")
    with pytest.raises(
        GnnlabError, match=r"run/figures must be a folder, for pictures, got a file"
    ):
        check_report(tmp_path / "out.html", [run])


def test_what_is_read_is_not_replaced(tmp_path: Path, hops: Path) -> None:
    page = hops.rename(tmp_path / "hops.html")
    with pytest.raises(GnnlabError, match="must be none of the files that are read"):
        check_report(page, [page])


def test_what_is_no_run_is_refused(tmp_path: Path) -> None:
    for run in (tmp_path, tmp_path / "nothing"):
        with pytest.raises(RunError, match=r"must be of run folders, which hold run.toml, .* got"):
            check_report(tmp_path / "out.html", [run])


@pytest.mark.parametrize(
    ("said", "message"),
    [
        (
            'verb = "train gat"',
            "of a run of forecast fit or train gcn, got .*run, one of train gat",
        ),
        ("seed = 1", "got .*run, one of nothing"),
        ("verb = ", "run.toml is damaged: "),
        ('verb = "forecast fit"', "a whole run folder must hold .*model.safetensors"),
        ('verb = "train gcn"', "a whole run folder must hold .*model.safetensors"),
    ],
)
def test_a_run_of_another_verb_or_not_whole_is_refused(
    tmp_path: Path, said: str, message: str
) -> None:
    run = tmp_path / "run"
    run.mkdir()
    (run / "run.toml").write_text(said)
    with pytest.raises(RunError, match=message):
        write(tmp_path / "out.html", run)
