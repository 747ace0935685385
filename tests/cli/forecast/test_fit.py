import json
import signal
import subprocess
import sys
import time
import tomllib
from pathlib import Path

import numpy as np
import pytest
from command_line import answer, gnnlab
from small_town import write_town

from gnnlab.experiments.forecast_runs import forecast_run
from gnnlab.training import read_run
from gnnlab.training.checkpoint import Checkpoint, State
from gnnlab.training.forecasters.minibatches import epochs_in

FIT = (
    "forecast", "fit", "readings.csv", "--stations", "stations.csv", "--model", "climatology",
    "--horizon", "24", "--out", "run",
)  # fmt: skip

EPOCHS = 12
NETWORK = (
    "forecast", "fit", "readings.csv", "--stations", "stations.csv", "--model", "gc-dcrnn",
    "--horizon", "3", "--epochs", str(EPOCHS), "--out",
)  # fmt: skip
FILES = ("run.toml", "model.safetensors", "history.csv", "scores.json")


@pytest.fixture(autouse=True)
def town(in_empty_folder: None) -> None:
    write_town()


def said() -> dict:
    return tomllib.loads(Path("run/run.toml").read_text())


def test_scores_and_files_are_printed() -> None:
    result = gnnlab(*FIT)
    lines = result.stdout.splitlines()
    assert lines[0] == "readings, PM2.5 (ug/m3): climatology, 2 stations, steps of 1 hour"
    assert lines[1] == (
        "fitted on 420 steps, validation of 60 steps "
        "from 2021-03-18 12:00 to 2021-03-20 23:00 (UTC)"
    )
    scores = json.loads(Path("run/scores.json").read_text())["scores"]
    mae = {row["horizon"]: f"{row['mae']:.2f}" for row in scores}
    assert lines[3].split()[:5] == ["1", "3", "6", "12", "24"]
    assert lines[4].split()[:5] == [mae[horizon] for horizon in (1, 3, 6, 12, 24)]
    for name in ("run.toml", "model.safetensors", "history.csv", "scores.json"):
        assert (Path("run") / name).is_file()
        assert (name in result.stdout) == (name != "history.csv")  # which is of networks
    assert result.stderr == "run folder: run\n"


def test_the_json_has_scores_at_all_horizons() -> None:
    found = answer(*FIT)
    assert (found["run"], found["model"]) == ("run", "climatology")
    assert [row["horizon"] for row in found["scores"]] == [*range(1, 25)]


def test_without_a_model_several_are_compared_and_one_is_kept() -> None:
    asked = (*FIT[:5], "--horizon", "3", "--epochs", "1", "--out")
    result = gnnlab(*asked, "run")
    assert ", chosen" in result.stdout
    assert "by one seed, the graph " in result.stdout
    found = answer(*asked, "again")
    assert found["model"] == forecast_run("run").model
    assert [row["model"] for row in found["candidates"]][-1] == "gc-dcrnn, shuffled graph"
    assert said()["options"]["model"] == "auto"


def test_without_a_name_a_run_is_named_by_model_and_series() -> None:
    found = answer(*FIT[:-2])
    assert Path(found["run"]).parent == Path("runs")
    assert Path(found["run"]).name.startswith("climatology-readings-20")
    assert forecast_run(found["run"]).horizon == 24


def test_options_are_recorded_with_whole_paths() -> None:
    gnnlab(*FIT, "--time-zone", "Europe/Berlin", "--unit", "temperature=degC")
    assert said()["options"] == {
        "readings": [str(Path("readings.csv").absolute())],
        "stations": str(Path("stations.csv").absolute()),
        "time_zone": "Europe/Berlin",
        "unit": ["temperature=degC"],
        "memory": 4.0,
        "model": "climatology",
        "horizon": 24,
        "seed": 0,
    }


def test_a_file_stands_for_options_and_the_command_line_wins() -> None:
    Path("run-it.toml").write_text(
        'readings = "readings.csv"\nstations = "stations.csv"\nmodel = "climatology"\n'
        'target = "temperature"\ntime-zone = "Europe/Berlin"\nhorizon = 30\n'
    )
    gnnlab("forecast", "fit", "--config", "run-it.toml", "--horizon", "6", "--out", "run")
    data = said()["data"]
    assert (data["target"], data["time_zone"]) == ("temperature", "Europe/Berlin")
    assert (said()["model"], said()["horizon"]) == ("climatology", 6)


