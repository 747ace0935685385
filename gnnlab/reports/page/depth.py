"""What ``gnnlab depth`` found, as a chapter of a page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gnnlab.reports.depth import draw_depth
from gnnlab.reports.page.album import Album
from gnnlab.reports.page.frame import Chapter, Section
from gnnlab.reports.page.summaries import deviated
from gnnlab.reports.page.text import paragraph, table

FAR = "2"  # hops, whose gradient is shown


def depth_chapter(answer: Mapping[str, Any], album: Album) -> Chapter:
    """Its figure and a row a depth."""
    rows, name = answer["rows"], answer["dataset"]
    best, worst = (pick(rows, key=lambda row: row["test_accuracy"]["mean"]) for pick in (max, min))
    said = (
        f"Most is learned with {best['layers']} layers, remedy {best['remedy']}: "
        f"{deviated(best['test_accuracy'])}. Least with {worst['layers']}, remedy "
        f"{worst['remedy']}: {deviated(worst['test_accuracy'])}, which sees "
        f"{100 * worst['coverage']:.1f} % of the graph."
    )
    picture = album.add(
        "depth",
        draw_depth(name, rows),
        f"Test accuracy, what is seen, smoothness and gradients by number of layers. {said}",
        "What a node sees, what reaches it and what is learned, by depth.",
    )
    numbers = table(
        ["layers, remedy", "test accuracy", "sees", "energy", "distance", "at 0 hops", "at 2"],
        [
            [
                f"{row['layers']}, {row['remedy']}",
                deviated(row["test_accuracy"]),
                f"{100 * row['coverage']:.1f} %",
                _number(row["relative_dirichlet_energy"][-1]),
                _number(row["mean_average_distance"][-1]),
                *(_gradient(row, hops) for hops in ("0", FAR)),
            ]
            for row in rows
        ],
        "sees: mean share of the graph in a receptive field; energy: Dirichlet energy of the last "
        "layer over its squared norm; distance: mean cosine distance of its nodes; then the mean "
        "norm of the gradient at nodes that many hops away",
    )
    return Chapter(
        f"Depth: {name}, split {answer['split']}",
        [],
        [Section("Seen, reached, learned", [paragraph(said), picture, numbers])],
    )


def _gradient(row: Mapping[str, Any], hops: str) -> str:
    norm = row["gradient_by_hop"].get(hops)
    return "-" if norm is None else f"{norm:.2g}"


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"
