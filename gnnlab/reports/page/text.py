"""Paragraphs, lists and tables as HTML; what they are given is plain text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape


def paragraph(text: str, kind: str = "") -> str:
    """A paragraph.

    >>> paragraph("1 < 2", "note")
    '<p class="note">1 &lt; 2</p>'
    """
    return f"<p{_kind(kind)}>{escape(text)}</p>"


def bullets(texts: Iterable[str], kind: str = "") -> str:
    """A list.

    >>> bullets(["a", "b"])
    '<ul><li>a</li><li>b</li></ul>'
    """
    return f"<ul{_kind(kind)}>{''.join(f'<li>{escape(text)}</li>' for text in texts)}</ul>"


def preformatted(text: str) -> str:
    """Text as a terminal shows it.

    >>> preformatted("a  b")
    '<pre>a  b</pre>'
    """
    return f"<pre>{escape(text)}</pre>"


def table(head: Sequence[str], rows: Iterable[Sequence[str]], caption: str) -> str:
    """A table, the first cell of each row its heading; wide ones can be scrolled.

    >>> print(table(["model", "error"], [["ridge", "1.5"]], "errors"))
    <div class="wide"><table><caption>errors</caption>
    <thead><tr><th scope="col">model</th><th scope="col">error</th></tr></thead>
    <tbody>
    <tr><th scope="row">ridge</th><td>1.5</td></tr>
    </tbody></table></div>
    """
    columns = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in head)
    lines = [
        f'<tr><th scope="row">{escape(first)}</th>'
        f"{''.join(f'<td>{escape(cell)}</td>' for cell in rest)}</tr>"
        for first, *rest in rows
    ]
    return "\n".join(
        [
            f'<div class="wide"><table><caption>{escape(caption)}</caption>',
            f"<thead><tr>{columns}</tr></thead>",
            "<tbody>",
            *lines,
            "</tbody></table></div>",
        ]
    )


def _kind(kind: str) -> str:
    return f' class="{kind}"' if kind else ""