def test_a_run_is_repeated_from_its_own_configuration() -> None:
    gnnlab(*FIT)
    gnnlab("forecast", "fit", "--config", "run/run.toml", "--out", "again")
    for name in ("model.safetensors", "scores.json", "run.toml"):
        assert (Path("again") / name).read_bytes() == (Path("run") / name).read_bytes()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("horizn = 3", "got 'horizn' (closest: horizon)"),
        ("files = 3", "got 'files'"),
        ("json = true", "got 'json'"),
        ("horizon = 'many'", "'many' is not a valid integer range"),
        ("horizon = 200", "200 is not in the range"),
        ("model = 'oracle'", "'oracle' is not one of"),
        ("horizon =", "c.toml is no TOML"),
        ("verb = 'train gcn'", "c.toml must be of a run of forecast fit"),
    ],
)
def test_a_wrong_file_is_wrong_usage(text: str, message: str) -> None:
    Path("c.toml").write_text(text)
    result = gnnlab("forecast", "fit", "readings.csv", "--config", "c.toml", status=2)
    assert message in result.stderr


def test_a_file_that_is_not_there_is_wrong_usage() -> None:
    assert "none.toml cannot be read" in gnnlab(*FIT, "--config", "none.toml", status=2).stderr


def test_a_run_that_exists_is_refused_before_anything_is_read() -> None:
    Path("run").mkdir()
    result = gnnlab("forecast", "fit", "nothing.csv", "--out", "run", status=1)
    expected = "gnnlab: a run needs a folder that does not exist yet, got run\n"
    assert result.stderr == expected


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (("--graph", "site"), "--graph is for models along a graph, got --model climatology."),
        (("--target", "PM2.5", "--target", "NO2"), "be of 1 --target, got PM2.5, NO2."),
        (("--epochs", "3"), "--epochs is for networks, got --model climatology."),
        (("--horizon", "169"), "169 is not in the range"),
        (("--model", "oracle"), "'oracle' is not one of"),
    ],
)
def test_options_that_do_not_go_together_are_wrong_usage(
    more: tuple[str, ...], message: str
) -> None:
    assert message in gnnlab(*FIT, *more, status=2).stderr
    assert not Path("run").exists()


def test_a_horizon_longer_than_the_data_is_one_line() -> None:
    result = gnnlab(*FIT, "--horizon", "60", status=1)
    message = "a horizon must be shorter than the validation part, the last 60 of 480 steps, got 60"
    assert result.stderr == f"gnnlab: {message}\n"
    assert not Path("run").exists()


def test_a_target_that_was_never_read_is_one_line() -> None:
    text = Path("readings.csv").read_text().splitlines()
    blank = [",".join([*line.split(",")[:2], "", line.split(",")[3]]) for line in text[1:]]
    Path("readings.csv").write_text("\n".join([text[0], *blank]) + "\n")
    result = gnnlab(*FIT, "--target", "PM2.5", status=1)
    assert len(result.stderr.splitlines()) == 1
    assert "PM2.5" in result.stderr


