"""What a verb printed with ``--json`` as a chapter of a page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from gnnlab.errors import RunError
from gnnlab.reports.page.album import Album
from gnnlab.reports.page.depth import depth_chapter
from gnnlab.reports.page.frame import Chapter, Section
from gnnlab.reports.page.hops import hops_chapter
from gnnlab.reports.page.recurrent import gradients_chapter, listops_chapter, palindromes_chapter
from gnnlab.reports.page.text import preformatted

Answer = Mapping[str, Any]

VERBS = (
    "depth, hops, rnn palindromes, rnn gradients, rnn listops or forecast backtest"  # in messages
)


def answer_chapter(answer: Answer, name: str, album: Album) -> Chapter:
    """The chapter of an answer, known by what it holds; its pictures go into the album.

    Args:
        answer: of one of `VERBS`.
        name: of the file that it comes from, for messages.
        album: for its pictures.

    Raises:
        RunError: something else, or an answer without one of its parts.
    """
    for belongs, chapter in _KINDS:
        if belongs(answer):
            try:
                return chapter(answer, album)
            except (KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
                raise RunError(
                    f"{name} must be a whole answer: {type(error).__name__}: {error}"
                ) from error
    raise RunError(f"{name} must be what --json of {VERBS} printed, got {', '.join(answer)}")


def _backtest_chapter(answer: Answer, album: Album) -> Chapter:
    from gnnlab.reports.forecast_backtest import forecast_text

    protocol = answer["protocol"]
    title = f"Backtest: {protocol['series'] or 'readings'}, {protocol['target']}"
    return Chapter(title, [], [Section("Scores", [preformatted(forecast_text(dict(answer)))])])


def _rows_with(*keys: str) -> Callable[[Answer], bool]:
    """Whether an answer has rows with these keys."""

    def belongs(answer: Answer) -> bool:
        match answer.get("rows"):
            case [dict(first), *_]:
                return set(keys) <= set(first)
        return False

    return belongs


_KINDS: tuple[tuple[Callable[[Answer], bool], Callable[[Answer, Album], Chapter]], ...] = (
    (_rows_with("layers", "remedy"), depth_chapter),
    (_rows_with("length", "best_batch"), palindromes_chapter),
    (_rows_with("growth_per_step"), gradients_chapter),
    (_rows_with("accuracy_by_depth"), listops_chapter),
    (lambda answer: {"protocol", "scores"} <= set(answer), _backtest_chapter),
    (lambda answer: {"graph", "nodes", "edges", "directed"} <= set(answer), hops_chapter),
)
