"""What readings hold, as text."""

from __future__ import annotations

from typing import Any

from gnnlab.reports.hop_tables import aligned
from gnnlab.reports.words import counted

WORST = 5  # months that are named


def inspection_text(answer: dict[str, Any]) -> str:
    """What :func:`gnnlab.experiments.inspection.inspected` says; what lacks most comes first."""
    lines = [
        f"{answer['series'] or 'readings'}: {counted(len(answer['stations']), 'station')}, "
        f"{counted(answer['steps'], 'step')} of {answer['step']}",
        f"{_minute(answer['start'])} to {_minute(answer['end'])} ({answer['time_zone']})",
        f"{', '.join(answer['targets'])}: {_percent(answer['missing_share'])} missing"
        + _worst_months(answer["months"]),
    ]
    if words := known_ahead(answer):
        lines.append(words)
    lines += ["", *_stations(answer), "", *_variables(answer["variables"])]
    if answer["issues"]:
        lines += ["", *_issues(answer["issues"])]
    return "\n".join(lines)


def known_ahead(answer: dict[str, Any]) -> str:
    """That measurements are taken as known ahead, and which; nothing where none are."""
    if not answer["perfect_weather"]:
        return ""
    names = [each["name"] for each in answer["variables"] if each["kind"] == "future"]
    return f"perfect weather: {', '.join(names)} taken as known ahead"


def _stations(answer: dict[str, Any]) -> list[str]:
    ranked = sorted(answer["stations"], key=lambda each: -each["missing_share"])
    return aligned(
        [
            ["missing", "longest gap", "steps", "from", "station"],
            *(
                [
                    _percent(each["missing_share"]),
                    each["longest_gap_lasts"] or "-",
                    f"{each['longest_gap']:,}",
                    _minute(each["longest_gap_start"]) if each["longest_gap_start"] else "-",
                    each["name"],
                ]
                for each in ranked
            ),
        ]
    )


def _variables(variables: list[dict[str, Any]]) -> list[str]:
    return aligned(
        [
            ["missing", "mean", "lowest", "highest", "unit", "kind", "variable"],
            *(
                [
                    _percent(each["missing_share"]),
                    *(_number(each[key]) for key in ("mean", "lowest", "highest")),
                    each["unit"],
                    each["kind"],
                    each["name"],
                ]
                for each in variables
            ),
        ]
    )


def _issues(issues: list[dict[str, Any]]) -> list[str]:
    """Every issue; those of one kind that were met at one place share a line."""
    counts: dict[tuple[str, str], int] = {}
    rules: dict[tuple[str, str], list[str]] = {}
    for each in issues:
        key = (each["kind"], each["first"])
        counts[key] = counts.get(key, 0) + each["count"]
        rules.setdefault(key, []).append(each["rule"])
    width = max(len("times"), *(len(f"{count:,}") for count in counts.values()))
    return [
        f"{'times':>{width}}  what was guessed, mended, or looks wrong",
        *(
            f"{counts[kind, first]:>{width},}  {kind}: {', '.join(said)}; first: {first}"
            for (kind, first), said in rules.items()
        ),
    ]


def _worst_months(months: list[dict[str, Any]]) -> str:
    """The months that lack most, in their order."""
    ranked = sorted(months, key=lambda each: -each["missing_share"])[:WORST]
    worst = [each for each in months if each in ranked and each["missing_share"]]
    said = ", ".join(f"{each['month']} ({_percent(each['missing_share'])})" for each in worst)
    return f", most in {said}" if said and len(months) > 1 else ""


def _minute(time: str) -> str:
    return time[:16].replace("T", " ")


def _percent(share: float) -> str:
    return f"{100 * share:.2f} %"


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:,.4g}" if abs(value) < 1e4 else f"{value:,.0f}"
