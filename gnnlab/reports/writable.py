"""Whether a file can be written, found out before its content is computed."""

import os
from pathlib import Path

from gnnlab.errors import GnnlabError


def check_writable(path: Path, what: str) -> None:
    """See that a file can be written to ``path``; what is there stays as it is.

    Args:
        path: of the file.
        what: the file is to be, for the message: ``"a figure"``.

    Raises:
        GnnlabError: no such folder, a folder of this name, or the system refuses.
    """
    if not path.parent.is_dir():
        raise GnnlabError(f"{what} needs a folder that exists, got {path.parent}")
    try:
        if path.is_dir():
            raise GnnlabError(f"{what} must be a file, got the folder {path}")
        new = not os.path.lexists(path)
        path.open("ab").close()  # os.access would let root write into /proc
        if new:
            path.unlink()
    except OSError as error:
        raise GnnlabError(f"{path} cannot be written: {error.strerror or error}") from error
