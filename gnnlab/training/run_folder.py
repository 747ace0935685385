"""Run folders: what every training verb writes, and all that later verbs need."""

import csv
import json
import os
import shutil
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import tomli_w
from safetensors import SafetensorError
from safetensors.torch import load, save
from torch import Tensor

from gnnlab.errors import RunError


@dataclass(frozen=True)
class Run:
    """A run folder in memory.

    Files: ``run.toml`` (``configuration``: everything that a repetition needs, with versions and
    the hash of the data), ``model.safetensors`` (``weights``; of ``train gcn`` each has a leading
    seed axis; its header holds ``structure``: texts that say what the weights are parts of),
    ``history.csv`` (a row an epoch and seed; none for what has no epochs), ``scores.json``, and
    ``figures/``.
    """

    configuration: Mapping[str, Any]
    weights: Mapping[str, Tensor] = field(repr=False)
    history: Sequence[Mapping[str, Any]] = field(repr=False)
    scores: Mapping[str, Any]
    structure: Mapping[str, str] = field(default_factory=dict, repr=False)


def check_free(path: str | Path) -> None:
    """See that a run folder can be made at ``path`` before hours are spent on its content.

    Raises:
        RunError: something is there already, or a folder cannot be made there.
    """
    path = Path(path)
    if path.exists():
        raise RunError(f"a run needs a folder that does not exist yet, got {path}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.mkdir()
        path.rmdir()
    except OSError as error:
        raise RunError(f"{path} cannot be made: {error.strerror or error}") from error


def write_run(path: str | Path, run: Run) -> None:
    """Write a run folder, all of it or nothing.

    Raises:
        RunError: something is at ``path`` already, or the disk does not take it.
    """
    path = Path(path)
    check_free(path)
    partial = path.with_name(f".{path.name}.partial-{os.getpid()}")
    try:
        (partial / "figures").mkdir(parents=True)
        (partial / "run.toml").write_text(tomli_w.dumps(run.configuration), encoding="utf-8")
        weights = {name: tensor.contiguous() for name, tensor in run.weights.items()}
        (partial / "model.safetensors").write_bytes(save(weights, _header(run.structure)))
        _write_csv(partial / "history.csv", run.history)
        scores = json.dumps(run.scores, indent=2) + "\n"
        (partial / "scores.json").write_text(scores, encoding="utf-8")
        partial.rename(path)
    except OSError as error:
        raise RunError(f"{path} could not be written: {error.strerror or error}") from error
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def read_run(path: str | Path) -> Run:
    """A run folder as :func:`write_run` left it.

    Raises:
        RunError: ``path`` is no run folder, or one of its files is missing or damaged.
    """
    path = Path(path)
    if not (path / "run.toml").is_file():
        raise RunError(f"a run folder must hold run.toml, got {path}")
    weights, structure = _parsed(path / "model.safetensors", _read_safetensors)
    return Run(
        configuration=_parsed(path / "run.toml", lambda content: tomllib.loads(content.decode())),
        weights=weights,
        history=_parsed(path / "history.csv", _read_csv),
        scores=_parsed(path / "scores.json", json.loads),
        structure=structure,
    )


def _parsed(path: Path, parse: Callable[[bytes], Any]) -> Any:
    try:
        return parse(path.read_bytes())
    except OSError as error:
        raise RunError(f"a whole run folder must hold {path}, got: {error.strerror}") from error
    except (ValueError, TypeError, SafetensorError) as error:
        raise RunError(f"{path} is damaged: {error}") from error


def _header(structure: Mapping[str, str]) -> dict[str, str] | None:
    """One entry, for safetensors writes several in any order."""
    return {"structure": json.dumps(structure)} if structure else None


def _read_safetensors(content: bytes) -> tuple[dict[str, Tensor], dict[str, str]]:
    """The tensors, and what their header says beside them."""
    tensors = load(content)  # sees that the header is whole
    end = 8 + int.from_bytes(content[:8], "little")
    header = json.loads(content[8:end]).get("__metadata__", {})
    return tensors, json.loads(header.get("structure", "{}"))


def _read_csv(content: bytes) -> list[dict[str, int | float]]:
    rows = list(csv.reader(content.decode().splitlines()))
    if not rows:
        raise ValueError("no names of columns")
    return [
        {key: _number(value) for key, value in zip(rows[0], row, strict=True)} for row in rows[1:]
    ]


def _number(text: str) -> int | float:
    return int(text) if text.lstrip("-").isdecimal() else float(text)


def _write_csv(path: Path, rows: Iterable[Mapping[str, Any]]) -> None:
    rows = list(rows)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]) if rows else ["epoch"])
        writer.writeheader()
        writer.writerows(rows)
