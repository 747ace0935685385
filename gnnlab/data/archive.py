"""Files out of a zip in the network: the zip is downloaded once, each file is hashed."""

from __future__ import annotations

import hashlib
import shutil
from contextlib import ExitStack
from functools import cached_property
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from zipfile import BadZipFile, ZipFile, ZipInfo
from zlib import error as CorruptData

from gnnlab.data.catalog import DataFile
from gnnlab.data.download import Progress, download


class Archive:
    """A zip at a URL, with files somewhere inside, perhaps in zips that it holds.

    It is downloaded when the first file is taken, and deleted on leaving ``with``. Of the paths in
    it only the last part counts, so that nothing is written elsewhere than asked for.

    Args:
        url: of the zip.
        progress: called with a number of bytes of the zip each time some have arrived.
    """

    def __init__(self, url: str, progress: Progress | None = None):
        self._url = url
        self._progress = progress
        self._opened = ExitStack()

    def __enter__(self) -> Archive:
        return self

    def __exit__(self, *_: object) -> None:
        self._opened.close()

    def take(self, file: DataFile, folder: Path) -> None:
        """Unpack ``file``, hash it, write it beside its place in ``folder`` and move it there.

        Raises:
            BadZipFile: what the URL sends is no zip, or a damaged one.
            FileNotFoundError: nothing in the zip is called so.
            ValueError: what is called so has another hash.
            OSError: the URL cannot be reached.
        """
        try:
            named = [
                (archive, member)
                for archive, member in self._members
                if PurePosixPath(member.filename).name == file.name
            ]
            if not named:
                raise FileNotFoundError(file.name)
            if not any(_unpack(archive, member, file, folder) for archive, member in named):
                raise ValueError(f"{file.name} has another hash")
        except (CorruptData, EOFError, RuntimeError) as error:  # the last: one with a password
            raise BadZipFile(str(error)) from error

    @cached_property
    def _members(self) -> list[tuple[ZipFile, ZipInfo]]:
        """What lies in the zip and in zips that it holds, each with the zip that it lies in."""
        folder = Path(self._opened.enter_context(TemporaryDirectory()))
        base, slash, name = self._url.rpartition("/")
        path = download(base + slash, name, None, folder, self._progress)
        outer = self._opened.enter_context(ZipFile(path))
        found = []
        for number, member in enumerate(outer.infolist()):
            if member.filename.lower().endswith(".zip"):
                copy = folder / f"{number} inside.zip"
                with outer.open(member) as inside, copy.open("wb") as beside:
                    shutil.copyfileobj(inside, beside)
                inner = self._opened.enter_context(ZipFile(copy))
                found += [(inner, each) for each in inner.infolist()]
            else:
                found.append((outer, member))
        return found


def _unpack(archive: ZipFile, member: ZipInfo, file: DataFile, folder: Path) -> bool:
    """Whether ``member`` is what ``file`` must be; if so, it lies in ``folder`` afterwards."""
    if member.file_size != file.bytes:
        return False
    content = archive.read(member)
    if hashlib.sha256(content).hexdigest() != file.sha256:
        return False
    with TemporaryDirectory(dir=folder) as beside:
        unpacked = Path(beside) / file.name
        unpacked.write_bytes(content)
        unpacked.replace(folder / file.name)
    return True
