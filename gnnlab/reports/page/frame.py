"""A page: its head, a list of what is in it, and its chapters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from string import Template

from gnnlab import __version__
from gnnlab.reports.page.style import STYLE

# What the page itself forbids a browser, so that nothing is ever asked of a network.
POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"
PAGE = Template("""\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="$policy">
<meta name="generator" content="gnnlab $version">
<title>$title</title>
<link rel="icon" href="data:,">
<style>$style</style>
</head>
<body>
<header>
<h1>$title</h1>
$lead
<nav aria-label="Contents"><ul>
$contents
</ul></nav>
</header>
<main>
$body
</main>
<footer><p class="soft">Made by gnnlab $version from what it measured; no number was written by
hand.</p></footer>
</body>
</html>
""")


@dataclass(frozen=True)
class Section:
    """A heading, and what stands below it.

    Args:
        title: of it, plain text.
        blocks: HTML.
    """

    title: str
    blocks: Sequence[str]


@dataclass(frozen=True)
class Chapter:
    """What a page says of one run or answer.

    Args:
        title: plain text.
        lead: HTML below it.
        sections: in order.
    """

    title: str
    lead: Sequence[str]
    sections: Sequence[Section]


def page(title: str, chapters: Sequence[Chapter], lead: Sequence[str] = ()) -> str:
    """A whole HTML page that refers to nothing outside itself.

    A single chapter is the page; of several each has a heading of its own.

    Args:
        title: plain text; that of a single chapter is taken instead.
        chapters: at least one.
        lead: HTML above several chapters.

    >>> page("a", [Chapter("A < B", [], [Section("One", ["<p>x</p>"])])]).count("A &lt; B")
    2
    """
    alone = len(chapters) == 1
    contents, body = [], []
    for number, chapter in enumerate(chapters, 1):
        if not alone:
            contents.append(_link(f"run-{number}", chapter.title))
            body += [_heading(2, f"run-{number}", chapter.title), *chapter.lead]
        for place, section in enumerate(chapter.sections, 1):
            name = f"run-{number}-part-{place}"
            if alone:
                contents.append(_link(name, section.title))
            body.append(f'<section aria-labelledby="{name}">')
            body += [_heading(2 if alone else 3, name, section.title), *section.blocks]
            body.append("</section>")
    return PAGE.substitute(
        title=escape(chapters[0].title if alone else title),
        lead="\n".join([*lead, *(chapters[0].lead if alone else ())]),
        contents="\n".join(contents),
        body="\n".join(body),
        style=STYLE,
        policy=POLICY,
        version=__version__,
    )


def _link(name: str, title: str) -> str:
    return f'<li><a href="#{name}">{escape(title)}</a></li>'


def _heading(level: int, name: str, title: str) -> str:
    return f'<h{level} id="{name}">{escape(title)}</h{level}>'
