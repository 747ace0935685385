import json
import shutil
from pathlib import Path

import pytest
from command_line import answer, gnnlab
from html_page import assert_stands_alone
from small_town import write_town

FIT = ("forecast", "fit", "readings.csv", "--stations", "stations.csv", "--horizon", "24")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with readings, and the runs of two models on them and of a GCN."""
    folder = tmp_path_factory.mktemp("town")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setattr("gnnlab.experiments.forecast_fit.KEPT", 500)
        write_town(days=40)
        for model in ("ridge", "persistence"):
            gnnlab(*FIT, "--model", model, "--out", model)
        gcn = ("train", "gcn", "--dataset", "karate", "--seeds", "2", "--epochs", "3")
        gnnlab(*gcn, "--out", "gcn")
    return folder


@pytest.fixture(autouse=True)
def here(folder: Path, in_empty_folder: None) -> None:
    shutil.copytree(folder, ".", dirs_exist_ok=True)
    for run in ("ridge", "persistence"):  # options hold whole paths
        path = Path(run) / "run.toml"
        path.write_text(path.read_text().replace(str(folder), str(Path.cwd())))


def test_a_forecast_run_gets_its_page_and_pictures() -> None:
    result = gnnlab("report", "ridge")
    assert result.stdout == ""
    assert result.stderr == "wrote ridge/report.html\n"
    html = assert_stands_alone(Path("ridge/report.html").read_text())
    pictures = {each.stem for each in Path("ridge/figures").iterdir()}
    assert {"map", "fans", "errors-by-horizon", "calibration", "calendar", "listening"} <= pictures
    assert len(html.all("img")) == len(pictures)
    assert "damped-persistence" in html.text  # all readings were read again
    assert "from 2021-04-05 00:00 to 2021-04-09 23:00" in html.text


def test_changed_readings_are_one_line_and_the_page_is_of_those_that_are_kept() -> None:
    write_town(days=40, start="2021-03-02")
    result = gnnlab("report", "persistence")
    first, last = result.stderr.splitlines()
    assert first.startswith("persistence: the readings have changed since the fit: sha256 ")
    assert first.endswith("; reported are the last ones, which the run keeps")
    assert last == "wrote persistence/report.html"
    assert "The readings have changed since the fit" in Path("persistence/report.html").read_text()


def test_readings_that_are_gone_are_one_line() -> None:
    Path("readings.csv").unlink()
    first = gnnlab("report", "persistence").stderr.splitlines()[0]
    assert first.startswith("persistence: the readings of the fit cannot be read again: ")
    assert "readings.csv" in first


def test_several_runs_are_compared_on_one_page() -> None:
    result = gnnlab("report", "ridge", "persistence", "gcn", status=2)
    assert "several RUNs need --out, the page to write." in result.output
    gnnlab("report", "ridge", "persistence", "gcn", "--out", "all.html")
    html = assert_stands_alone(Path("all.html").read_text())
    assert "ridge (ridge)" in html.text
    assert "persistence (persistence)" in html.text
    assert "karate: classes of nodes by gcn" in html.text
    assert not Path("ridge/report.html").exists()
    assert Path("persistence/figures/map.png").is_file()


def test_a_gcn_run_gets_its_page_and_needs_no_data_for_it() -> None:
    found = answer("report", "gcn")
    assert found["report"] == "gcn/report.html"
    assert [Path(each).name for each in found["figures"]] == [
        "curves.png", "confusion.png", "reliability.png", "hidden.png",
    ]  # fmt: skip
    html = assert_stands_alone(Path("gcn/report.html").read_text())
    scores = json.loads(Path("gcn/scores.json").read_text())
    assert f"{100 * scores['test_accuracy']['mean']:.1f} +- " in html.text
    assert found["runs"][0]["test_accuracy"] == scores["test_accuracy"]


def test_figures_of_a_gcn_that_are_gone_are_drawn_again() -> None:
    shutil.rmtree("gcn/figures")
    gnnlab("report", "gcn")
    assert len(list(Path("gcn/figures").iterdir())) == 4


def test_the_json_has_the_numbers_of_the_page() -> None:
    found = answer("report", "persistence", "--standard", "china-2012", "--out", "p.html")
    (run,) = found["runs"]
    assert (run["run"], run["model"]) == ("persistence", "persistence")
    recorded = json.loads(Path("persistence/scores.json").read_text())["scores"]
    assert run["horizons"][0]["mae"]["persistence"] == pytest.approx(recorded[0]["mae"], rel=1e-5)
    assert run["exceedance"]["standard"] == "china-2012"
    assert all(Path(each).is_file() for each in found["figures"])


def test_what_a_verb_printed_gets_a_page_beside_it() -> None:
    Path("karate.json").write_text(gnnlab("hops", "--graph", "karate", "--json").stdout)
    gnnlab("report", "karate.json")
    assert "Hops: karate, all pairs" in assert_stands_alone(Path("karate.html").read_text()).text


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("nowhere",), "a report must be of run folders, which hold run.toml, or of what --json"),
        (("ridge", "--out", "no/p.html"), "a report needs a folder that exists, got no"),
        (("ridge", "--out", "p.pdf"), "a report must end in .html, got p.pdf"),
        (("ridge", "--out", "."), "a report must be a file, got the folder ."),
        (("ridge", "--standard", "who"), "a standard must be one of who-2021"),
        (("stations.csv",), "stations.csv must hold what --json printed, got: "),
    ],
)
def test_an_error_is_one_line(arguments: tuple[str, ...], message: str) -> None:
    (line,) = gnnlab("report", *arguments, status=1).stderr.splitlines()
    assert line.startswith(f"gnnlab: {message}")
    assert not Path("p.html").exists()
