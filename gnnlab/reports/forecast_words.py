"""What a forecast run is good for and what it is not, in sentences made of its numbers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from gnnlab.evaluation.comparison import LEAST_BLOCKS
from gnnlab.reports.forecast_errors import MONTHS

PROMISED, NEAR = 0.9, 0.03  # share in intervals, and how far from it still counts as kept
ASIDE = 0.07  # share of targets by which medians may lie aside
UNEVEN, APART = 1.5, 1.25  # times the best season's error, the median station's
COMMON = 0.95  # share of days above a limit from which on it says nothing to tell them
NOTHING = "Nothing that these numbers show."

Row = Mapping[str, Any]


class Verdict(NamedTuple):
    """Sentences on what forecasts are good for, and on what they are not."""

    good: list[str]
    bad: list[str]


def verdict(answer: Row) -> Verdict:
    """The sentences that numbers of :func:`gnnlab.experiments.forecast_findings.findings` make."""
    said = Verdict([], [])
    _accuracy(answer, said)
    _intervals(answer, said)
    _alarms(answer, said)
    _high(answer, said)
    _where_and_when(answer, said)
    if not said.good:
        known = any(row["less"] and row["less"]["low"] is not None for row in answer["horizons"])
        said.good.append("Nothing that a simple rule does not do as well." if known else NOTHING)
    return said


def listed(words: Sequence[str]) -> str:
    """Words in a row.

    >>> listed(["1 hour", "3 hours", "1 day"])
    '1 hour, 3 hours and 1 day'
    """
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def amount(value: float | None) -> str:
    """Three digits, which is more than forecasts are worth; a dash for nothing.

    >>> amount(59.197), amount(None)
    ('59.2', '-')
    """
    return "-" if value is None else f"{value:.3g}"


def percent(share: float | None) -> str:
    """Whole percent; a dash for nothing.

    >>> percent(0.896)
    '90 %'
    """
    return "-" if share is None else f"{100 * share:.0f} %"


def _accuracy(answer: Row, said: Verdict) -> None:
    """Against the best simple rule at each horizon; an interval that holds 0 tells nothing."""
    scored = [row for row in answer["horizons"] if row["less"]]
    rows = [row for row in scored if row["less"]["low"] is not None]
    unknown = [row for row in scored if row["less"]["low"] is None]
    better = [row for row in rows if row["less"]["high"] < 0]
    worse = [row for row in rows if row["less"]["low"] > 0]
    alike = [row for row in rows if row not in better and row not in worse]
    if better:
        most = min(better, key=lambda row: row["less"]["mean"] / row["mae"][row["best_rule"]])
        share = -most["less"]["mean"] / most["mae"][most["best_rule"]]
        said.good.append(
            f"{_aheads(better)} ahead it errs less than any simple rule. Most at "
            f"{most['ahead']}: {_against(most, answer)}, {percent(share)} less (90 % interval: "
            f"{amount(-most['less']['high'])} to {amount(-most['less']['low'])} less)."
        )
    if unknown:
        last = unknown[-1]
        said.bad.append(
            f"{_aheads(unknown)} ahead it is not known whether it errs less than a simple rule: "
            f"what it is judged on is shorter than {LEAST_BLOCKS} weeks, or than {LEAST_BLOCKS} "
            f"times as far as it looks ahead. At {last['ahead']} {_against(last, answer)}."
        )
    if alike:
        last = alike[-1]
        said.bad.append(
            f"{_aheads(alike)} ahead it cannot be told from a simple rule. At {last['ahead']} "
            f"{_against(last, answer)} (90 % interval: {amount(-last['less']['low'])} less to "
            f"{amount(last['less']['high'])} more)."
        )
    if worse:
        last = worse[-1]
        said.bad.append(
            f"{_aheads(worse)} ahead a simple rule is better. At {last['ahead']} "
            f"{_against(last, answer)} (90 % interval: {amount(last['less']['low'])} to "
            f"{amount(last['less']['high'])} more)."
        )


def _against(row: Row, answer: Row) -> str:
    rule = row["best_rule"]
    return (
        f"the mean absolute error is {amount(row['mae'][answer['model']])} {answer['unit']}, "
        f"that of {rule} {amount(row['mae'][rule])}"
    )


def _intervals(answer: Row, said: Verdict) -> None:
    rows = [row for row in answer["horizons"] if row["coverage90"] is not None]
    kept = [row for row in rows if abs(row["coverage90"] - PROMISED) <= NEAR]
    few = [row for row in rows if row["coverage90"] < PROMISED - NEAR]
    many = [row for row in rows if row["coverage90"] > PROMISED + NEAR]
    flattered = answer["intervals"]["flattered"]
    but = ", which flatters: they were calibrated on the same weeks" if flattered else ""
    if kept:
        said.good.append(
            f"{_aheads(kept)} ahead its 90 % intervals hold what they promise, "
            f"{_range(kept)} of what came{but}."
        )
    if few:
        weekly = [row for row in few if row["worst_week90"] is not None]
        least = min(weekly, key=lambda row: row["worst_week90"], default=None)
        worst = (
            f", in the worst week {percent(least['worst_week90'])} ({least['ahead']} ahead)"
            if least
            else ""
        )
        said.bad.append(
            f"{_aheads(few)} ahead its 90 % intervals are too narrow: they hold {_range(few)} of "
            f"what came{worst}{but}."
        )
    if many:
        said.bad.append(
            f"{_aheads(many)} ahead its 90 % intervals are wider than need be: they hold "
            f"{_range(many)} of what came{but}."
        )
    aside = [row for row in rows if abs(row["below_median"] - 0.5) > ASIDE]
    if aside:
        row = max(aside, key=lambda row: abs(row["below_median"] - 0.5))
        side = "high" if row["below_median"] > 0.5 else "low"
        said.bad.append(
            f"{_aheads(aside)} ahead its medians are too {side} to be the middle: at "
            f"{row['ahead']} {percent(row['below_median'])} of what came was at most the median, "
            "not 50 %."
        )


def _alarms(answer: Row, said: Verdict) -> None:
    """Days above a limit, by the evening before, against the best simple rule."""
    found = answer["exceedance"]
    models = found.get("models", {})
    if not models.get(answer["model"]):
        return
    ours = models[answer["model"]][0]
    days, above = ours["days"], ours["above"]
    limit = f"{found['limit']:g} {found['unit']} ({found['standard']})"
    if not above or above > COMMON * days:
        said.bad.append(
            f"Whether it tells days above {limit} is not known: {above:,} of {days:,} station-days "
            f"were above."
        )
        return
    rules = {name: rows[0] for name, rows in models.items() if name != answer["model"]}
    score = "critical_success_index"
    best = max(rules, key=lambda name: rules[name][score] or 0, default=None)
    beaten = best is None or (ours[score] or 0) > (rules[best][score] or 0)
    false = ours["false_alarm_ratio"]
    wrong = f"; {percent(false)} of the days that it says do not come" if false is not None else ""
    other = f", of {best} {rules[best][score] or 0:.2f}" if best else ""
    (said.good if beaten else said.bad).append(
        f"Of {above:,} station-days above {limit}, {percent(above / days)} of all, it says "
        f"{percent(ours['probability_of_detection'])} the evening before{wrong}. Its critical "
        f"success index is {ours[score] or 0:.2f}{other}."
    )


def _high(answer: Row, said: Verdict) -> None:
    row = next(row for row in answer["horizons"] if row["horizon"] == answer["at"]["horizon"])
    if row["high_bias"] is not None and row["high_bias"] < 0:
        said.bad.append(
            f"What was high comes out too low: {row['ahead']} ahead, what came above "
            f"{amount(answer['high'])} {answer['unit']}, the highest tenth, was forecast "
            f"{amount(-row['high_bias'])} too low on average."
        )


def _where_and_when(answer: Row, said: Verdict) -> None:
    """Seasons and stations with much larger errors than others, and where a rule is better."""
    at, model = answer["at"], answer["model"]
    seasons = at["seasons"]
    if seasons:
        worst, best = (pick(seasons, key=lambda name: seasons[name]) for pick in (max, min))
        if seasons[worst] > UNEVEN * seasons[best]:
            said.bad.append(
                f"From {MONTHS[worst]} it errs {seasons[worst] / seasons[best]:.1f} times as much "
                f"as from {MONTHS[best]}: by {amount(seasons[worst])} {answer['unit']} "
                f"{at['ahead']} ahead, not {amount(seasons[best])}."
            )
    known = [each for each in at["stations"] if each["mae"][model] is not None]
    if len(known) < 2:
        return
    middle = float(np.median([each["mae"][model] for each in known]))
    worst = max(known, key=lambda each: each["mae"][model])
    if worst["mae"][model] > APART * middle:
        said.bad.append(
            f"At {worst['name']} it errs most: by {amount(worst['mae'][model])} {answer['unit']} "
            f"{at['ahead']} ahead, where the median of stations is {amount(middle)}."
        )
    lost = [each["name"] for each in known if each["mae"][model] > min(each["mae"].values())]
    if lost:
        more = f" and {len(lost) - 5} more" if len(lost) > 5 else ""
        said.bad.append(
            f"At {len(lost)} of {len(known)} stations a simple rule errs less {at['ahead']} ahead: "
            f"{', '.join(lost[:5])}{more}."
        )


def _aheads(rows: Iterable[Row]) -> str:
    return listed([row["ahead"] for row in rows])


def _range(rows: Sequence[Row]) -> str:
    """The least and the largest coverage, in whole percent."""
    low, high = (round(100 * f(row["coverage90"] for row in rows)) for f in (min, max))
    return f"{low} %" if low == high else f"{low} to {high} %"
