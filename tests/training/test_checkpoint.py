import json
import math
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

from gnnlab.errors import RunError
from gnnlab.training.checkpoint import Checkpoint, State

IDENTITY = {"seed": 1, "recipe": {"epochs": 3, "share": 0.25}, "stations": ["a", "b"]}


def state(number: int = 0) -> State:
    tensors = {
        "network": {"of_state.weight": torch.arange(6.0).reshape(2, 3).T + number},
        "random": {"torch": torch.get_rng_state()},
        "odd": {"none": torch.zeros(4, 0), "one": torch.tensor(0.1), "count": torch.tensor(number)},
    }
    return State(tensors, {"best": 0.1 + 0.2, "history": [{"loss": math.inf}], "number": number})


def tensors_of(folder: Path) -> Path:
    (path,) = folder.glob("*.safetensors")
    return path


def test_what_is_written_is_read(tmp_path: Path) -> None:
    folder = tmp_path / "run" / "checkpoint"
    Checkpoint(folder, IDENTITY).write(state(7))
    back = Checkpoint(folder, IDENTITY, resume=True).read()
    assert back is not None
    assert back.values == state(7).values
    assert back.tensors.keys() == state().tensors.keys()
    for group, tensors in state(7).tensors.items():
        assert back.tensors[group].keys() == tensors.keys()
        for name, tensor in tensors.items():
            assert back.tensors[group][name].dtype == tensor.dtype
            assert torch.equal(back.tensors[group][name], tensor)


def test_the_last_state_is_what_stays(tmp_path: Path) -> None:
    for number in (1, 2, 2, 3):
        Checkpoint(tmp_path, IDENTITY).write(state(number))
    assert {path.name for path in tmp_path.iterdir()} == {"state.json", tensors_of(tmp_path).name}
    back = Checkpoint(tmp_path, IDENTITY, resume=True).read()
    assert back is not None
    assert back.values["number"] == 3


def test_without_a_state_or_the_wish_to_resume_there_is_none(tmp_path: Path) -> None:
    assert Checkpoint(tmp_path / "new", resume=True).read() is None
    Checkpoint(tmp_path).write(state())
    assert Checkpoint(tmp_path).read() is None


KILLED = """
import os, signal, sys
from itertools import count
from pathlib import Path
import torch
from gnnlab.training.checkpoint import Checkpoint, State

folder = Path(sys.argv[1])

def write(number):
    tensors = {"network": {"weight": torch.full((3,), float(number))}}
    Checkpoint(folder).write(State(tensors, {"number": number}))

def mortal(plain):
    def call(*arguments, **more):
        global left
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        left -= 1
        return plain(*arguments, **more)
    return call

write(1)
for left in count():  # this many calls to the system before it is killed
    child = os.fork()
    if not child:
        os.fsync = mortal(os.fsync)
        Path.open, Path.replace, Path.unlink = map(mortal, (Path.open, Path.replace, Path.unlink))
        write(2)
        os._exit(0)
    signalled = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    state = Checkpoint(folder, resume=True).read()
    print(signalled, state.values["number"], int(state.tensors["network"]["weight"][0]))
    write(1)
    if not signalled:
        break
"""


@pytest.mark.skipif(sys.platform == "win32", reason="signals are POSIX's")
def test_killed_at_any_time_it_holds_a_whole_state(tmp_path: Path) -> None:
    run = [sys.executable, "-c", KILLED, tmp_path]
    done = subprocess.run(run, capture_output=True, text=True, check=True)
    *killed, whole = done.stdout.splitlines()
    assert whole == "0 2 2"
    assert killed == ["-9 1 1"] * (len(killed) - 2) + ["-9 2 2"] * 2  # only the removals are after
    assert len(killed) >= 8
    assert len(list(tmp_path.iterdir())) == 2


