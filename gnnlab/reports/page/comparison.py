"""Several runs side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from gnnlab.reports.forecast_words import amount, percent
from gnnlab.reports.page.summaries import deviated
from gnnlab.reports.page.text import paragraph, table

Answer = Mapping[str, Any]


def comparison(answers: Sequence[Answer]) -> list[str]:
    """Tables of the forecast runs and of those of node classification, as HTML.

    Args:
        answers: what a page says of each run, with its name as ``"run"``.
    """
    forecasts = [each for each in answers if "horizons" in each]
    nodes = [each for each in answers if "test_accuracy" in each]
    blocks = []
    if len(forecasts) > 1:
        blocks += _forecasts(forecasts)
    if len(nodes) > 1:
        blocks.append(
            table(
                ["run", "data set, split", "networks", "test accuracy", "macro-F1"],
                [
                    [
                        each["run"],
                        f"{each['dataset']}, {each['split']}",
                        str(each["seeds"]),
                        deviated(each["test_accuracy"]),
                        deviated(each["macro_f1"]),
                    ]
                    for each in nodes
                ],
                "classes of nodes",
            )
        )
    return blocks


def _forecasts(answers: Sequence[Answer]) -> list[str]:
    """Errors at common horizons, and a warning where they are not of the same targets."""
    by_horizon = [{row["ahead"]: row for row in each["horizons"]} for each in answers]
    common = [ahead for ahead in by_horizon[0] if all(ahead in rows for rows in by_horizon)]
    units = {each["unit"] for each in answers}
    rows = [
        [
            f"{each['model']} ({each['run']})",
            *(amount(found[ahead]["mae"][each["model"]]) for ahead in common),
            *(percent(found[ahead]["coverage90"]) for ahead in common),
        ]
        for each, found in zip(answers, by_horizon, strict=True)
    ]
    blocks = [
        table(
            ["run", *common, *(f"{ahead}, held" for ahead in common)],
            rows,
            f"mean absolute error ({', '.join(sorted(units))}) and share of targets in 90 % "
            "intervals, by horizon",
        )
    ]
    judged = {
        (each["series"], each["target"], each["part"]["start"], each["part"]["end"])
        for each in answers
    }
    if len(judged) > 1:
        blocks.append(
            paragraph(
                "Not to be compared row by row: these runs are not judged on the same readings.",
                "note",
            )
        )
    elif len({tuple(found[ahead]["n"] for ahead in common) for found in by_horizon}) > 1:
        blocks.append(paragraph("Some models have no forecast for some targets.", "note"))
    return blocks
