import csv
import json
import shutil
from pathlib import Path

import pytest
import torch
import xarray
from click.testing import Result
from command_line import answer, gnnlab
from small_town import write_town

from gnnlab.training import Run, write_run

PREDICT = ("forecast", "predict", "run")


@pytest.fixture(scope="module")
def fitted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with readings and the run of a ridge on them, on the clock of Berlin."""
    folder = tmp_path_factory.mktemp("town")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        write_town()
        gnnlab(
            "forecast", "fit", "readings.csv", "--stations", "stations.csv", "--model", "ridge",
            "--horizon", "30", "--time-zone", "Europe/Berlin", "--out", "run",
        )  # fmt: skip
    return folder


@pytest.fixture(autouse=True)
def here(fitted: Path, in_empty_folder: None) -> None:
    shutil.copytree(fitted, ".", dirs_exist_ok=True)


def rows(result: Result) -> list[dict[str, str]]:
    return list(csv.DictReader(result.stdout.splitlines()))


def test_the_steps_after_the_fit_are_printed() -> None:
    found = rows(gnnlab(*PREDICT))
    assert len(found) == 2 * 30
    assert (found[0]["station"], found[0]["horizon"]) == ("Abbey", "1")
    assert found[0]["time"] == "2021-03-21T00:00:00+01:00"
    assert found[29]["time"] == "2021-03-22T05:00:00+01:00"
    levels = [float(found[0][name]) for name in ("q05", "q25", "median", "q75", "q95")]
    assert levels == sorted(set(levels))
    assert 30 < levels[0] < levels[4] < 50


def test_the_same_readings_have_the_same_forecast() -> None:
    kept, again = rows(gnnlab(*PREDICT)), rows(gnnlab(*PREDICT, "readings.csv"))
    assert [row["time"] for row in kept] == [row["time"] for row in again]
    for ours, theirs in zip(kept, again, strict=True):
        assert float(ours["median"]) == pytest.approx(float(theirs["median"]), rel=1e-4)


def test_new_readings_need_no_new_fit_and_are_read_as_those_of_the_fit() -> None:
    write_town("new.csv", days=3, start="2021-06-01")
    found = rows(gnnlab(*PREDICT, "new.csv"))
    assert found[0]["time"] == "2021-06-04T00:00:00+02:00"
    utc = rows(gnnlab(*PREDICT, "new.csv", "--time-zone", "UTC"))
    assert utc[0]["time"] == "2021-06-04T02:00:00+02:00"


def test_a_new_and_a_silent_station_are_said() -> None:
    write_town("new.csv", days=2, start="2021-06-01", names=("Abbey", "Castle"))
    result = gnnlab(*PREDICT, "new.csv")
    assert {row["station"] for row in rows(result)} == {"Abbey", "Bridge"}
    assert all(row["median"] for row in rows(result))
    assert "no readings of Bridge: forecast as silent\n" in result.stderr
    assert "not a station of the run, left out: Castle\n" in result.stderr


@pytest.mark.parametrize(
    ("file", "message"),
    [
        ({"names": ("Castle",)}, "Castle"),
        ({"target": "NO2 (ug/m3)"}, "PM2.5"),
    ],
)
def test_other_stations_or_variables_are_one_line(file: dict, message: str) -> None:
    write_town("new.csv", days=2, **file)
    result = gnnlab(*PREDICT, "new.csv", status=1)
    (line,) = result.stderr.splitlines()
    assert line.startswith("gnnlab: ")
    assert message in line


def test_another_step_is_one_line() -> None:
    write_town("new.csv", days=4)
    head, *lines = Path("new.csv").read_text().splitlines()
    Path("new.csv").write_text("\n".join([head, *lines[:96:2]]) + "\n")
    result = gnnlab(*PREDICT, "new.csv", status=1)
    assert "readings must have steps of 1 hour, as the run's, got 2 hours" in result.stderr


@pytest.mark.parametrize("ending", ["csv", "json", "nc"])
def test_a_file_is_written_and_nothing_printed(ending: str) -> None:
    result = gnnlab(*PREDICT, "--out", f"f.{ending}")
    assert result.stdout == ""
    assert result.stderr == f"wrote f.{ending}\n"
    if ending == "csv":
        assert Path("f.csv").read_text() == gnnlab(*PREDICT).stdout
    elif ending == "json":
        assert json.loads(Path("f.json").read_text()) == answer(*PREDICT)
    else:
        with xarray.open_dataset("f.nc", engine="scipy") as found:
            assert found["PM2.5"].shape == (30, 2, 19)


def test_the_json_says_what_is_forecast() -> None:
    found = answer(*PREDICT)
    assert (found["model"], found["target"], found["unit"]) == ("ridge", "PM2.5", "ug/m3")
    assert found["time_zone"] == "Europe/Berlin"
    assert found["forecasts"][0]["q05"] < found["forecasts"][0]["q95"]


def test_it_is_drawn() -> None:
    result = gnnlab(*PREDICT, "--plot", "f.png")
    assert result.stderr == "drew f.png\n"
    assert Path("f.png").stat().st_size > 10_000


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (("--out", "f.txt"), "a forecast must end in .csv, .json, .nc, got f.txt"),
        (("--out", "."), "a forecast must be a file, got the folder ."),
        (("--out", "no/f.csv"), "a forecast needs a folder that exists, got no"),
        (("--plot", "f.doc"), "a figure must end in .png"),
        (("nothing.csv", "--alert", "who"), "a standard must be one of who-2021"),
        (("nothing.csv",), "nothing.csv"),
    ],
)
def test_an_error_is_one_line(more: tuple[str, ...], message: str) -> None:
    result = gnnlab(*PREDICT, *more, status=1)
    (line,) = result.stderr.splitlines()
    assert line.startswith("gnnlab: ")
    assert message in line
    assert result.stdout == ""


def test_what_is_no_run_of_forecast_fit_is_one_line() -> None:
    write_run("gcn", Run({"verb": "train gcn"}, {"w": torch.ones(1)}, [{"epoch": 1}], {}))
    for run, message in (
        ("nowhere", "a run folder must hold run.toml, got nowhere"),
        ("gcn", "gcn must be a run of forecast fit, got one of train gcn"),
    ):
        result = gnnlab("forecast", "predict", run, status=1)
        assert result.stderr == f"gnnlab: {message}\n"


@pytest.mark.parametrize("name", ["run.toml", "model.safetensors", "history.csv", "scores.json"])
def test_a_damaged_run_is_one_line(name: str) -> None:
    path = Path("run") / name
    path.write_bytes(path.read_bytes()[:-20] + b"\n{,")
    result = gnnlab(*PREDICT, status=1)
    (line,) = result.stderr.splitlines()
    assert line.startswith(f"gnnlab: run/{name} is damaged: ")


def test_options_of_readings_need_readings() -> None:
    result = gnnlab(*PREDICT, "--time-zone", "UTC", status=2)
    assert "--time-zone needs READINGS." in result.stderr


def test_an_alert_is_a_column_a_table_and_a_list_of_days() -> None:
    alert = (*PREDICT, "--alert", "who-2021")
    result = gnnlab(*alert)
    chances = {row["time"][:10]: row["chance_above"] for row in rows(result)}
    assert chances == {"2021-03-21": "0.95", "2021-03-22": ""}
    assert "chance that a day's mean of PM2.5 is above 15 ug/m3 (who-2021)" in result.stderr
    written = gnnlab(*alert, "--out", "f.csv")
    assert written.stdout in result.stderr
    assert Path("f.csv").read_text() == result.stdout
    days = answer(*alert)["alert"]["days"]
    assert [(day["station"], day["day"], day["chance"]) for day in days] == [
        ("Abbey", "2021-03-21", 0.95),
        ("Bridge", "2021-03-21", 0.95),
    ]


@pytest.mark.parametrize("option", ["--out", "--plot"])
def test_files_that_are_read_are_never_written(option: str) -> None:
    before = Path("readings.csv").read_bytes()
    result = gnnlab(*PREDICT, "readings.csv", option, "./readings.csv", status=2)
    assert f"{option} must be none of the files that are read" in result.stderr
    assert Path("readings.csv").read_bytes() == before
