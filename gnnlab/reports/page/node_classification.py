"""A run of ``gnnlab train gcn`` as a chapter of a page."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from gnnlab.errors import RunError
from gnnlab.reports.page.album import Album
from gnnlab.reports.page.frame import Chapter, Section
from gnnlab.reports.page.summaries import deviated
from gnnlab.reports.page.text import paragraph, table
from gnnlab.reports.words import counted
from gnnlab.training import read_run

FIGURES = {  # of gnnlab.reports.node_classification.draw_run: alt, caption
    "curves": (
        "Losses and validation accuracy by epoch.",
        "Each network thin, their mean thick; dots are the epochs that were kept.",
    ),
    "confusion": (
        "Which class test nodes of each class are taken for.",
        "Percent of each true class, test nodes of all networks.",
    ),
    "reliability": (
        "Accuracy against confidence, before and after temperature scaling.",
        "Below the diagonal a network is surer than it should be.",
    ),
    "hidden": (
        "The hidden layer of the test nodes in two dimensions.",
        "By t-SNE: neighbourhoods mean something, distances between groups little.",
    ),
}


def node_chapter(path: Path, album: Album) -> tuple[Chapter, Mapping[str, Any]]:
    """The chapter of a run, with the figures that are in it, and its scores.

    Where one is missing, all are drawn anew, which needs the data.

    Raises:
        RunError, DataError: see :func:`gnnlab.reports.node_classification.draw_run`.
    """
    scores = read_run(path).scores
    files = {name: album.folder / f"{name}.png" for name in FIGURES}
    if not all(file.is_file() for file in files.values()):
        from gnnlab.reports.node_classification import draw_run

        draw_run(path)
    try:
        chapter = _chapter(path, scores, files, album)
    except (KeyError, TypeError, ValueError) as error:
        raise RunError(f"{path} must hold scores of train gcn in scores.json: {error}") from error
    return chapter, scores


def _chapter(
    path: Path, scores: Mapping[str, Any], files: Mapping[str, Path], album: Album
) -> Chapter:
    recall = {name: share for name, share in scores["recall_by_class"].items() if share is not None}
    said = [_accuracy(scores)]
    if recall:
        worst, best = (pick(recall, key=lambda name: recall[name]) for pick in (min, max))
        said.append(
            f"Of the classes it finds {best} best, {100 * recall[best]:.0f} % of its test nodes, "
            f"and {worst} worst, {100 * recall[worst]:.0f} %."
        )
    errors = [
        scores["calibration"][when]["expected_calibration_error"] for when in ("before", "after")
    ]
    said.append(
        f"Its probabilities are off by {deviated(errors[0])} on average, by {deviated(errors[1])} "
        "once the logits are divided by one temperature."
    )
    pictures = [album.take(files[name], *words) for name, words in FIGURES.items()]
    return Chapter(
        f"{scores['dataset']}: classes of nodes by {scores['model']}",
        [
            paragraph(
                f"Split {scores['split']}, {counted(scores['seeds'], 'network')}. Test nodes were "
                f"looked at once, at the epoch that validation chose. Run folder: {path}",
                "soft",
            )
        ],
        [
            Section("What it is worth", [*map(paragraph, said), _table(scores)]),
            Section("How it learned, and what it takes for what", pictures),
        ],
    )


def _accuracy(scores: Mapping[str, Any]) -> str:
    return f"It tells {deviated(scores['test_accuracy'])} of the test nodes' classes."


def _table(scores: Mapping[str, Any]) -> str:
    calibration = scores["calibration"]
    return table(
        ["", "mean +- deviation"],
        [
            ["test accuracy", deviated(scores["test_accuracy"])],
            ["validation accuracy", deviated(scores["validation_accuracy"])],
            ["macro-F1", deviated(scores["macro_f1"])],
            *(
                [
                    f"calibration error {when} temperature scaling",
                    deviated(calibration[when]["expected_calibration_error"]),
                ]
                for when in ("before", "after")
            ),
            *(
                [f"recall of {name}", "-" if share is None else f"{100 * share:.1f} %"]
                for name, share in scores["recall_by_class"].items()
            ),
        ],
        "over networks",
    )
