"""What ``gnnlab rnn`` palindromes, gradients and listops found, as chapters of a page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gnnlab.reports.gradients import draw_gradients
from gnnlab.reports.listops import draw_listops
from gnnlab.reports.page.album import Album
from gnnlab.reports.page.frame import Chapter, Section
from gnnlab.reports.page.summaries import deviated
from gnnlab.reports.page.text import paragraph, table
from gnnlab.reports.palindromes import NAMES, draw_palindromes

Answer = Mapping[str, Any]


def palindromes_chapter(answer: Answer, album: Album) -> Chapter:
    """How long networks remember: the figure, and a row a model and length."""
    rows, effort = answer["rows"], answer["effort"]
    picture = album.add(
        "palindromes",
        draw_palindromes(rows),
        "Accuracy of the last digit by length: "
        + ", ".join(f"{row['model']} {row['length']}: {deviated(row['accuracy'])}" for row in rows),
        "Accuracy of the last digit of fresh palindromes, bars: one deviation over seeds.",
    )
    numbers = table(
        ["model, length", "accuracy", "best batch", "solved", "steps", "seconds"],
        [
            [
                f"{NAMES[row['model']]}, {row['length']}",
                deviated(row["accuracy"]),
                deviated(row["best_batch"]),
                f"{row['ended'].count('solved')} of {len(row['seeds'])}",
                f"{row['steps']['mean']:,.0f}",
                f"{row['seconds']['mean']:.1f}",
            ]
            for row in rows
        ],
        "solved: seeds that ended with 50 batches in a row without a mistake; steps and seconds "
        "are means over seeds",
    )
    blocks = [picture, numbers]
    if effort:
        blocks.append(
            paragraph(
                f"The LSTM takes {effort['steps']:.2f} times the steps of the RNN and "
                f"{effort['seconds']:.2f} times its seconds, at lengths "
                f"{', '.join(map(str, effort['lengths']))}."
            )
        )
    return Chapter("Palindromes", [], [Section("How long networks remember", blocks)])


def gradients_chapter(answer: Answer, album: Album) -> Chapter:
    """What becomes of gradients: the figure, beside it deep GCNs, and a row a network."""
    from gnnlab.experiments.gradients import deep_gcn_rows

    rows = answer["rows"]
    picture = album.add(
        "gradients",
        draw_gradients(rows, deep_gcn_rows()),
        "Norms of Jacobians by steps back in time, before and after training, and of a deep GCN's "
        "gradients by hops.",
        "How strongly the last state depends on earlier ones; right, the same by hops of GCNs on "
        "karate, trained for this page.",
    )
    numbers = table(
        ["model, init, length", "steps", "growth a step", "verdict", "accuracy"],
        [
            [
                f"{NAMES[row['model']]}, {row['init']}, {row['length']}",
                f"{row['steps']:,}",
                f"{row['growth_per_step']:.3f}",
                row["verdict"],
                f"{100 * row['accuracy']:.0f} %",
            ]
            for row in rows
        ],
        "growth: the factor by which the norm changes a step back; steps: of training",
    )
    return Chapter(
        "Gradients through time", [], [Section("Vanish, explode or hold", [picture, numbers])]
    )


def listops_chapter(answer: Answer, album: Album) -> Chapter:
    """What a tree is worth: the figure, and a row a reader."""
    rows, ahead = answer["rows"], answer["advantage_depth_4"]
    picture = album.add(
        "listops",
        draw_listops(answer),
        "Accuracy by depth of the expression: "
        + ", ".join(f"{row['model']} {deviated(row['accuracy'])} over all" for row in rows),
        "Accuracy of the value of expressions that were not trained on.",
    )
    depths = list(rows[0]["accuracy_by_depth"])
    numbers = table(
        ["model", "parameters", "accuracy", *(f"depth {depth}" for depth in depths)],
        [
            [
                row["model"],
                f"{row['parameters']:,}",
                deviated(row["accuracy"]),
                *(deviated(row["accuracy_by_depth"][depth]) for depth in depths),
            ]
            for row in rows
        ],
        "accuracy, and its deviation over seeds",
    )
    blocks = [picture, numbers]
    if ahead:
        blocks.append(
            paragraph(f"The tree is ahead by {ahead['mean']:.1f} points at depth 4 and more.")
        )
    return Chapter("List operations", [], [Section("What a tree is worth", blocks)])
