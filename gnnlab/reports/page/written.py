"""A page of runs and answers, written."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from gnnlab.data import SensorSeries
from gnnlab.errors import GnnlabError, RunError
from gnnlab.reports.page.album import Album
from gnnlab.reports.page.answers import answer_chapter
from gnnlab.reports.page.comparison import comparison
from gnnlab.reports.page.forecast import forecast_chapter
from gnnlab.reports.page.frame import Chapter, page
from gnnlab.reports.page.node_classification import node_chapter
from gnnlab.reports.writable import check_writable
from gnnlab.training.run_folder import CONFIGURATION, FIGURES

FORECAST = "forecast fit"
VERBS = (FORECAST, "train gcn")
ReadOf = Callable[[Path], Callable[[], SensorSeries]]
TellOf = Callable[[str, float], None]  # what is done, and the share that is done


@dataclass(frozen=True)
class Written:
    """What was written beside the page.

    Args:
        figures: pictures in run folders.
        runs: what the page says of each, in plain numbers.
        notes: on what could not be had.
    """

    figures: list[Path] = field(default_factory=list)
    runs: list[Mapping[str, Any]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def check_report(path: Path, runs: Sequence[Path]) -> None:
    """See that a page can be written before it is made.

    Args:
        path: of the page.
        runs: that it is to be of.

    Raises:
        GnnlabError: another ending than .html, or see
            :func:`gnnlab.reports.writable.check_writable`.
        RunError: one that is neither a run folder nor a file.
    """
    for run in runs:
        if not (run / CONFIGURATION).is_file() and not run.is_file():
            raise RunError(
                f"a report must be of run folders, which hold {CONFIGURATION}, or of what --json "
                f"printed, got {run}"
            )
    if path.resolve() in {run.resolve() for run in runs if run.is_file()}:
        raise GnnlabError(f"a report must be none of the files that are read, got {path}")
    check_writable(path, "a report")
    if path.suffix.lower() != ".html":
        raise GnnlabError(f"a report must end in .html, got {path.name}")
    for run in runs:
        if run.is_dir():
            if (run / FIGURES).is_file():
                raise GnnlabError(f"{run / FIGURES} must be a folder, for pictures, got a file")
            (run / FIGURES).mkdir(exist_ok=True)
            check_writable(run / FIGURES / "report.png", "a figure")


def written(
    path: Path, runs: Sequence[Path], read: ReadOf, standard: str | None, tell: TellOf
) -> Written:
    """Write the page of some runs.

    Args:
        path: of the page; what is there is replaced.
        runs: run folders, or files with what ``--json`` printed.
        read: makes what reads again what a run of ``forecast fit`` read.
        standard: see :func:`gnnlab.experiments.run_review.review_run`.
        tell: is told how far the work is.

    Raises:
        RunError: a run folder of another verb, or a file that holds nothing a page can be of.
        GnnlabError: a standard without a run of ``forecast fit``, or see :func:`check_report`.
    """
    check_report(path, runs)
    verbs = [_verb(run) if run.is_dir() else None for run in runs]
    if standard is not None and FORECAST not in verbs:
        raise GnnlabError(f"a standard is for runs of {FORECAST}, got {standard} without one")
    found, chapters = Written(), []
    with ExitStack() as stack:
        for number, (run, verb) in enumerate(zip(runs, verbs, strict=True)):
            told = partial(_told, tell, run.name, number, len(runs))
            if verb:
                album = Album(run / FIGURES)
                chapter, answer = _of_run(run, verb, album, read, standard, told, found.notes)
                found.figures.extend(album.paths)
            else:
                folder = Path(stack.enter_context(TemporaryDirectory()))
                answer = _parsed(run)
                chapter = answer_chapter(answer, run.name, Album(folder))
            chapters.append(chapter)
            found.runs.append({"run": str(run), **answer})
            told(1.0)
    lead = comparison(found.runs) if len(runs) > 1 else []
    path.write_text(page(f"{len(runs)} runs", chapters, lead), encoding="utf-8")
    return found


def _verb(run: Path) -> str:
    """That left a run folder."""
    try:
        said = tomllib.loads((run / CONFIGURATION).read_text(encoding="utf-8"))
    except ValueError as error:
        raise RunError(f"{run / CONFIGURATION} is damaged: {error}") from error
    if (verb := said.get("verb")) not in VERBS:
        raise RunError(
            f"a report must be of a run of {' or '.join(VERBS)}, got {run}, one of "
            f"{verb or 'nothing'}"
        )
    return str(verb)


def _of_run(
    run: Path,
    verb: str,
    album: Album,
    read: ReadOf,
    standard: str | None,
    tell: Callable[[float], None],
    notes: list[str],
) -> tuple[Chapter, Mapping[str, Any]]:
    """The chapter of a run folder, by the verb that left it, and its numbers."""
    if verb != FORECAST:
        return node_chapter(run, album)
    from gnnlab.experiments.run_review import review_run

    review = review_run(run, read(run), standard, lambda share: tell(0.9 * share))
    if lacking := review.answer["part"]["lacking"]:
        notes.append(f"{run}: {lacking}; reported are the last ones, which the run keeps")
    return forecast_chapter(review, album), review.answer


def _parsed(path: Path) -> Mapping[str, Any]:
    try:
        answer = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise RunError(f"{path} must hold what --json printed, got: {error}") from error
    if not isinstance(answer, dict):
        raise RunError(f"{path} must hold what --json printed, got no object")
    return answer


def _told(tell: TellOf, name: str, number: int, runs: int, share: float) -> None:
    tell(name, (number + share) / runs)
