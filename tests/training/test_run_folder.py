import errno
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
    assert back.history == [{"seed": "0", "epoch": "1"}, {"seed": "1", "epoch": "1"}]
    assert back.scores == RUN.scores
    assert {path.name for path in (tmp_path / "a" / "run").iterdir()} == {
        "run.toml",
        "model.safetensors",
        "history.csv",
        "scores.json",
        "figures",
    }


def test_nothing_is_ever_overwritten(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("precious")
    for call in (lambda: check_free(tmp_path / "mine"), lambda: write_run(tmp_path / "mine", RUN)):
        with pytest.raises(RunError, match=r"does not exist yet, got .*mine"):
            call()
    assert (tmp_path / "mine").read_text() == "precious"


def test_a_place_below_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(RunError, match="must be a folder"):
        check_free(tmp_path / "file" / "run")


def test_a_full_disk_leaves_nothing_half_written(tmp_path: Path, monkeypatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("gnnlab.training.run_folder.save_file", full)
    with pytest.raises(RunError, match="could not be written: No space left on device"):
        write_run(tmp_path / "run", RUN)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("file", ["run.toml", "model.safetensors", "history.csv", "scores.json"])
def test_a_missing_or_damaged_file_is_said(tmp_path: Path, file: str) -> None:
    write_run(tmp_path / "run", RUN)
    if file != "history.csv":
        (tmp_path / "run" / file).write_bytes(b"{damaged")
        with pytest.raises(RunError, match="must be a whole run folder"):
            read_run(tmp_path / "run")
    (tmp_path / "run" / file).unlink()
    with pytest.raises(RunError, match="run folder"):
        read_run(tmp_path / "run")
