"""How every figure is opened and saved."""

from pathlib import Path

from matplotlib import color_sequences
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure

from gnnlab.errors import GnnlabError
from gnnlab.reports.writable import check_writable

FORMATS = ("png", "svg", "pdf")
# Told apart by the colour-blind, too (Petroff 2021, "Accessible color sequences").
PALETTE = [to_rgb(color) for color in color_sequences["petroff10"]]


def new_figure(width: float, height: float) -> Figure:
    """An empty figure, in inches, that lays itself out."""
    return Figure(figsize=(width, height), layout="constrained")


def check_figure(path: Path) -> None:
    """See that a figure can be written to ``path`` before it is computed.

    Raises:
        GnnlabError: an ending that is neither png, svg nor pdf, or see :func:`check_writable`.
    """
    check_writable(path, "a figure")  # before its ending, which a folder has not
    if path.suffix.lstrip(".").lower() not in FORMATS:
        raise GnnlabError(f"a figure must end in .{', .'.join(FORMATS)}, got {path.name}")


def save(figure: Figure, path: Path) -> None:
    """Write a figure as png, svg or pdf, by the ending of ``path``.

    Raises:
        GnnlabError: see :func:`check_figure`.
    """
    check_figure(path)
    figure.savefig(path, dpi=150)
