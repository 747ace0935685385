import pytest
from html_page import Page, assert_stands_alone

from gnnlab.reports.page import Chapter, Section, page
from gnnlab.reports.page.text import bullets, paragraph, preformatted, table

EVIL = "<script>alert(\"x\")</script> & 'more'"


def chapter(title: str = "One run") -> Chapter:
    return Chapter(
        title, [paragraph("lead", "note")], [Section("First", ["<p>a</p>"]), Section("Second", [])]
    )


def test_a_single_chapter_is_the_page() -> None:
    found = assert_stands_alone(page("unused", [chapter()]))
    assert [name for name, _ in found.elements if name in ("h1", "h2", "h3")] == ["h1", "h2", "h2"]
    assert "unused" not in found.text
    assert found.all("title") == [{}]


def test_several_have_a_heading_each_and_their_own_ids() -> None:
    html = page("Both", [chapter("A"), chapter("A")], ["<p>compared</p>"])
    found = assert_stands_alone(html)
    headings = [name for name, _ in found.elements if name in ("h1", "h2", "h3")]
    assert headings == ["h1", "h2", "h3", "h3", "h2", "h3", "h3"]
    assert [link["href"] for link in found.all("a")] == ["#run-1", "#run-2"]
    assert html.index("compared") < html.index("<nav")


@pytest.mark.parametrize(
    "html",
    [
        paragraph(EVIL),
        bullets([EVIL]),
        preformatted(EVIL),
        table([EVIL, EVIL], [[EVIL, EVIL]], EVIL),
        page("x", [Chapter(EVIL, [], [Section(EVIL, [])])]),
        page(EVIL, [chapter(EVIL), chapter(EVIL)]),
    ],
)
def test_what_it_is_given_is_text(html: str) -> None:
    found = Page(html)
    assert "script" not in [name for name, _ in found.elements]
    assert EVIL in found.text


def test_it_looks_well_in_the_dark_and_on_paper_and_asks_for_nothing() -> None:
    html = page("x", [chapter()])
    assert "prefers-color-scheme: dark" in html
    assert "@media print" in html
    assert "default-src &#x27;none&#x27;" in html or "default-src 'none'" in html
    assert '<meta name="viewport"' in html
