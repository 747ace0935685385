"""What must hold of a page that needs nothing else."""

from html.parser import HTMLParser
from itertools import pairwise

LINKS = ("src", "href", "srcset", "action", "data", "poster")


class Page(HTMLParser):
    """Elements of a page: names with attributes in order, and all text."""

    def __init__(self, html: str):
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.text = ""
        self.captions = 0
        self.feed(html)
        self.close()
        assert self.open == [], f"never closed: {self.open}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in ("meta", "link", "img", "br"):
            self.open.append(tag)
        if tag == "figcaption":
            assert self.open[-2] == "figure"
            self.captions += 1

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        """The attributes of all elements of a name."""
        return [attributes for name, attributes in self.elements if name == tag]


def assert_stands_alone(html: str) -> Page:
    """Nothing is asked of a network, ids are unique, pictures have words, headings do not skip."""
    page = Page(html)
    for tag, attributes in page.elements:
        assert tag not in ("script", "iframe", "object", "embed")
        for name in LINKS:
            link = attributes.get(name) or "#"
            assert link.startswith(("#", "data:")), link
    assert "url(" not in html
    assert "@import" not in html
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(set(ids)) == len(ids)
    for link in page.all("a"):
        assert (link["href"] or "")[1:] in ids
    for section in page.all("section"):
        assert section["aria-labelledby"] in ids
    pictures = page.all("img")
    for picture in pictures:
        assert (picture["src"] or "").startswith("data:image/png;base64,")
        assert len(picture["alt"] or "") > 10
        assert int(picture["width"] or 0) > 100
        assert int(picture["height"] or 0) > 100
    assert len(pictures) == len(page.all("figure")) == page.captions
    levels = [int(tag[1]) for tag, _ in page.elements if tag in ("h1", "h2", "h3", "h4")]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert page.all("html")[0]["lang"] == "en"
    return page
