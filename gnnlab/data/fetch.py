"""From a card to files on disk that are what the card says: cache, then mirror, then upstream."""

import hashlib
import logging
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from gnnlab.data.catalog import Card, DataFile
from gnnlab.errors import DataError

RETRIES = 2  # after the first attempt, for sources in the network
TIMEOUT = (5.0, 60.0)  # seconds to connect, seconds without a byte

Progress = Callable[[int], None]

_log = logging.getLogger("gnnlab")


def cache_folder() -> Path:
    """Where fetched files are kept: ``GNNLAB_CACHE``, else the platform's cache folder."""
    import pooch

    given = os.environ.get("GNNLAB_CACHE")
    return Path(given).expanduser() if given else Path(pooch.os_cache("gnnlab"))


def cached_path(card: Card, file: DataFile) -> Path:
    """Where a file of the data set lies, or will lie once it is fetched."""
    return (cache_folder() / card.folder if card.fetched else card.path) / file.name


def verify(card: Card) -> dict[str, str]:
    """For each file of the data set ``"intact"``, ``"missing"`` or ``"damaged"``; fetches nothing.

    What a library serves is not on disk and not listed: :func:`load` checks it.
    """
    return {file.name: _state(cached_path(card, file), file) for file in _on_disk(card)}


def fetch(card: Card, progress: Progress | None = None) -> dict[str, Path]:
    """The files of a data set by name, each with the sha256 of the card.

    A file is taken from the cache, else from the folder or URL ``GNNLAB_DATA_MIRROR``, else from
    upstream. It is written beside its place, hashed, and only then moved there, so that another
    process never sees half of it. What has the wrong hash is deleted.

    Args:
        card: of the data set.
        progress: called with a number of bytes each time some have arrived.

    Raises:
        DataError: the card is refused, or no source has a file with the right hash; the message
            says what each of them sent.
    """
    if card.refused:
        raise DataError(f"{card.name} cannot be fetched: {card.refused}")
    return {file.name: _fetch_file(card, file, progress) for file in _on_disk(card)}


def _on_disk(card: Card) -> list[DataFile]:
    return [] if card.library else list(card.files)


def _state(path: Path, file: DataFile) -> str:
    if not path.exists():
        return "missing"
    return "intact" if hashlib.sha256(path.read_bytes()).hexdigest() == file.sha256 else "damaged"


def _fetch_file(card: Card, file: DataFile, progress: Progress | None) -> Path:
    path = cached_path(card, file)
    failures = []
    if (state := _state(path, file)) == "intact":
        return path
    if state == "damaged":
        failures.append(f"the cache had other bytes ({path})")
    _make_folder(path.parent)
    for source in _sources(card):
        try:
            _fetch_from(source, card, file, progress)
        except Exception as error:  # whatever a source does, the next one is tried
            failures.append(f"{source} {_reason(error)}")
            continue
        for failure in failures:
            _log.warning("%s: %s; it came from %s instead", file.name, failure, source)
        return path
    if card.fetched and _state(path, file) == "damaged":  # only now: it could have been mended
        path.unlink(missing_ok=True)
    raise DataError(
        f"{card.name} needs {file.name} with its right sha256, but "
        + "; ".join(failures)
        + "; without a network, GNNLAB_DATA_MIRROR can name a folder that has the files"
    )


def _make_folder(path: Path) -> None:
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DataError(f"the cache must be a folder, got {path}: {error.strerror}") from error
    if not os.access(path, os.W_OK):
        raise DataError(f"the cache must be writable, got {path}, which is not")


def _sources(card: Card) -> list[str]:
    if not card.fetched:
        return []
    mirror = os.environ.get("GNNLAB_DATA_MIRROR", "").removeprefix("file://").rstrip("/")
    if mirror and not _is_remote(mirror):
        mirror = str(Path(mirror).expanduser())
    mirrors = [f"{mirror}/{card.folder}/"] if mirror else []
    return [*mirrors, *card.sources]


def _fetch_from(source: str, card: Card, file: DataFile, progress: Progress | None) -> None:
    import pooch

    remote = _is_remote(source)
    folder = pooch.create(
        path=cache_folder() / card.folder,
        base_url=source,
        registry={file.name: f"sha256:{file.sha256}"},
        retry_if_failed=RETRIES if remote else 0,
    )
    bar: Any = _Bar(progress) if progress else False
    with _quiet(pooch.get_logger()):
        folder.fetch(
            file.name,
            downloader=pooch.HTTPDownloader(progressbar=bar, timeout=TIMEOUT) if remote else _copy,
        )
    (folder.path / file.name).chmod(0o644)  # what is temporary is made for its owner alone
    if progress and not remote:
        progress(file.bytes)


def _is_remote(source: str) -> bool:
    return urlsplit(source).scheme in ("http", "https")


def _copy(source: str, destination: str, _: Any) -> None:
    """A pooch downloader for folders."""
    shutil.copyfile(source, destination)


def _reason(error: Exception) -> str:
    if isinstance(error, ValueError) and "hash" in str(error):
        return "sent other bytes (wrong sha256; deleted)"
    if isinstance(error, FileNotFoundError):
        return "does not have it"
    response = getattr(error, "response", None)
    if response is not None:
        return f"answered {response.status_code}"
    return f"could not be reached ({type(error).__name__})"


@contextmanager
def _quiet(logger: logging.Logger) -> Iterator[None]:
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(level)


class _Bar:
    """What pooch expects of a progress bar, handing the bytes on to a function."""

    def __init__(self, progress: Progress):
        self.total = 0  # pooch writes it
        self._progress = progress
        self._done = 0

    def update(self, count: int) -> None:
        self._done += count
        self._progress(count)

    def reset(self) -> None:
        """Take back what this file has counted: pooch counts it whole at the end."""
        self._progress(-self._done)
        self._done = 0

    def close(self) -> None:
        """There is nothing to close."""
