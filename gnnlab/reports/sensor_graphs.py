"""A graph of sensors as text."""

from typing import Any

from gnnlab.experiments.sensor_graphs import joins_placed_only
from gnnlab.reports.hop_tables import aligned, listed
from gnnlab.reports.words import counted, minute

WHAT = {
    "distance": "great-circle distance",
    "correlation": "rank correlation of changes from step to step",
    "site": "likeness of surroundings",
    "wind": "how often and fast the wind blows there",
    "dtw": "likeness of the mean week, warped in time",
    "combine": "mean of",
}


def graph_text(answer: dict[str, Any]) -> str:
    """What :func:`gnnlab.experiments.sensor_graphs.described` says, line by line."""
    arrow = "->" if answer["directed"] else "-"
    lines = [
        title(answer),
        *lacking(answer),
        f"{counted(answer['nodes'], 'station')}, {counted(answer['edges'], 'edge')}, "
        f"{'directed' if answer['directed'] else 'undirected'}, density {answer['density']:.3f}, "
        f"{counted(answer['components'], 'component')}"
        + (f", the largest of {answer['largest_component']}" if answer["components"] > 1 else ""),
        _kept(answer),
        used(answer),
        *unplaced(answer),
        *_left_out(answer),
        *_guessed(answer),
        "",
        *aligned(
            [
                ["weight", "strongest edges"],
                *(
                    [f"{edge['weight']:.3f}", f"{edge['source']} {arrow} {edge['target']}"]
                    for edge in answer["strongest"]
                ),
            ]
        ),
    ]
    if answer["importance"]:
        shares = [[f"{100 * share:.1f} %", name] for name, share in answer["importance"].items()]
        lines += ["", *aligned([["share", "what tells groups of stations apart"], *shares])]
    groups = [[str(len(names)), listed(names)] for names in answer["communities"] if len(names) > 1]
    if groups:
        lines += ["", *aligned([["stations", "communities"], *groups])]
    return "\n".join(lines)


def title(answer: dict[str, Any]) -> str:
    """Whose graph of which kind, and that tomorrow's weather was taken as known if it was."""
    of = f" {', '.join(answer['of'])}" if answer["kind"] == "combine" else ""
    perfect = ", perfect weather" if answer["perfect_weather"] else ""
    return (
        f"{answer['series'] or 'readings'}, {answer['kind']}: {WHAT[answer['kind']]}{of}{perfect}"
    )


def lacking(answer: dict[str, Any]) -> list[str]:
    """A line on what a mean of graphs could not be of, if there is anything."""
    names = answer["not_of"]
    why = "of which the training part has no readings"
    return [f"not in the mean: {listed(names)}, {why}"] if names else []


def _kept(answer: dict[str, Any]) -> str:
    """Which edges stay, and how far near is."""
    if answer["threshold"] is not None:
        kept = f"weights of at least {answer['threshold']:g}"
    else:
        number = "" if answer["neighbors"] == 1 else f"{answer['neighbors']} "
        kept = f"the {number}strongest of each station"
    of = " of distance" if answer["kind"] == "combine" else ""
    sigma = answer["sigma_km"]
    return f"kept: {kept}" + (f"; sigma{of} {sigma:.3g} km" if sigma else "")


def used(answer: dict[str, Any]) -> str:
    """Which part of the series the graph was fitted on."""
    if answer["kind"] == "distance":
        return "from coordinates alone: no readings were used"
    part = answer["training"]
    what = "wind" if answer["kind"] == "wind" else answer["target"]
    if answer["kind"] == "combine" and "wind" in answer["of"]:
        what += " and wind"
    return (
        f"fitted on {what} of the training part alone, {part['steps']:,} of {part['of']:,} steps:\n"
        f"{minute(part['start'])} to {minute(part['end'])} ({part['time_zone']})"
    )


def unplaced(answer: dict[str, Any]) -> list[str]:
    """A line on stations without coordinates, if there are any."""
    names = answer["without_coordinates"]
    from_map = (answer["surroundings"] or {}).get("source") == "map"
    alone = " (so without edges)" if joins_placed_only(answer["kind"], from_map) else ""
    return [f"without coordinates{alone}: {listed(names)}"] if names else []


def _left_out(answer: dict[str, Any]) -> list[str]:
    """A line on columns of the station table that only name stations, if there are any."""
    names = (answer["surroundings"] or {"left_out": []})["left_out"]
    return [f"left out, as their words differ for most stations: {listed(names)}"] if names else []


def _guessed(answer: dict[str, Any]) -> list[str]:
    """A line on what was guessed or mended when the readings were read, if anything was."""
    number = answer["guessed_or_mended"]
    if not number:
        return []
    were = "thing was" if number == 1 else "things were"
    return [
        f"time zone {answer['training']['time_zone']}; {number} {were} guessed or mended in the "
        "readings: gnnlab sensors inspect lists them"
    ]
