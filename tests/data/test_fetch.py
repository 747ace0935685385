import hashlib
import io
import threading
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from multiprocessing import get_context
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from gnnlab.data import cache_folder, card, cards, fetch, verify
from gnnlab.data.catalog import Card, DataFile
from gnnlab.errors import DataError

CONTENT = b"five hundred nodes\n" * 100


def a_card(*sources: str, content: bytes = CONTENT) -> Card:
    file = DataFile("graph.txt", len(content), hashlib.sha256(content).hexdigest())
    return Card(
        name="small",
        title="A small file",
        kind="citation",
        licence="none",
        citation=["nobody"],
        folder="small-folder",
        sources=sources,
        files=(file,),
    )


class Server:
    """Serves one answer a request, the last one from then on, and counts the requests."""

    def __init__(self, *answers: tuple[int, bytes], says_length: bool = True):
        self.requests = 0
        outer = self
        whole = max(len(body) for _, body in answers)

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                status, body = answers[min(outer.requests, len(answers) - 1)]
                outer.requests += 1
                self.send_response(status)
                if says_length:
                    self.send_header("Content-Length", str(whole))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def serve() -> Iterator[type[Server]]:
    servers = []

    def start(*answers: tuple[int, bytes], says_length: bool = True) -> Server:
        servers.append(Server(*answers, says_length=says_length))
        return servers[-1]

    yield start
    for server in servers:
        server.close()


@pytest.fixture(autouse=True)
def empty_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GNNLAB_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("GNNLAB_DATA_MIRROR", raising=False)
    return tmp_path / "cache"


def a_mirror(path: Path, content: bytes = CONTENT) -> Path:
    (path / "small-folder").mkdir(parents=True)
    (path / "small-folder" / "graph.txt").write_bytes(content)
    return path


def test_from_upstream_into_the_cache_and_from_then_on_from_there(serve, empty_cache) -> None:
    server = serve((200, CONTENT))
    counted = []
    paths = fetch(a_card(server.url), counted.append)
    assert paths == {"graph.txt": empty_cache / "small-folder" / "graph.txt"}
    assert paths["graph.txt"].read_bytes() == CONTENT
    assert sum(counted) == len(CONTENT)
    fetch(a_card(server.url))
    assert server.requests == 1
    assert [path.name for path in empty_cache.rglob("*") if path.is_file()] == ["graph.txt"]


@pytest.mark.parametrize("form", ["{}", "{}/", "file://{}"])
def test_a_mirror_folder_goes_before_upstream(serve, tmp_path, monkeypatch, form) -> None:
    monkeypatch.setenv("GNNLAB_DATA_MIRROR", form.format(a_mirror(tmp_path / "mirror")))
    server = serve((500, b""))
    counted = []
    assert fetch(a_card(server.url), counted.append)["graph.txt"].read_bytes() == CONTENT
    assert sum(counted) == len(CONTENT)
    assert server.requests == 0


def test_a_mirror_may_be_a_url(serve, monkeypatch) -> None:
    mirror, upstream = serve((200, CONTENT)), serve((500, b""))
    monkeypatch.setenv("GNNLAB_DATA_MIRROR", mirror.url)
    fetch(a_card(upstream.url))
    assert (mirror.requests, upstream.requests) == (1, 0)


def test_what_a_mirror_lacks_comes_from_upstream_and_the_reason_is_said(
    serve, tmp_path, monkeypatch, caplog
) -> None:
    monkeypatch.setenv("GNNLAB_DATA_MIRROR", str(tmp_path))
    server = serve((200, CONTENT))
    assert fetch(a_card(server.url))["graph.txt"].read_bytes() == CONTENT
    assert "does not have it; it came from http" in caplog.text


def test_a_wrong_hash_is_deleted_and_its_source_named(
    serve, tmp_path, empty_cache, monkeypatch, no_retries
) -> None:
    mirror = a_mirror(tmp_path / "mirror", b"other")
    monkeypatch.setenv("GNNLAB_DATA_MIRROR", str(mirror))
    server = serve((200, CONTENT[::-1]))
    with pytest.raises(DataError) as error:
        fetch(a_card(server.url))
    assert f"{mirror}/small-folder/ sent other bytes (wrong sha256; deleted)" in str(error.value)
    assert f"{server.url} sent other bytes" in str(error.value)
    assert not [path for path in empty_cache.rglob("*") if path.is_file()]
    assert (mirror / "small-folder" / "graph.txt").exists()


