"""What readings hold, as text."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from textwrap import wrap
from typing import Any

from gnnlab.reports.hop_tables import aligned
from gnnlab.reports.words import counted, minute

WORST = 5  # months that are named
GUESSED = "guessed "  # how the kinds of guesses begin
WIDTH = 88  # of lines that name guesses and places
MOST = 8  # stations that are named where readings look wrong


def inspection_text(answer: dict[str, Any]) -> str:
    """What :func:`gnnlab.experiments.inspection.inspected` says; what lacks most comes first."""
    lines = [
        f"{answer['series'] or 'readings'}: {counted(len(answer['stations']), 'station')}, "
        f"{counted(answer['steps'], 'step')} of {answer['step']}",
        f"{minute(answer['start'])} to {minute(answer['end'])} ({answer['time_zone']})",
        f"{', '.join(answer['targets'])}: {_percent(answer['missing_share'])} missing"
        + _worst_months(answer["months"]),
    ]
    if words := known_ahead(answer):
        lines.append(words)
    lines += ["", *_stations(answer), "", *_variables(answer["variables"])]
    lines += _issues(answer["issues"], [each["name"] for each in answer["variables"]])
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
                    minute(each["longest_gap_start"]) if each["longest_gap_start"] else "-",
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


def _issues(issues: Sequence[Mapping[str, Any]], variables: Sequence[str]) -> list[str]:
    """Every issue: what was guessed, then what was mended, then what looks wrong and was kept."""
    blocks: dict[str, list[Mapping[str, Any]]] = {"guessed": [], "mended": [], "kept": []}
    for each in issues:
        block = "kept" if each["rule"].startswith("kept") else "mended"
        blocks["guessed" if each["kind"].startswith(GUESSED) else block].append(each)
    return [
        *_guesses(blocks["guessed"]),
        *_troubles("mended or noted", blocks["mended"], variables),
        *_troubles("looks wrong", blocks["kept"], variables),
    ]


def _guesses(issues: Sequence[Mapping[str, Any]]) -> list[str]:
    """What was guessed; guesses of one kind that were made at one place share lines."""
    rules: dict[tuple[str, str], list[str]] = {}
    for each in issues:
        what = each["kind"].removeprefix(GUESSED)
        rules.setdefault((what, each["first"]), []).append(each["rule"])
    lines = [
        line
        for (what, first), said in rules.items()
        for line in _wrapped(f"{what} ({first}): {', '.join(said)}", "  ", "    ")
    ]
    return ["", "guessed", *lines] if lines else []


def _wrapped(text: str, indent: str, then: str) -> list[str]:
    """The lines of a long one, the first indented and then the others."""
    return wrap(
        text,
        WIDTH,
        initial_indent=indent,
        subsequent_indent=then,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _troubles(
    head: str, issues: Sequence[Mapping[str, Any]], variables: Sequence[str]
) -> list[str]:
    """What is wrong: a line for one rule for several variables, or several rules at one place."""
    lines: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for each in issues:
        variable, rule = _of_any(each["rule"], variables)
        lines.setdefault((each["kind"], rule if variable else each["first"]), []).append(each)
    if not lines:
        return []
    counts = [f"{sum(each['count'] for each in met):,}" for met in lines.values()]
    width = max(len("times"), *map(len, counts))
    return [
        "",
        f"{'times':>{width}}  {head}",
        *(
            line
            for count, met in zip(counts, lines.values(), strict=True)
            for line in (
                f"{count:>{width}}  {_trouble(met, variables)}; first: {met[0]['first']}",
                *(line for each in met for line in _where(each, " " * (width + 4))),
            )
        ),
    ]


def _where(issue: Mapping[str, Any], indent: str) -> list[str]:
    """Where readings look wrong, if not at one place: the stations with most, and where first."""
    if issue["count"] < 2 or "by_station" not in issue:
        return []
    ranked = sorted(issue["by_station"].items(), key=lambda each: -each[1]["count"])
    said = [
        f"{name} {found['count']:,}, first {found['first'][0]}"
        if found["count"] > 1
        else f"{name} {found['first'][0]}"
        for name, found in ranked[:MOST]
    ]
    if more := len(ranked[MOST:]):
        said.append(f"and {counted(more, 'more station')} (--json has all)")
    return _wrapped("; ".join(said), indent, indent)


def _trouble(issues: Sequence[Mapping[str, Any]], variables: Sequence[str]) -> str:
    """The kind and the rule of issues that share a line."""
    names, rules = zip(*(_of_any(each["rule"], variables) for each in issues), strict=True)
    if len(issues) == 1 or not names[0]:
        return f"{issues[0]['kind']}: {', '.join(each['rule'] for each in issues)}"
    shares = [f"{name} ({each['count']:,})" for name, each in zip(names, issues, strict=True)]
    return f"{issues[0]['kind']} in {', '.join(shares)}: {rules[0]}"


def _of_any(rule: str, variables: Sequence[str]) -> tuple[str, str]:
    """The variable that a rule is about and the rule for any; no variable if it names two or none.

    >>> _of_any("kept: NO2 is far away", ["NO", "NO2"])
    ('NO2', 'kept: it is far away')
    """
    patterns = {name: rf"(?<!\w){re.escape(name)}(?!\w)" for name in variables}
    named = [name for name, pattern in patterns.items() if re.search(pattern, rule)]
    return (named[0], re.sub(patterns[named[0]], "it", rule)) if len(named) == 1 else ("", rule)


def _worst_months(months: list[dict[str, Any]]) -> str:
    """The months that lack most, in their order."""
    ranked = sorted(months, key=lambda each: -each["missing_share"])[:WORST]
    worst = [each for each in months if each in ranked and each["missing_share"]]
    said = ", ".join(f"{each['month']} ({_percent(each['missing_share'])})" for each in worst)
    return f", most in {said}" if said and len(months) > 1 else ""


def _percent(share: float) -> str:
    return f"{100 * share:.2f} %"


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:,.4g}" if abs(value) < 1e4 else f"{value:,.0f}"
