"""A run of ``gnnlab forecast fit`` as a chapter of a page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from gnnlab.experiments.run_review import RunReview
from gnnlab.reports.forecast_words import NOTHING, verdict
from gnnlab.reports.learning_curves import draw_learning_curves
from gnnlab.reports.page.album import Album
from gnnlab.reports.page.forecast_places import placed
from gnnlab.reports.page.forecast_scores import scored
from gnnlab.reports.page.frame import Chapter, Section
from gnnlab.reports.page.text import bullets, paragraph, table
from gnnlab.reports.words import counted, minute

NO_TEST = (
    "This is not a test. All that is shown here is of the validation part, the last eighth of the "
    "readings. It is no part of what the model learned from, but networks choose their epoch by "
    "it, blends their weights, auto its model, and the run's intervals are calibrated on it. For "
    "numbers that nothing was chosen by, see gnnlab forecast backtest."
)


def forecast_chapter(run: RunReview, album: Album) -> Chapter:
    """The chapter of one run; its pictures go into the album.

    Raises:
        GnnlabError: a picture cannot be written.
    """
    sections = [
        *_worth(run),
        *scored(run, album),
        *placed(run, album),
        *_training(run, album),
        _asked(run),
    ]
    return Chapter(title(run.answer), _lead(run), sections)


def title(answer: Mapping[str, Any]) -> str:
    """Which model forecasts what, and that tomorrow's weather was taken as known if it was."""
    perfect = " (perfect weather)" if answer["perfect_weather"] else ""
    return f"{answer['series'] or 'readings'}{perfect}: {answer['target']} by {answer['model']}"


def _lead(run: RunReview) -> list[str]:
    answer, part = run.answer, run.answer["part"]
    lines = [
        paragraph(
            f"{counted(answer['stations'], 'station')}, steps of {answer['step']}, forecasts up to "
            f"{answer['horizons'][-1]['ahead']} ahead; judged on {counted(part['steps'], 'step')} "
            f"from {minute(part['start'])} to {minute(part['end'])} ({answer['time_zone']}). "
            f"Run folder: {run.path}",
            "soft",
        ),
        paragraph(NO_TEST, "note"),
    ]
    if lacking := part["lacking"]:
        lines.append(
            paragraph(
                f"{lacking[0].upper()}{lacking[1:]}. So this page is of the last readings alone, "
                "those that the run keeps; of simple rules there is only persistence, for the "
                "others would have to be fitted.",
                "note",
            )
        )
    return lines


def _worth(run: RunReview) -> list[Section]:
    said = verdict(run.answer)
    return [
        Section("What it is good for", [bullets(said.good, "good")]),
        Section("What it is not good for", [bullets(said.bad or [NOTHING], "bad")]),
    ]


def _training(run: RunReview, album: Album) -> list[Section]:
    if not run.history:
        return []
    best = min(run.history, key=lambda row: row["validation"])
    return [
        Section(
            "How it learned",
            [
                album.add(
                    "curves",
                    draw_learning_curves(run.history),
                    f"Training loss and validation error of {len(run.history)} epochs, the least "
                    f"error at epoch {best['epoch']}.",
                    "The epoch with the least error over the validation part, the black dot, is "
                    "the one that is kept. Errors are over the mean change up to the horizon.",
                )
            ],
        )
    ]


def _asked(run: RunReview) -> Section:
    said = run.configuration
    split, versions = said["split"], said["versions"]
    rows: Sequence[tuple[str, Any]] = [
        ("fitted on steps", f"{split['train'][0]:,} to {split['train'][1] - 1:,}"),
        ("validation", f"{split['validation'][0]:,} to {split['validation'][1] - 1:,}"),
        ("sha256 of the data", said["data"]["sha256"]),
        *((name, said[name]) for name in ("seed", "epochs", "graph") if name in said),
        *versions.items(),
    ]
    return Section(
        "How it was made",
        [
            table(["", ""], [(name, str(value)) for name, value in rows], "from run.toml"),
            paragraph(f"gnnlab forecast fit --config {run.path / 'run.toml'} makes it again."),
        ],
    )
