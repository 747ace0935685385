"""Bytes to text, whatever the encoding."""

from __future__ import annotations

import codecs
import gzip
import zlib
from pathlib import Path

from gnnlab.errors import DataError

_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}


def file_bytes(path: Path) -> bytes:
    """What is in a file, unpacked if it is gzip.

    Raises:
        DataError: a file that is missing, cannot be read, is empty, or is not a whole gzip file.
    """
    try:
        content = path.read_bytes()
        if content.startswith(b"\x1f\x8b"):
            content = gzip.decompress(content)
    except FileNotFoundError as error:
        raise DataError(f"{path} does not exist") from error
    except IsADirectoryError as error:
        raise DataError(f"{path} must be a file, got a folder") from error
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise DataError(f"{path} must be a whole gzip file, got: {error}") from error
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror or error}") from error
    if not content or content.isspace():
        raise DataError(f"{path} must hold a table, got an empty file")
    return content


def decoded(content: bytes, path: Path) -> tuple[str, str]:
    """The text of a file, and the encoding that it was taken to be in.

    A byte order mark decides; else it is UTF-8 if it can be, else Windows-1252 if it can be, else
    Latin-1.

    Raises:
        DataError: the file is not text.

    >>> decoded("Müll".encode("cp1252"), Path("a.csv"))
    ('Müll', 'cp1252')
    """
    encodings = [name for mark, name in _MARKS.items() if content.startswith(mark)]
    if not encodings and b"\0" in content:
        kind = "a zip archive or workbook" if content.startswith(b"PK") else "a binary file"
        raise DataError(f"{path} must be CSV (perhaps .gz) or Parquet, got {kind}")
    for encoding in encodings or ("utf-8", "cp1252", "latin-1"):
        try:
            return content.decode(encoding), encoding
        except UnicodeDecodeError as error:
            reason = error
    raise DataError(f"{path} must be whole {encodings[0]} text, got: {reason}") from reason