def after_two_epochs(out: str) -> subprocess.Popen[str]:
    """A fit of a network, in a process of its own."""
    write_town(days=30)
    child = subprocess.Popen(
        [sys.executable, "-m", "gnnlab", *NETWORK, out],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    while epochs_in(Checkpoint(Path(out) / "checkpoint")) < 2:
        assert child.poll() is None, child.communicate()
        time.sleep(0.01)
    return child


@pytest.mark.skipif(sys.platform == "win32", reason="signals are POSIX's")
def test_killed_and_resumed_it_leaves_the_undisturbed_run_bit_for_bit(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    child = after_two_epochs("killed")
    child.kill()
    child.communicate()
    assert child.returncode == -signal.SIGKILL
    assert [path.name for path in Path("killed").iterdir()] == ["checkpoint"]
    done, written = epochs_in(Checkpoint(Path("killed/checkpoint"))), []
    assert 2 <= done < EPOCHS
    write = Checkpoint.write

    def counted(checkpoint: Checkpoint, state: State) -> None:
        written.append(checkpoint)
        write(checkpoint, state)

    monkeypatch.setattr(Checkpoint, "write", counted)
    resumed = gnnlab(*NETWORK, "killed", "--resume")
    assert len(written) == len(read_run("killed").history) - done
    whole = gnnlab(*NETWORK, "whole", "--resume")
    assert resumed.stdout == whole.stdout
    assert resumed.stderr == "run folder: killed\n"
    assert whole.stderr == ("nothing to resume in whole: the fit begins anew\nrun folder: whole\n")
    for name in FILES:
        assert (Path("killed") / name).read_bytes() == (Path("whole") / name).read_bytes()
    assert not Path("killed/checkpoint").exists()
    assert Path("killed/figures/curves.png").is_file()


@pytest.mark.skipif(sys.platform == "win32", reason="signals are POSIX's")
def test_an_interrupt_is_one_line_and_leaves_what_only_the_same_fit_goes_on_from() -> None:
    child = after_two_epochs("run")
    child.send_signal(signal.SIGINT)
    said = child.communicate()
    done = epochs_in(Checkpoint(Path("run/checkpoint")))
    line = f"gnnlab: interrupted after {done} epochs: --out run --resume goes on\n"
    assert (child.returncode, *said) == (130, "", line)
    refused = gnnlab(*NETWORK, "run", status=1).stderr
    assert "got run, an unfinished run: --resume goes on with it" in refused
    other = gnnlab(*FIT, "--resume", status=1).stderr
    assert "is of another training: model must be 'gc-dcrnn', got 'climatology'" in other
    readings = Path("readings.csv").read_text()
    Path("readings.csv").write_text(readings.replace("2021-03-01T05,Abbey", "2021-03-01T05,Bath"))
    assert "data.sha256 must be" in gnnlab(*NETWORK, "run", "--resume", status=1).stderr
    Path("readings.csv").write_text(readings)
    gnnlab(*NETWORK, "run", "--resume")
    assert forecast_run("run").horizon == 3


def test_an_interrupt_before_an_epoch_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("gnnlab.experiments.forecast_fit.fit_forecaster", interrupt)
    assert gnnlab(*FIT, status=130).stderr == "gnnlab: interrupted\n"
    assert not Path("run").exists()


def test_a_model_without_epochs_is_simply_fitted_when_resumed() -> None:
    assert "nothing to resume in run" in gnnlab(*FIT, "--resume").stderr
    gnnlab(*FIT[:-1], "whole")
    for name in FILES:
        assert (Path("run") / name).read_bytes() == (Path("whole") / name).read_bytes()
    finished = gnnlab(*FIT, "--resume", status=1).stderr
    assert finished == "gnnlab: a run to resume must be unfinished, got run\n"


def test_what_is_resumed_has_a_name() -> None:
    message = "--resume needs --out, the run folder of what was interrupted."
    assert message in gnnlab(*FIT[:-2], "--resume", status=2).stderr


def test_what_torchrun_starts_makes_one_run_as_good_as_that_of_one_process() -> None:
    write_town(days=30)
    torchrun = [sys.executable, "-m", "torch.distributed.run", "--standalone"]
    done = subprocess.run(
        [*torchrun, "--nproc-per-node", "2", "-m", "gnnlab", *NETWORK[:-1], "--json"],
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    two, one = json.loads(done.stdout), answer(*NETWORK, "one")
    assert done.stderr.count("run folder: ") == 1
    assert [str(path) for path in Path("runs").iterdir()] == [two["run"]]
    processes = [
        tomllib.loads((Path(each["run"]) / "run.toml").read_text())["processes"]
        for each in (one, two)
    ]
    assert processes == [1, 2]
    for score in ("mae", "crps"):
        ours, theirs = (np.mean([row[score] for row in each["scores"]]) for each in (one, two))
        assert theirs == pytest.approx(ours, rel=0.1)
