"""What a training leaves after each epoch, so that it can be killed at any time and go on."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, NamedTuple

from safetensors.torch import load, save
from torch import Tensor

from gnnlab.errors import RunError
from gnnlab.training.run_folder import parsed

STATE = "state.json"
NAMED = 3  # of the differences of a foreign state

Groups = Mapping[str, Mapping[str, Tensor]]


class State(NamedTuple):
    """Tensors in groups, and plain values; both by name."""

    tensors: Groups
    values: Mapping[str, Any]


@dataclass(frozen=True)
class Checkpoint:
    """A folder that holds the last state.

    Files: the tensors, ``*.safetensors``, and ``state.json``: identity, values, and the sha256 of
    tensors and values, after which the former is named. The latter is replaced last and in one go,
    so that at any time it names tensors that are there.

    Args:
        folder: made where it is missing; nothing else lives in it.
        identity: whose state it is, plain values by name; that of something else is refused.
        resume: go on from the state in the folder, if there is one; else it will be replaced.

    >>> import tempfile, torch
    >>> folder = Path(tempfile.mkdtemp())
    >>> Checkpoint(folder, {"seed": 1}).write(State({"network": {"w": torch.ones(2)}}, {"best": 7}))
    >>> Checkpoint(folder, {"seed": 1}, resume=True).read()
    State(tensors={'network': {'w': tensor([1., 1.])}}, values={'best': 7})
    >>> Checkpoint(folder, {"seed": 2}, resume=True).read()  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    gnnlab.errors.RunError: ... is of another training: seed must be 1, got 2
    """

    folder: Path
    identity: Mapping[str, Any] = field(default_factory=dict)
    resume: bool = False

    def of(self, **more: Any) -> Checkpoint:
        """The same with more to its identity."""
        return replace(self, identity={**self.identity, **more})

    def within(self, name: str) -> Checkpoint:
        """The same in a folder of its folder, for one of several trainings."""
        return replace(self, folder=self.folder / name)

    def write(self, state: State) -> None:
        """Replace the state in the folder.

        Raises:
            RunError: the disk does not take it.
        """
        content = save(
            {
                f"{group}/{name}": tensor.detach().cpu().contiguous()
                for group, tensors in state.tensors.items()
                for name, tensor in tensors.items()
            }
        )
        sha256 = _sha256(content, state.values)
        values = {"identity": self.identity, "sha256": sha256, "values": state.values}
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            tensors = self._tensors(sha256)
            _replace(tensors, content)
            _replace(self.folder / STATE, json.dumps(values, indent=2).encode())
            for path in self.folder.glob("*.safetensors"):
                if path != tensors:
                    path.unlink()
        except OSError as error:
            message = f"{self.folder} could not be written: {error.strerror or error}"
            raise RunError(message) from error

    def read(self) -> State | None:
        """The state in the folder; ``None`` where there is none, or it is not to be gone on from.

        Raises:
            RunError: it is damaged, or of another identity.
        """
        path = self.folder / STATE
        if not self.resume or not path.exists():
            return None
        identity, sha256, values = parsed(path, _stored)
        self._check(identity)

        def groups(content: bytes) -> Groups:
            if (found := _sha256(content, values)) != sha256:
                raise ValueError(f"sha256, {STATE} included, must be {sha256}, got {found}")
            return _in_groups(load(content))

        return State(parsed(self._tensors(sha256), groups), values)

    def values(self) -> Mapping[str, Any]:
        """The plain values of the state in the folder, whosever it is; none where there is none.

        Raises:
            RunError: it is damaged.
        """
        path = self.folder / STATE
        return parsed(path, _stored)[2] if path.exists() else {}

    def _tensors(self, sha256: str) -> Path:
        return self.folder / f"{sha256[:16]}.safetensors"

    def _check(self, identity: Any) -> None:
        """Raise a RunError where a state's identity is another."""
        theirs, ours = _flat(identity), _flat(json.loads(json.dumps(self.identity)))
        differences = [
            f"{name} must be {_shown(theirs, name)}, got {_shown(ours, name)}"
            for name in {**theirs, **ours}
            if _shown(theirs, name) != _shown(ours, name)
        ]
        if differences:
            more = len(differences) - NAMED
            raise RunError(
                f"{self.folder} is of another training: {'; '.join(differences[:NAMED])}"
                + (f"; and {more} more" if more > 0 else "")
            )


def _replace(path: Path, content: bytes) -> None:
    """Write a file beside, then rename it."""
    partial = path.with_name(".partial")
    try:
        with partial.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())  # or a power failure may leave the name without the content
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def _sha256(content: bytes, values: Mapping[str, Any]) -> str:
    return hashlib.sha256(content + json.dumps(values).encode()).hexdigest()


def _stored(content: bytes) -> tuple[Any, str, Any]:
    match json.loads(content):
        case {"identity": identity, "sha256": str(sha256), "values": values}:
            return identity, sha256, values
    raise ValueError("it must hold identity, sha256 and values")


def _in_groups(tensors: Mapping[str, Tensor]) -> Groups:
    groups: dict[str, dict[str, Tensor]] = {}
    for path, tensor in tensors.items():
        group, name = path.split("/", 1)
        groups.setdefault(group, {})[name] = tensor
    return groups


def _shown(values: Mapping[str, Any], name: str) -> str:
    return repr(values[name]) if name in values else "nothing"


def _flat(value: Any, name: str = "") -> dict[str, Any]:
    """The single values in what JSON holds, by dotted name.

    >>> _flat({"seed": 1, "stations": ["a", "b"]})
    {'seed': 1, 'stations.0': 'a', 'stations.1': 'b'}
    """
    if isinstance(value, list):
        value = dict(enumerate(value))
    if not isinstance(value, dict):
        return {name: value}
    return {
        below: single
        for key, child in value.items()
        for below, single in _flat(child, f"{name}.{key}" if name else str(key)).items()
    }
