import subprocess
import sys
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest
import torch

from gnnlab.errors import RunError
from gnnlab.training import Run, check_free, read_run, write_run

RUN = Run(
    configuration={"verb": "train gcn", "seeds": [0, 1]},
    weights={"w": torch.arange(6.0).reshape(2, 3)},
    history=[{"seed": 0, "epoch": 1}, {"seed": 1, "epoch": 1}],
    scores={"test_accuracy": {"mean": 0.8, "std": None}},
)


def test_what_is_written_is_read(tmp_path: Path) -> None:
    write_run(tmp_path / "a" / "run", RUN)
    back = read_run(tmp_path / "a" / "run")
    assert back.configuration == RUN.configuration
    assert torch.equal(back.weights["w"], RUN.weights["w"])
    assert back.history == RUN.history
    assert back.scores == RUN.scores
    assert {path.name for path in (tmp_path / "a" / "run").iterdir()} == {
        "run.toml",
        "model.safetensors",
        "history.csv",
        "scores.json",
        "figures",
    }


def test_what_has_no_epochs_has_an_empty_history(tmp_path: Path) -> None:
    write_run(tmp_path / "run", replace(RUN, history=[]))
    assert (tmp_path / "run" / "history.csv").read_text() == "epoch\n"
    assert read_run(tmp_path / "run").history == []


def test_the_header_of_the_weights_holds_what_they_are_parts_of(tmp_path: Path) -> None:
    structure = {"forecaster": '{"class": "Mühle"}', "readings": "[]"}
    write_run(tmp_path / "run", replace(RUN, structure=structure))
    assert read_run(tmp_path / "run").structure == structure
    write_run(tmp_path / "without", RUN)
    assert read_run(tmp_path / "without").structure == {}


def test_nothing_is_ever_overwritten(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("precious")
    for call in (lambda: check_free(tmp_path / "mine"), lambda: write_run(tmp_path / "mine", RUN)):
        with pytest.raises(RunError, match=r"does not exist yet, got .*mine"):
            call()
    assert (tmp_path / "mine").read_text() == "precious"


def test_a_place_below_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(RunError, match="cannot be made: "):
        check_free(tmp_path / "file" / "run")


def unfinished(folder: Path) -> Path:
    (folder / "checkpoint").mkdir(parents=True)
    (folder / "checkpoint" / "state.json").write_text("{}")
    return folder


def test_a_run_takes_the_place_of_its_checkpoint(tmp_path: Path) -> None:
    folder = unfinished(tmp_path / "run")
    check_free(folder, resume=True)
    write_run(folder, RUN)
    write_run(tmp_path / "other", RUN)
    assert {path.name for path in tmp_path.iterdir()} == {"run", "other"}
    ours, theirs = ({path.name for path in (tmp_path / of).iterdir()} for of in ("run", "other"))
    assert ours == theirs
    assert read_run(folder).scores == RUN.scores


def test_an_unfinished_run_is_refused_with_a_hint_unless_it_is_resumed(tmp_path: Path) -> None:
    unfinished(tmp_path / "run")
    with pytest.raises(RunError, match=r"got .*run, an unfinished run: --resume goes on with it$"):
        check_free(tmp_path / "run")


@pytest.mark.parametrize("name", ["notes.txt", "run.toml"])
def test_what_is_no_unfinished_run_is_not_resumed(tmp_path: Path, name: str) -> None:
    (unfinished(tmp_path / "run") / name).write_text("precious")
    (tmp_path / "empty").mkdir()
    for folder in (tmp_path / "run", tmp_path / "empty"):
        with pytest.raises(RunError, match=f"to resume must be unfinished, got .*{folder.name}$"):
            check_free(folder, resume=True)
        with pytest.raises(RunError, match="does not exist yet"):
            write_run(folder, RUN)
    assert (tmp_path / "run" / name).read_text() == "precious"
    assert (tmp_path / "run" / "checkpoint").is_dir()


def test_where_there_is_nothing_to_resume_a_run_can_be_made(tmp_path: Path) -> None:
    check_free(tmp_path / "run", resume=True)
    assert not (tmp_path / "run").exists()
    (tmp_path / "file").write_text("")
    with pytest.raises(RunError, match="cannot be made: "):
        check_free(tmp_path / "file" / "run", resume=True)


@pytest.mark.parametrize("moved", range(5))
def test_stopped_before_all_files_are_there_a_run_is_still_unfinished(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moved: int
) -> None:
    folder, moves, replace_whole = unfinished(tmp_path / "run"), count(), Path.replace

    def replace_some(path: Path, to: Path) -> Path:
        if next(moves) == moved:
            raise KeyboardInterrupt
        return replace_whole(path, to)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", replace_some)
        with pytest.raises(KeyboardInterrupt):
            write_run(folder, RUN)
    assert (folder / "checkpoint" / "state.json").is_file()
    with pytest.raises(RunError, match=r"must hold run.toml"):
        read_run(folder)
    check_free(folder, resume=True)
    write_run(folder, RUN)
    assert torch.equal(read_run(folder).weights["w"], RUN.weights["w"])
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


@pytest.mark.skipif(sys.platform == "win32", reason="resource limits are POSIX's")
def test_a_full_disk_leaves_nothing_half_written(tmp_path: Path) -> None:
    code = """
import resource, signal, sys
from pathlib import Path
import torch
from gnnlab.errors import RunError
from gnnlab.training import Run, write_run

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, 10_000))
for elements, rows in ((10_000, 1), (1, 10_000)):  # the weights do not fit, then the history
    run = Run({"verb": "x"}, {"w": torch.zeros(elements)}, [{"seed": 0}] * rows, {})
    try:
        write_run(Path(sys.argv[1]) / "run", run)
    except RunError as error:
        print(error)
"""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code, str(tmp_path)], capture_output=True, text=True
    )
    assert done.stdout.count("run could not be written: ") == 2, done.stderr
    assert not list(tmp_path.iterdir())


def test_an_interrupt_leaves_nothing_half_written(tmp_path: Path, monkeypatch) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("gnnlab.training.run_folder._write_csv", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_run(tmp_path / "run", RUN)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("file", ["run.toml", "model.safetensors", "history.csv", "scores.json"])
def test_a_missing_or_damaged_file_is_said(tmp_path: Path, file: str) -> None:
    write_run(tmp_path / "run", RUN)
    (tmp_path / "run" / file).write_bytes(b"{damaged\n1,2")
    with pytest.raises(RunError, match=rf"{file} is damaged"):
        read_run(tmp_path / "run")
    (tmp_path / "run" / file).write_bytes(b"")
    if file != "run.toml":  # an empty one holds nothing, and so is one
        with pytest.raises(RunError, match=rf"{file} is damaged"):
            read_run(tmp_path / "run")
    (tmp_path / "run" / file).unlink()
    with pytest.raises(RunError, match="run folder"):
        read_run(tmp_path / "run")
