"""The figure of how long recurrent networks remember."""

from collections.abc import Mapping, Sequence
from typing import Any

from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from gnnlab.experiments.palindromes import CHANCE
from gnnlab.reports.figures import new_figure
from gnnlab.reports.words import counted

NAMES = {"rnn": "vanilla RNN", "gru": "GRU", "lstm": "LSTM"}


def draw_palindromes(rows: Sequence[Mapping[str, Any]]) -> Figure:
    """Accuracy by length of palindromes, a line a model, bars of one deviation over seeds.

    Args:
        rows: of :func:`gnnlab.experiments.palindromes.palindrome_scores`.
    """
    figure = new_figure(7, 4.5)
    axes = figure.subplots()
    models = list(dict.fromkeys(row["model"] for row in rows))
    for model, mark in zip(models, ("o-", "s--", "^:"), strict=False):
        of_model = sorted((row for row in rows if row["model"] == model), key=_length)
        found = [row["accuracy"] for row in of_model]
        axes.errorbar(
            [row["length"] for row in of_model],
            [each["mean"] for each in found],
            yerr=[each["std"] or 0 for each in found],
            fmt=mark,
            capsize=3,
            label=f"{NAMES[model]}, init {of_model[0]['init']}",
        )
    axes.axhline(CHANCE, color="grey", linestyle=":", label="chance")
    lengths = sorted({row["length"] for row in rows})
    axes.set_xticks(lengths)
    axes.set_ylim(0, 1.05)
    axes.yaxis.set_major_formatter(PercentFormatter(1))
    axes.set_xlabel("length of the palindrome")
    axes.set_ylabel("accuracy of the last digit")
    axes.set_title(_title(rows))
    axes.grid(alpha=0.3)
    axes.legend()
    return figure


def _title(rows: Sequence[Mapping[str, Any]]) -> str:
    seeds = len(max((row["seeds"] for row in rows), key=len))
    encodings = {"onehot": "one-hot digits", "scalar": "digits as numbers"}
    return (
        f"Palindromes: {encodings[rows[0]['encoding']]}, {rows[0]['hidden']} hidden channels, "
        f"mean of {counted(seeds, 'seed')}"
    )


def _length(row: Mapping[str, Any]) -> int:
    return int(row["length"])
