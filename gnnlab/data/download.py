"""One file from a folder or a URL to its place, hashed before it gets there."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

RETRIES = 2  # after the first attempt, for sources in the network
TIMEOUT = (5.0, 60.0)  # seconds to connect, seconds without a byte

Progress = Callable[[int], None]


def download(
    source: str, name: str, sha256: str | None, folder: Path, progress: Progress | None = None
) -> Path:
    """The file ``folder / name``, copied or downloaded from ``source``.

    It is written beside its place, hashed, and only then moved there, so that another process
    never sees half of it; what has the wrong hash is deleted.

    Args:
        source: the folder or URL that has the file, with its last slash.
        name: of the file.
        sha256: in hexadecimal; None where it is not known.
        folder: where the file shall lie.
        progress: called with a number of bytes each time some have arrived.

    Raises:
        ValueError: the wrong hash.
        OSError: ``source`` cannot be reached or does not have the file.
    """
    import pooch

    remote = is_remote(source)
    known = pooch.create(
        path=folder,
        base_url=source,
        registry={name: sha256 and f"sha256:{sha256}"},
        retry_if_failed=RETRIES if remote else 0,
    )
    bar: Any = _Bar(progress) if progress else False
    with _quiet(pooch.get_logger()):
        known.fetch(
            name,
            downloader=pooch.HTTPDownloader(progressbar=bar, timeout=TIMEOUT) if remote else _copy,
        )
    path = folder / name
    path.chmod(0o644)  # what is temporary is made for its owner alone
    if progress and not remote:
        progress(path.stat().st_size)
    return path


def is_remote(source: str) -> bool:
    """Whether ``source`` is in the network."""
    return urlsplit(source).scheme in ("http", "https")


def _copy(source: str, destination: str, _: Any) -> None:
    """A pooch downloader for folders."""
    shutil.copyfile(source, destination)


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
        self.total = 0  # pooch writes it; 0 where the server does not say
        self._progress = progress
        self._done = 0

    def update(self, count: int) -> None:
        self._done += count
        self._progress(count)

    def reset(self) -> None:
        """Take back what this file has counted: pooch counts it whole at the end."""
        if self.total:
            self._progress(-self._done)
            self._done = 0

    def close(self) -> None:
        """There is nothing to close."""
