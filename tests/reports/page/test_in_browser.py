"""A page as a browser shows it, where there is one: Chromium, without a window."""

import json
import re
import shutil
import subprocess
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from matplotlib.figure import Figure
from small_run import write_small_run
from small_series import small_series

from gnnlab.reports.page import Chapter, Section, page
from gnnlab.reports.page.album import Album
from gnnlab.reports.page.text import bullets, paragraph, table
from gnnlab.reports.page.written import written

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
QUIET = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--enable-logging=stderr", "--v=0", "--virtual-time-budget=3000",
)  # fmt: skip
# What the page shows, written into the page itself.
LOOK = """<script>addEventListener("load", () => {
  const shown = [...document.images].map(each => ({
    complete: each.complete, natural: each.naturalWidth,
    width: each.getBoundingClientRect().width, height: each.getBoundingClientRect().height}));
  const asked = performance.getEntriesByType("resource").map(each => each.name);
  const wide = document.documentElement.scrollWidth - document.documentElement.clientWidth;
  const found = document.createElement("pre");
  found.id = "found";
  found.textContent = JSON.stringify({shown, asked, wide});
  document.body.append(found);
});</script></body>"""


@pytest.fixture(scope="module")
def chromium() -> str:
    for name in NAMES:
        if path := shutil.which(name):
            return path
    pytest.skip(f"no browser here: none of {', '.join(NAMES)} is on the path")


@pytest.fixture
def html(tmp_path: Path) -> str:
    figure = Figure(figsize=(9, 3))
    figure.subplots().plot([1, 3, 2])
    picture = Album(tmp_path).add("line", figure, "A line that rises and falls.", "A line.")
    blocks = [paragraph("A note.", "note"), picture, bullets(["a", "b"], "good"), picture]
    numbers = table(["model", *"abcdefghijklmnop"], [["ridge", *["1,234.5"] * 16]], "numbers")
    return page("Pictures", [Chapter("Pictures", [], [Section("One", [*blocks, numbers])])])


def browse(chromium: str, file: Path, *asked: str) -> tuple[str, str]:
    """What Chromium prints of a file, and what it says meanwhile."""
    profile = f"--user-data-dir={file.parent / 'profile'}"
    found = subprocess.run(
        [chromium, *QUIET, profile, *asked, file.as_uri()],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    return found.stdout, found.stderr


def test_nothing_is_complained_of(chromium: str, html: str, tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    file.write_text(html)
    shown, said = browse(chromium, file, "--dump-dom")
    assert "A line that rises and falls." in shown
    assert [line for line in said.splitlines() if "CONSOLE" in line] == []


def looked(chromium: str, html: str, file: Path, *more: str) -> dict[str, Any]:
    """What `LOOK` finds on a page."""
    # The page forbids scripts: of this copy alone that line is taken out.
    without = re.sub(r"<meta http-equiv=[^>]*>", "", html)
    file.write_text(without.replace("</body>", LOOK))
    shown, said = browse(chromium, file, "--dump-dom", *more)
    assert [line for line in said.splitlines() if "CONSOLE" in line] == []
    text = shown.partition('<pre id="found">')[2].partition("</pre>")[0]
    found: dict[str, Any] = json.loads(unescape(text))
    assert [each for each in found["asked"] if not each.startswith(("data:", "file:"))] == []
    assert found["wide"] <= 0  # a wide table is scrolled, not the page
    return found


@pytest.mark.parametrize("more", [(), ("--window-size=390,844",), ("--force-dark-mode",)])
def test_all_pictures_are_seen_and_nothing_is_asked_for(
    chromium: str, html: str, tmp_path: Path, more: tuple[str, ...]
) -> None:
    found = looked(chromium, html, tmp_path / "copy.html", *more)
    assert len(found["shown"]) == 2
    for picture in found["shown"]:
        assert picture["complete"]
        assert picture["natural"] > 1000
        assert picture["width"] > 250
        assert picture["height"] > 80


def test_the_page_of_a_run_is_seen_whole(chromium: str, tmp_path: Path) -> None:
    write_small_run(tmp_path / "run", "ridge")
    path = tmp_path / "report.html"
    written(path, [tmp_path / "run"], lambda run: lambda: small_series(), None, lambda *_: None)
    found = looked(chromium, path.read_text(), tmp_path / "copy.html", "--window-size=390,844")
    assert len(found["shown"]) >= 9
    for picture in found["shown"]:
        assert picture["complete"]
        assert picture["natural"] > 600
        assert 250 < picture["width"] <= 500  # no window is narrower


def test_it_prints(chromium: str, html: str, tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    file.write_text(html)
    browse(chromium, file, f"--print-to-pdf={tmp_path / 'page.pdf'}")
    assert (tmp_path / "page.pdf").read_bytes().startswith(b"%PDF")
