from base64 import b64decode
from pathlib import Path

import pytest
from html_page import Page
from matplotlib.figure import Figure

from gnnlab.errors import GnnlabError
from gnnlab.reports.page.album import Album


def test_a_picture_is_saved_and_shown_in_its_size(tmp_path: Path) -> None:
    album = Album(tmp_path)
    html = album.add("dots", Figure(figsize=(3, 2)), 'a "dot"', "two <b> dots")
    (picture,) = Page(html).all("img")
    kept = (tmp_path / "dots.png").read_bytes()
    assert b64decode((picture["src"] or "").partition(",")[2]) == kept
    assert (picture["width"], picture["height"]) == ("288", "192")
    assert picture["alt"] == 'a "dot"'
    assert Page(html).text == "two <b> dots"
    assert album.paths == [tmp_path / "dots.png"]


@pytest.mark.parametrize("content", [b"", b"x" * 100])
def test_a_file_that_is_no_picture_is_an_error(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "dots.png").write_bytes(content)
    with pytest.raises(
        GnnlabError, match=r"dots.png must be a PNG, got .* bytes of something else"
    ):
        Album(tmp_path).take(tmp_path / "dots.png", "alt", "caption")


def test_a_picture_that_cannot_be_saved_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(GnnlabError, match="a figure needs a folder that exists"):
        Album(tmp_path / "nowhere").add("dots", Figure(), "alt", "caption")
