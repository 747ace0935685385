"""What a forecast run's forecasts were worth, as sections of a page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gnnlab.experiments.run_review import RunReview
from gnnlab.reports.forecast_calibration import draw_calibration
from gnnlab.reports.forecast_errors import (
    MONTHS,
    draw_by_horizon,
    draw_by_hour_and_season,
)
from gnnlab.reports.forecast_exceedance import draw_exceedance
from gnnlab.reports.forecast_fans import chosen_evenings, draw_fans
from gnnlab.reports.forecast_words import amount, listed, percent
from gnnlab.reports.page.album import Album
from gnnlab.reports.page.frame import Section
from gnnlab.reports.page.text import paragraph, table
from gnnlab.reports.words import counted, minute


def scored(run: RunReview, album: Album) -> list[Section]:
    """Errors, fan charts, calibration and days above a limit."""
    return [each(run, album) for each in (_errors, _fans, _calibration, _exceedance)]


def _errors(run: RunReview, album: Album) -> Section:
    answer, at = run.answer, run.answer["at"]
    rows, unit = answer["horizons"], answer["unit"]
    rules = run.errors.rules
    numbers = table(
        ["ahead", answer["model"], *rules, "less than the best rule", "90 % interval", "targets"],
        [
            [
                row["ahead"],
                *(amount(row["mae"][name]) for name in (answer["model"], *rules)),
                amount(row["less"] and -row["less"]["mean"]),
                f"{amount(-row['less']['high'])} to {amount(-row['less']['low'])}"
                if row["less"] and row["less"]["low"] is not None
                else "-",
                f"{row['n']:,}",
            ]
            for row in rows
        ],
        f"mean absolute error, {unit}, all models at the same targets; the interval is of a "
        "bootstrap over blocks of a week, or as long as is looked ahead, if there are 10",
    )
    first, last = rows[0], rows[-1]
    alt = (
        f"Lines of the mean absolute error by horizon: {answer['model']} from "
        f"{amount(first['mae'][answer['model']])} {unit} {first['ahead']} ahead to "
        f"{amount(last['mae'][answer['model']])} {last['ahead']} ahead, beside {listed(rules)}."
    )
    seasons = ", ".join(f"{MONTHS[name]} {amount(mae)}" for name, mae in at["seasons"].items())
    by_hour = album.add(
        "errors-by-hour",
        draw_by_hour_and_season(run.errors),
        f"Lines of the error by hour of day, a line a season; bars by season: {seasons} {unit} "
        f"{at['ahead']} ahead.",
        f"Left: the mean absolute error {at['ahead']} ahead by the local hour of what was "
        "forecast. Right: by the season of that, at all horizons. A season of few days says "
        "little.",
    )
    return Section(
        "Errors by horizon, hour and season",
        [
            numbers,
            album.add(
                "errors-by-horizon",
                draw_by_horizon(run.errors),
                alt,
                "Persistence is the last value observed, damped persistence what is unusual now "
                "fading, climatology the median of the hour and month.",
            ),
            by_hour,
        ],
    )


def _fans(run: RunReview, album: Album) -> Section:
    heading = "Forecasts against what came"
    chosen = chosen_evenings(run.intervals)
    if not chosen:
        return Section(heading, [paragraph("No evening's forecast has targets enough to draw it.")])
    names = run.heard.stations
    alt = "Fan charts of forecasts and what came: " + ", ".join(
        f"{each.why} at {names[each.station]}" for each in chosen
    )
    return Section(
        heading,
        [
            album.add(
                "fans",
                draw_fans(run.intervals),
                f"{alt}.",
                "Chosen by rule from all forecasts of a station that were issued at the last step "
                "of a day: that with the median error over all its horizons, that with the largest "
                "one, and the highest of other evenings. Bands hold 50 and 90 %. "
                f"{_calibrated(run.answer)}",
            )
        ],
    )


def _calibration(run: RunReview, album: Album) -> Section:
    rows = [row for row in run.answer["horizons"] if row["coverage90"] is not None]
    said = ", ".join(f"{row['ahead']} ahead {percent(row['coverage90'])}" for row in rows)
    return Section(
        "Calibration, and coverage over time",
        [
            album.add(
                "calibration",
                draw_calibration(run.intervals),
                f"Shares of targets below each quantile, and week by week in 90 % intervals: {said}"
                " over all.",
                "Left: on the diagonal quantiles are what they say. Right: the share of targets in "
                "the 90 % interval, week by week; the first and the last may be of few hours. "
                f"{_calibrated(run.answer)}",
            ),
            table(
                ["", *(row["ahead"] for row in rows)],
                [
                    ["all", *(percent(row["coverage90"]) for row in rows)],
                    ["worst week", *(percent(row["worst_week90"]) for row in rows)],
                ],
                "targets in 90 % intervals; a week counts if half of it is judged",
            ),
        ],
    )


def _exceedance(run: RunReview, album: Album) -> Section:
    found, heading = run.answer["exceedance"], "Days above a limit"
    if isinstance(run.above, str):
        return Section(heading, [paragraph(f"None is judged: {run.above}.")])
    if not any(run.above.counts.values()):
        return Section(heading, [paragraph("None is judged: no whole day is forecast.")])
    rows = [
        [
            f"{name}, {counted(row['days_ahead'], 'day')} ahead",
            f"{row['days']:,}",
            f"{row['above']:,}",
            f"{row['said']:,}",
            percent(row["probability_of_detection"]),
            percent(row["false_alarm_ratio"]),
            percent(row["critical_success_index"]),
        ]
        for name, of_model in found["models"].items()
        for row in of_model
    ]
    ours = found["models"][run.answer["model"]][0]
    return Section(
        heading,
        [
            album.add(
                "exceedance",
                draw_exceedance(run.above),
                f"Bars of the probability of detection, the false-alarm ratio and the critical "
                f"success index by days ahead: {run.answer['model']} finds "
                f"{percent(ours['probability_of_detection'])} of the days above the limit the "
                "evening before.",
                f"A day is above when its mean is above {found['limit']:g} {found['unit']} "
                f"({found['standard']}). A forecast says so when the mean of its medians over the "
                "day is; it is issued at the last step of a day, and the next is 1 day ahead.",
            ),
            table(
                ["", "station-days", "above", "said", "POD", "FAR", "CSI"],
                rows,
                "days above the limit: came, said, found (POD), said in vain (FAR), hits of all "
                "said or come (CSI)",
            ),
        ],
    )


def _calibrated(answer: Mapping[str, Any]) -> str:
    """What the intervals that are shown were calibrated on."""
    intervals = answer["intervals"]
    if intervals["flattered"]:
        return "These intervals were calibrated on the same steps, which flatters them."
    return (
        f"Of forecasts issued from {minute(intervals['start'])} on: intervals were calibrated anew "
        "on what came before."
    )