def test_a_server_that_fails_once_is_asked_again(serve) -> None:
    for failure in ((503, b""), (200, CONTENT[:10])):
        server = serve(failure, (200, CONTENT))
        counted = []
        path = fetch(a_card(server.url), counted.append)["graph.txt"]
        assert path.read_bytes() == CONTENT
        assert server.requests == 2
        path.unlink()


def test_a_server_that_goes_on_failing_is_named_with_its_answer(serve, no_retries) -> None:
    server = serve((404, b""))
    with pytest.raises(DataError, match=f"{server.url} answered 404"):
        fetch(a_card(server.url))
    server.close()
    with pytest.raises(DataError, match="could not be reached"):
        fetch(a_card(server.url))


def test_a_damaged_file_in_the_cache_is_fetched_anew(serve, caplog) -> None:
    server = serve((200, CONTENT))
    one = a_card(server.url)
    path = fetch(one)["graph.txt"]
    assert verify(one) == {"graph.txt": "intact"}
    path.write_bytes(b"damaged")
    assert verify(one) == {"graph.txt": "damaged"}
    assert fetch(one)["graph.txt"].read_bytes() == CONTENT
    assert "the cache had other bytes" in caplog.text
    path.unlink()
    assert verify(one) == {"graph.txt": "missing"}


def test_a_cache_that_cannot_be_written_is_blamed_itself(tmp_path, monkeypatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("GNNLAB_CACHE", str(tmp_path / "file"))
    with pytest.raises(DataError, match=r"the cache must be a folder, got .*: Not a directory"):
        fetch(a_card("http://127.0.0.1:9/"))


def test_a_damaged_file_goes_when_no_source_can_mend_it(serve, no_retries) -> None:
    server = serve((200, CONTENT), (404, b""))
    one = a_card(server.url)
    fetch(one)["graph.txt"].write_bytes(b"damaged")
    with pytest.raises(DataError, match="the cache had other bytes"):
        fetch(one)
    assert verify(one) == {"graph.txt": "missing"}


def _fetch_into(cache: str, one: Card) -> bytes:
    import os

    os.environ["GNNLAB_CACHE"] = cache
    return fetch(one)["graph.txt"].read_bytes()


def test_several_processes_at_once_get_whole_files(serve, empty_cache) -> None:
    server = serve((200, CONTENT))
    with ProcessPoolExecutor(4, mp_context=get_context("spawn")) as pool:
        task = partial(_fetch_into, str(empty_cache))
        assert set(pool.map(task, [a_card(server.url)] * 4)) == {CONTENT}


def test_a_refused_data_set_says_why() -> None:
    with pytest.raises(DataError, match=r"pubmed cannot be fetched: .*no pinned sha256"):
        fetch(card("pubmed"))


def test_what_ships_with_gnnlab_is_intact_and_needs_no_source() -> None:
    for one in cards():
        if not one.fetched:
            assert set(verify(one).values()) <= {"intact"}
    assert fetch(card("example6"))["edges.csv"].read_text().startswith("source,target\nA,B\n")


def test_the_cache_defaults_to_the_folder_of_the_platform(monkeypatch) -> None:
    monkeypatch.delenv("GNNLAB_CACHE")
    assert cache_folder().name == "gnnlab"
    monkeypatch.setenv("GNNLAB_CACHE", "~/somewhere")
    assert cache_folder() == Path.home() / "somewhere"


def test_a_card_without_any_source_that_answers_says_so(no_retries) -> None:
    gone = replace(a_card("http://127.0.0.1:9/"), name="gone")
    with pytest.raises(
        DataError, match=r"gone needs graph.txt .* could not be reached.*GNNLAB_DATA_MIRROR"
    ):
        fetch(gone)


def zipped(**files: bytes) -> bytes:
    """A zip that holds each file under its name, with ``__`` for ``/``."""
    memory = io.BytesIO()
    with ZipFile(memory, "w", ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "/").replace("_", "."), content)
    return memory.getvalue()


def an_archive_card(url: str, **files: bytes) -> Card:
    known = tuple(
        DataFile(name.replace("_", "."), len(content), hashlib.sha256(content).hexdigest())
        for name, content in files.items()
    )
    return replace(a_card(), archive=f"{url}all.zip", files=known)


OTHER = b"stations\n" * 7


