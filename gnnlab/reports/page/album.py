"""Pictures: saved as files, and in the page itself."""

from __future__ import annotations

import struct
from base64 import b64encode
from dataclasses import dataclass, field
from html import escape
from pathlib import Path

from matplotlib.figure import Figure

from gnnlab.errors import GnnlabError
from gnnlab.reports.figures import save

PER_INCH, SAVED = 96, 150  # dots of a page, and of a picture in its file
SIGNATURE = b"\x89PNG\r\n\x1a\n"


@dataclass(frozen=True)
class Album:
    """Where the pictures of one run go.

    Args:
        folder: exists.
        paths: of those that it was given so far.
    """

    folder: Path
    paths: list[Path] = field(default_factory=list)

    def add(self, name: str, figure: Figure, alt: str, caption: str) -> str:
        """Save a picture as ``name.png``; as HTML, with its bytes.

        Args:
            name: of the file, without ending.
            figure: as it is drawn.
            alt: what is seen, for those who do not.
            caption: below it.

        Raises:
            GnnlabError: the file cannot be written.
        """
        path = self.folder / f"{name}.png"
        save(figure, path)
        return self.take(path, alt, caption)

    def take(self, path: Path, alt: str, caption: str) -> str:
        """The same of a PNG file that is there.

        Raises:
            GnnlabError: it is none.
        """
        content = path.read_bytes()
        if not content.startswith(SIGNATURE) or len(content) < 24:
            raise GnnlabError(f"{path} must be a PNG, got {len(content)} bytes of something else")
        self.paths.append(path)
        width, height = (side * PER_INCH // SAVED for side in struct.unpack(">II", content[16:24]))
        source = f"data:image/png;base64,{b64encode(content).decode()}"
        return (
            f'<figure><img src="{source}" width="{width}" height="{height}" alt="{escape(alt)}">'
            f"<figcaption>{escape(caption)}</figcaption></figure>"
        )
