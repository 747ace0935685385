"""What a run of ``gnnlab forecast fit`` is, as text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from gnnlab.experiments.forecast_models import SHUFFLED, WITH_GRAPH, WITHOUT_GRAPH
from gnnlab.reports.hop_tables import aligned
from gnnlab.reports.words import counted, minute
from gnnlab.training import Run

FILES = (  # of a run folder, and what is in them
    "  run.toml           how it was made; --config takes it again",
    "  model.safetensors  the fitted model, and the last readings",
    "  history.csv        a row an epoch, of a network",
    "  scores.json        these scores at every step ahead",
)
SKILL = "mean absolute error by steps ahead; skill over damped-persistence or climatology"
IN_INTERVALS = "of targets in 90 % intervals, in the second half of validation"


def fit_text(run: Run, horizons: Sequence[int]) -> str:
    """The errors over the validation part at some horizons, and the files of the run folder."""
    said, scores = run.configuration, run.scores
    data = said["data"]
    rows = [row for row in scores["scores"] if row["horizon"] in horizons]
    first, end = said["split"]["train"]
    mae = f"mean absolute error, {data['unit']}"
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
                    [*(_number(row["mae"]) for row in rows), mae],
                    [*(_percent(row["coverage90"]) for row in rows), IN_INTERVALS],
                ]
            ),
            "",
            *_choice(said["model"], scores.get("candidates", ()), horizons),
            *(line for line in FILES if run.history or "history.csv" not in line),
        ]
    )


def _choice(
    chosen: str, candidates: Sequence[Mapping[str, Any]], horizons: Sequence[int]
) -> list[str]:
    """What was compared, what was left out, and whether the graph helps."""
    fitted = [each for each in candidates if "mae" in each]
    if not fitted:
        return []
    shown = [row["horizon"] for row in fitted[0]["mae"] if row["horizon"] in horizons]
    rows = [[*map(str, shown), "skill", SKILL]]
    for each in fitted:
        mae = {row["horizon"]: _number(row["mae"]) for row in each["mae"]}
        name = each["model"] + (", chosen" if each["model"] == chosen else "")
        rows.append([*(mae[ahead] for ahead in shown), f"{each['skill']:.3f}", name])
    left_out = [each for each in candidates if "left_out" in each]
    return [
        *aligned(rows),
        *(f"left out: {each['model']}: {each['left_out']}" for each in left_out),
        *_worth_of_graph({each["model"]: each["skill"] for each in fitted}),
        "",
    ]


def _worth_of_graph(skill: Mapping[str, float]) -> list[str]:
    """A sentence, where networks with and without a graph were fitted."""
    if not {WITH_GRAPH, WITHOUT_GRAPH, SHUFFLED} <= skill.keys():
        return []
    along, without, other = skill[WITH_GRAPH], skill[WITHOUT_GRAPH], skill[SHUFFLED]
    helps = "helps" if along > max(without, other) else "does not help"
    return [
        f"by one seed, the graph {helps}: skill {along:.3f} along it, {other:.3f} along a shuffled "
        f"one, {without:.3f} without one ({WITHOUT_GRAPH})"
    ]


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{100 * share:.0f} %"