def test_a_disk_that_takes_no_more_leaves_the_state_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(file: int) -> None:
        raise OSError(28, "No space left on device")

    Checkpoint(tmp_path).write(state(1))
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(RunError, match="could not be written: No space left on device"):
        Checkpoint(tmp_path).write(state(2))
    back = Checkpoint(tmp_path, resume=True).read()
    assert back is not None
    assert back.values["number"] == 1
    assert len(list(tmp_path.iterdir())) == 2


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(RunError, match=r"file.checkpoint could not be written: "):
        Checkpoint(tmp_path / "file" / "checkpoint").write(state())


def shorter(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-5])


def flipped(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[-3] ^= 1
    path.write_bytes(content)


def other_number(path: Path) -> None:
    path.write_text(path.read_text().replace('"number": 0', '"number": 5'))


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda folder: shorter(folder / "state.json"), "state.json is damaged: "),
        (lambda folder: (folder / "state.json").write_bytes(b"\xff{}"), "state.json is damaged: "),
        (lambda folder: (folder / "state.json").write_text("[]"), "must hold identity, sha256 and"),
        (lambda folder: (folder / "state.json").write_text("{}"), "must hold identity, sha256 and"),
        (lambda folder: other_number(folder / "state.json"), "is damaged: sha256, state.json incl"),
        (lambda folder: shorter(tensors_of(folder)), "safetensors is damaged: sha256, state.json "),
        (lambda folder: flipped(tensors_of(folder)), "must be [0-9a-f]{64}, got [0-9a-f]{64}"),
        (lambda folder: tensors_of(folder).unlink(), "must hold .*safetensors, got: No such file"),
    ],
)
def test_damage_is_said(tmp_path: Path, damage: Callable[[Path], Any], message: str) -> None:
    Checkpoint(tmp_path, IDENTITY).write(state())
    damage(tmp_path)
    with pytest.raises(RunError, match=message):
        Checkpoint(tmp_path, IDENTITY, resume=True).read()


def test_what_is_not_safetensors_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gnnlab.training.checkpoint.save", lambda tensors: b"pickle")
    Checkpoint(tmp_path).write(state())
    with pytest.raises(RunError, match="safetensors is damaged: "):
        Checkpoint(tmp_path, resume=True).read()


@pytest.mark.parametrize(
    ("other", "differences"),
    [
        ({"seed": 2}, "seed must be 1, got 2"),
        ({"recipe": {"epochs": 3, "share": 0.5}}, "recipe.share must be 0.25, got 0.5"),
        ({"stations": ["a", "c"]}, "stations.1 must be 'b', got 'c'"),
        ({"stations": ["a"]}, "stations.1 must be 'b', got nothing"),
        ({"stations": ["a", "b", "c"]}, "stations.2 must be nothing, got 'c'"),
        ({"data": "a1"}, "data must be nothing, got 'a1'"),
        ({"seed": None, "data": "a1"}, "seed must be 1, got None; data must be nothing, got 'a1'"),
        (
            {"seed": 2, "recipe": {}, "stations": "b"},
            "seed must be 1, got 2; recipe.epochs must be 3, got nothing; "
            "recipe.share must be 0.25, got nothing; and 3 more",
        ),
    ],
)
def test_the_state_of_something_else_is_refused(
    tmp_path: Path, other: dict[str, Any], differences: str
) -> None:
    Checkpoint(tmp_path, IDENTITY).write(state())
    message = f"{tmp_path} is of another training: {differences}"
    with pytest.raises(RunError, match=f"^{re.escape(message)}$"):
        Checkpoint(tmp_path, {**IDENTITY, **other}, resume=True).read()


def test_an_identity_is_what_json_makes_of_it(tmp_path: Path) -> None:
    ours = {"stations": ("a", "b"), "horizons": [1, 2], "by": {1: math.nan}}
    Checkpoint(tmp_path).of(**ours).write(state())
    stored = json.loads((tmp_path / "state.json").read_text())
    assert stored["identity"]["stations"] == ["a", "b"]
    assert Checkpoint(tmp_path, ours, resume=True).read() is not None


def test_more_is_added_to_an_identity(tmp_path: Path) -> None:
    checkpoint = Checkpoint(tmp_path, {"seed": 1}, resume=True).of(data="a1")
    assert checkpoint == Checkpoint(tmp_path, {"seed": 1, "data": "a1"}, resume=True)
