"""What a run of ``gnnlab forecast fit`` is, as text."""

from __future__ import annotations

from collections.abc import Sequence

from gnnlab.reports.hop_tables import aligned
from gnnlab.reports.words import counted, minute
from gnnlab.training import Run

FILES = (  # of a run folder, and what is in them
    "  run.toml           how it was made; --config takes it again",
    "  model.safetensors  the fitted model, and the last readings",
    "  history.csv        a row an epoch, of a network",
    "  scores.json        these scores at every step ahead",
)
IN_INTERVALS = "of targets in 90 % intervals, in the second half of validation"


def fit_text(run: Run, horizons: Sequence[int]) -> str:
    """The errors over the validation part at some horizons, and the files of the run folder."""
    said, scores = run.configuration, run.scores
    data = said["data"]
    rows = [row for row in scores["scores"] if row["horizon"] in horizons]
    first, end = said["split"]["train"]
    return "\n".join(
        [
            f"{data['series'] or 'readings'}, {data['target']} ({data['unit']}): "
            f"{said['model']}, {counted(len(data['stations']), 'station')}, steps of "
            f"{data['step']}{', perfect weather' if data['perfect_weather'] else ''}",
            f"fitted on {counted(end - first, 'step')}, validation of "
            f"{counted(scores['steps'], 'step')} from {minute(scores['start'])} to "
            f"{minute(scores['end'])} ({data['time_zone']})",
            "",
            *aligned(
                [
                    [*(str(row["horizon"]) for row in rows), "steps ahead"],
                    [*(_number(row["mae"]) for row in rows), "mean absolute error"],
                    [*(_percent(row["coverage90"]) for row in rows), IN_INTERVALS],
                ]
            ),
            "",
            *FILES,
        ]
    )


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{100 * share:.0f} %"
