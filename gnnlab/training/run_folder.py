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

CONFIGURATION, WEIGHTS = "run.toml", "model.safetensors"
HISTORY, SCORES = "history.csv", "scores.json"
FIGURES, CHECKPOINT = "figures", "checkpoint"


@dataclass(frozen=True)
class Run:
    """A run folder in memory.

    Files: ``run.toml`` (``configuration``: everything that a repetition needs, with versions and
    the hash of the data), ``model.safetensors`` (``weights``; of ``train gcn`` each has a leading
    seed axis; its header holds ``structure``: texts that say what the weights are parts of),
    ``history.csv`` (a row an epoch and seed; none for what has no epochs), ``scores.json``, and
    ``figures/``. Before, while a training leaves checkpoints, ``checkpoint/`` is in their place.
    """

    configuration: Mapping[str, Any]
    weights: Mapping[str, Tensor] = field(repr=False)
    history: Sequence[Mapping[str, Any]] = field(repr=False)
    scores: Mapping[str, Any]
    structure: Mapping[str, str] = field(default_factory=dict, repr=False)


def check_free(path: str | Path, resume: bool = False) -> None:
    """See that a run folder can be made at ``path`` before hours are spent on its content.

    Args:
        path: of the folder.
        resume: it may be there already, with the checkpoint of a training that was interrupted.

    Raises:
        RunError: something is there already, or a folder cannot be made there.
    """
    path = Path(path)
    unfinished = _unfinished(path)
    if resume and unfinished:
        return
    if path.exists():
        if resume:
            raise RunError(f"a run to resume must be unfinished, got {path}")
        hint = ", an unfinished run: --resume goes on with it" if unfinished else ""
        raise RunError(f"a run needs a folder that does not exist yet, got {path}{hint}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.mkdir()
        path.rmdir()
    except OSError as error:
        raise RunError(f"{path} cannot be made: {error.strerror or error}") from error


def write_run(path: str | Path, run: Run) -> None:
    """Write a run folder, all of it or nothing; in the place of a checkpoint, if there is one.

    Raises:
        RunError: anything else is at ``path`` already, or the disk does not take it.
    """
    path = Path(path)
    resumed = _unfinished(path)
    check_free(path, resume=resumed)
    partial = path.with_name(f".{path.name}.partial-{os.getpid()}")
    try:
        (partial / FIGURES).mkdir(parents=True)
        (partial / CONFIGURATION).write_text(tomli_w.dumps(run.configuration), encoding="utf-8")
        weights = {name: tensor.contiguous() for name, tensor in run.weights.items()}
        (partial / WEIGHTS).write_bytes(save(weights, _header(run.structure)))
        _write_csv(partial / HISTORY, run.history)
        scores = json.dumps(run.scores, indent=2) + "\n"
        (partial / SCORES).write_text(scores, encoding="utf-8")
        if resumed:
            for name in (FIGURES, WEIGHTS, HISTORY, SCORES, CONFIGURATION):  # now it is a run
                (partial / name).replace(path / name)
            shutil.rmtree(path / CHECKPOINT)
        else:
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
    if not (path / CONFIGURATION).is_file():
        raise RunError(f"a run folder must hold {CONFIGURATION}, got {path}")
    weights, structure = parsed(path / WEIGHTS, _read_safetensors)
    return Run(
        configuration=parsed(path / CONFIGURATION, lambda content: tomllib.loads(content.decode())),
        weights=weights,
        history=parsed(path / HISTORY, _read_csv),
        scores=parsed(path / SCORES, json.loads),
        structure=structure,
    )


def _unfinished(path: Path) -> bool:
    """Whether it holds a checkpoint and nothing else but what :func:`write_run` moved there."""
    if not path.is_dir():
        return False
    names = {each.name for each in path.iterdir()}
    return CHECKPOINT in names and names <= {CHECKPOINT, FIGURES, WEIGHTS, HISTORY, SCORES}


def parsed(path: Path, parse: Callable[[bytes], Any]) -> Any:
    """What is made of the content of a file.

    Raises:
        RunError: it cannot be read, or nothing can be made of it.
    """
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
