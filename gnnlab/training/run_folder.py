"""Run folders: what every training verb writes, and all that later verbs need."""

import csv
import json
import os
import shutil
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tomli_w
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor

from gnnlab.errors import RunError


@dataclass(frozen=True)
class Run:
    """A run folder in memory.

    Files: ``run.toml`` (``configuration``: everything that a repetition needs, with versions and
    the hash of the data), ``model.safetensors`` (``weights``, each with a leading seed axis),
    ``history.csv`` (a row an epoch and seed), ``scores.json``, and ``figures/``.
    """

    configuration: Mapping[str, Any]
    weights: Mapping[str, Tensor]
    history: Sequence[Mapping[str, Any]]
    scores: Mapping[str, Any]


def check_free(path: Path) -> None:
    """See that a run folder can be made at ``path`` before hours are spent on its content.

    Raises:
        RunError: something is there already, or the place cannot be written.
    """
    if path.exists():
        raise RunError(f"a run needs a folder that does not exist yet, got {path}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise RunError(f"{path.parent} must be a folder, got: {error.strerror}") from error
    if not os.access(path.parent, os.W_OK):
        raise RunError(f"{path.parent} must be writable, got a folder that is not")


def write_run(path: Path, run: Run) -> None:
    """Write a run folder, all of it or nothing.

    Raises:
        RunError: something is at ``path`` already, or the disk does not take it.
    """
    check_free(path)
    partial = path.with_name(f".{path.name}.partial-{os.getpid()}")
    try:
        (partial / "figures").mkdir(parents=True)
        (partial / "run.toml").write_text(tomli_w.dumps(run.configuration), encoding="utf-8")
        save_file(
            {name: tensor.contiguous() for name, tensor in run.weights.items()},
            partial / "model.safetensors",
        )
        _write_csv(partial / "history.csv", run.history)
        scores = json.dumps(run.scores, indent=2) + "\n"
        (partial / "scores.json").write_text(scores, encoding="utf-8")
        partial.rename(path)
    except OSError as error:
        shutil.rmtree(partial, ignore_errors=True)
        raise RunError(f"{path} could not be written: {error.strerror or error}") from error


def read_run(path: Path) -> Run:
    """A run folder as :func:`write_run` left it.

    Raises:
        RunError: ``path`` is no run folder, or one of its files is damaged.
    """
    if not (path / "run.toml").is_file():
        raise RunError(f"a run folder must hold run.toml, got {path}")
    try:
        with (path / "history.csv").open(encoding="utf-8", newline="") as file:
            history = list(csv.DictReader(file))
        return Run(
            configuration=tomllib.loads((path / "run.toml").read_text(encoding="utf-8")),
            weights=load_file(path / "model.safetensors"),
            history=history,
            scores=json.loads((path / "scores.json").read_text(encoding="utf-8")),
        )
    except (OSError, ValueError, SafetensorError) as error:
        raise RunError(f"{path} must be a whole run folder, got: {error}") from error


def _write_csv(path: Path, rows: Iterable[Mapping[str, Any]]) -> None:
    rows = list(rows)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