@pytest.mark.parametrize(
    "archive",
    [
        zipped(graph_txt=CONTENT, other_txt=OTHER),
        zipped(data__graph_txt=CONTENT, more__other_txt=OTHER, readme_md=b"hello"),
        zipped(data__inside_zip=zipped(year__graph_txt=CONTENT), other_txt=OTHER),
        zipped(old__graph_txt=CONTENT[::-1], graph_txt=CONTENT, other_txt=OTHER),
    ],
    ids=["at the top", "in folders", "in a zip inside", "beside another of its name"],
)
def test_files_of_an_archive_are_found_by_their_name_and_it_is_downloaded_once(
    serve, empty_cache, archive: bytes
) -> None:
    server = serve((200, archive))
    counted = []
    paths = fetch(an_archive_card(server.url, graph_txt=CONTENT, other_txt=OTHER), counted.append)
    assert {name: path.read_bytes() for name, path in paths.items()} == {
        "graph.txt": CONTENT,
        "other.txt": OTHER,
    }
    assert server.requests == 1
    assert sum(counted) == len(archive)
    assert sorted(path.name for path in empty_cache.rglob("*")) == [
        "graph.txt",
        "other.txt",
        "small-folder",
    ]


def test_an_archive_is_asked_for_what_cache_and_mirror_lack(serve, tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("GNNLAB_DATA_MIRROR", str(a_mirror(tmp_path / "mirror")))
    server = serve((200, zipped(other_txt=OTHER)))
    one = an_archive_card(server.url, graph_txt=CONTENT)
    fetch(one)
    assert server.requests == 0
    both = an_archive_card(server.url, graph_txt=CONTENT, other_txt=OTHER)
    assert verify(both) == {"graph.txt": "intact", "other.txt": "missing"}
    assert fetch(both)["other.txt"].read_bytes() == OTHER
    fetch(both)
    assert server.requests == 1


def test_a_path_in_an_archive_leads_nowhere(serve, tmp_path, empty_cache) -> None:
    server = serve((200, zipped(**{"..__..__..__graph_txt": CONTENT, "__other_txt": OTHER})))
    fetch(an_archive_card(server.url, graph_txt=CONTENT, other_txt=OTHER))
    assert {path.parent for path in tmp_path.rglob("*.txt")} == {empty_cache / "small-folder"}


def test_bytes_are_counted_where_a_server_does_not_say_how_many_come(serve) -> None:
    archive = zipped(graph_txt=CONTENT)
    server = serve((200, archive), says_length=False)
    counted = []
    fetch(an_archive_card(server.url, graph_txt=CONTENT), counted.append)
    assert sum(counted) >= len(archive)


def damaged(archive: bytes) -> bytes:
    """The same with other bits in the middle of its first file."""
    return archive[:45] + bytes(255 - byte for byte in archive[45:50]) + archive[50:]


def with_a_password(archive: bytes) -> bytes:
    """The same with the flag of an encrypted file, in its listing."""
    place = archive.index(b"PK\1\2") + 8
    return archive[:place] + b"\1" + archive[place + 1 :]


@pytest.mark.parametrize(
    ("archive", "said"),
    [
        (b"<html>moved</html>", "sent no intact zip"),
        (zipped(inside_zip=b"no zip"), "sent no intact zip"),
        (damaged(zipped(graph_txt=CONTENT)), "sent no intact zip"),
        (with_a_password(zipped(graph_txt=CONTENT)), "sent no intact zip"),
        (zipped(graph_csv=CONTENT), "does not have it"),
        (zipped(graph_txt=CONTENT[::-1]), "sent other bytes"),
        (zipped(graph_txt=CONTENT[:-1]), "sent other bytes"),
    ],
)
def test_an_archive_that_cannot_be_used_is_named_with_the_reason(
    serve, empty_cache, no_retries, archive: bytes, said: str
) -> None:
    server = serve((200, archive))
    with pytest.raises(DataError, match=f"small needs graph.txt .*{server.url}all.zip {said}"):
        fetch(an_archive_card(server.url, graph_txt=CONTENT))
    assert not [path for path in empty_cache.rglob("*") if path.is_file()]
    assert server.requests == 1


def test_an_archive_that_cannot_be_reached_is_named(serve, no_retries) -> None:
    server = serve((404, b""))
    with pytest.raises(DataError, match=r"all\.zip answered 404.*GNNLAB_DATA_MIRROR"):
        fetch(an_archive_card(server.url, graph_txt=CONTENT))
    server.close()
    with pytest.raises(DataError, match=r"all\.zip could not be reached"):
        fetch(an_archive_card(server.url, graph_txt=CONTENT))
