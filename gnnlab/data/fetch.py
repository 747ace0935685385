"""From a card to files on disk that are what the card says: cache, then mirror, then upstream."""

import hashlib
import logging
import os
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from zipfile import BadZipFile

from gnnlab.data.archive import Archive
from gnnlab.data.catalog import Card, DataFile
from gnnlab.data.download import Progress, download, is_remote
from gnnlab.errors import DataError

Take = Callable[[DataFile, Path], None]  # puts a file into a folder

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
    upstream: a folder, or an archive, which is downloaded once for all files. It is written beside
    its place, hashed, and only then moved there, so that another process never sees half of it.
    What has the wrong hash is deleted.

    Args:
        card: of the data set.
        progress: called with a number of bytes each time some have arrived; of an archive they are
            those of the zip.

    Raises:
        DataError: the card is refused, or no source has a file with the right hash; the message
            says what each of them sent.
    """
    if card.refused:
        raise DataError(f"{card.name} cannot be fetched: {card.refused}")
    with Archive(card.archive, progress) as archive:
        sources = _sources(card, archive, progress)
        return {file.name: _fetch_file(card, file, sources) for file in _on_disk(card)}


def _on_disk(card: Card) -> list[DataFile]:
    return [] if card.library else list(card.files)


def _state(path: Path, file: DataFile) -> str:
    if not path.exists():
        return "missing"
    return "intact" if hashlib.sha256(path.read_bytes()).hexdigest() == file.sha256 else "damaged"


def _fetch_file(card: Card, file: DataFile, sources: Mapping[str, Take]) -> Path:
    path = cached_path(card, file)
    failures = []
    if (state := _state(path, file)) == "intact":
        return path
    if state == "damaged":
        failures.append(f"the cache had other bytes ({path})")
    make_cache(path.parent)
    for source, take in sources.items():
        try:
            take(file, path.parent)
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


def make_cache(path: Path) -> None:
    """Make a folder for fetched files, the cache or one in it, if it is not there.

    Raises:
        DataError: what is there is no folder, or nobody may write to it.
    """
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DataError(f"the cache must be a folder, got {path}: {error.strerror}") from error
    if not os.access(path, os.W_OK):
        raise DataError(f"the cache must be writable, got {path}, which is not")


def _sources(card: Card, archive: Archive, progress: Progress | None) -> dict[str, Take]:
    """How to take a file from each source, in the order in which they are tried."""
    if not card.fetched:
        return {}
    mirror = os.environ.get("GNNLAB_DATA_MIRROR", "").removeprefix("file://").rstrip("/")
    if mirror and not is_remote(mirror):
        mirror = str(Path(mirror).expanduser())
    mirrors = [f"{mirror}/{card.folder}/"] if mirror else []
    found: dict[str, Take] = {
        source: partial(_from_folder, source, progress) for source in [*mirrors, *card.sources]
    }
    if card.archive:
        found[card.archive] = archive.take
    return found


def _from_folder(source: str, progress: Progress | None, file: DataFile, folder: Path) -> None:
    download(source, file.name, file.sha256, folder, progress)


def _reason(error: Exception) -> str:
    if isinstance(error, ValueError) and "hash" in str(error):
        return "sent other bytes (wrong sha256; deleted)"
    if isinstance(error, BadZipFile):
        return "sent no intact zip"
    if isinstance(error, FileNotFoundError):
        return "does not have it"
    response = getattr(error, "response", None)
    if response is not None:
        return f"answered {response.status_code}"
    return f"could not be reached ({type(error).__name__})"
