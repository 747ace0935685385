"""Where a forecast run's stations are, whom they listen to and what they read, as sections."""

from __future__ import annotations

from collections.abc import Mapping

from gnnlab.experiments.run_review import RunReview
from gnnlab.reports.daily_calendar import draw_calendar
from gnnlab.reports.forecast_errors import draw_by_station
from gnnlab.reports.forecast_map import draw_map
from gnnlab.reports.forecast_words import amount, listed
from gnnlab.reports.heard_stations import draw_listening
from gnnlab.reports.page.album import Album
from gnnlab.reports.page.frame import Section
from gnnlab.reports.page.text import paragraph, table
from gnnlab.reports.pollution_rose import can_draw_rose, draw_rose
from gnnlab.reports.sensor_graphs import WHAT
from gnnlab.reports.words import counted


def placed(run: RunReview, album: Album) -> list[Section]:
    """The map with errors by station, listening, and the readings."""
    return [each(run, album) for each in (_stations, _listening, _readings)]


def _stations(run: RunReview, album: Album) -> Section:
    answer, at = run.answer, run.answer["at"]
    known = [row for row in at["stations"] if row["mae"][answer["model"]] is not None]
    known.sort(key=lambda row: -row["mae"][answer["model"]])
    most = known[0]["name"] if known else "none"
    return Section(
        "Stations",
        [
            album.add(
                "map",
                draw_map(run.readings, run.graph[0] if run.graph else None, _joined(run)),
                f"A map of {counted(answer['stations'], 'station')}: {_joined(run)}.",
                f"The stations on the map: {_joined(run)}."
                + (" Weights are shares of what a station hears." if run.graph else ""),
            ),
            album.add(
                "errors-by-station",
                draw_by_station(run.errors),
                f"Dots of the mean absolute error of each station {at['ahead']} ahead, largest at "
                f"{most}.",
                f"The mean absolute error of each station {at['ahead']} ahead, largest on top.",
            ),
        ],
    )


def _joined(run: RunReview) -> str:
    """What joins stations in the model, in words."""
    if not run.graph:
        return "the model has no graph of stations"
    if run.graph[1]:
        return "the strongest edges of the graph that the model learned"
    kind = run.configuration.get("graph", "distance")
    return f"the model's graph, {kind}: {WHAT.get(kind, kind)}"


def _listening(run: RunReview, album: Album) -> Section:
    heard, found = run.heard, run.answer["listening"]
    answer = run.answer
    how = (
        "Measured, not read off the model: the last day of one station was replaced by what is "
        "usual there, and all forecasts were made again, at "
        f"{counted(heard.origins, 'time')}, far apart. Means over "
        f"{listed([row['ahead'] for row in answer['horizons']])} ahead."
    )
    if not found["most"]:
        return Section(
            "Which stations it listens to",
            [paragraph(how), paragraph("No station's forecast moves with another's readings.")],
        )
    blocks = [
        paragraph(how),
        paragraph(
            f"A station's own last day moves its forecast by {amount(found['own'])} "
            f"{answer['unit']} on average, another station's by {amount(found['other'])}, "
            f"{amount(found['most'])} at most."
        ),
    ]
    every = "hears" in found
    if every:
        blocks.append(
            album.add(
                "listening",
                draw_listening(heard, answer["unit"]),
                "A matrix of how far each station's forecast moves with each other's readings; "
                f"at most {amount(found['most'])} {answer['unit']}.",
                "Row: whose forecast moves. Column: whose last day reads the usual. A station's "
                "own readings are grey.",
            )
        )
    rows: dict[str, dict[str, float]] = found["hears" if every else "heard_by"]
    blocks.append(
        table(
            ["station", "most", "then", "then"] if every else ["changed", "moves most", "", ""],
            [_padded(name, strongest) for name, strongest in rows.items()],
            f"whom each station hears most, {answer['unit']}"
            if every
            else f"{found['changed']} stations that were changed, and whose forecasts that moves "
            f"most, {answer['unit']}",
        )
    )
    return Section("Which stations it listens to", blocks)


def _padded(name: str, strongest: Mapping[str, float]) -> list[str]:
    """A row of three cells after the name."""
    cells = [f"{other} {amount(moved)}" for other, moved in strongest.items()]
    return [name, *cells, *["-"] * (3 - len(cells))]


def _readings(run: RunReview, album: Album) -> Section:
    readings = run.readings
    series = readings.series.between(readings.judged.start, readings.judged.stop)
    target = run.answer["target"]
    blocks = [
        album.add(
            "calendar",
            draw_calendar(series),
            f"A calendar of daily means of {target} over the validation part.",
            f"Daily means of {target} over all stations; dark is high, pale grey was not observed "
            "or is not part of what is judged.",
        )
    ]
    if can_draw_rose(series):
        blocks.append(
            album.add(
                "rose",
                draw_rose(series),
                f"Two roses of the wind: how often it comes from where with how much {target}, and "
                "the mean then.",
                f"From where the wind comes, and how much {target} there is then, all stations "
                "together.",
            )
        )
    return Section("What was read", blocks)
