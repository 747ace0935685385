"""How every figure is opened and saved."""

from pathlib import Path

from matplotlib.figure import Figure

from gnnlab.errors import GnnlabError

FORMATS = ("png", "svg", "pdf")


def new_figure(width: float, height: float) -> Figure:
    """An empty figure, in inches, that lays itself out."""
    return Figure(figsize=(width, height), layout="constrained")


def save(figure: Figure, path: Path) -> None:
    """Write a figure as png, svg or pdf, by the ending of ``path``.

    Raises:
        GnnlabError: another ending.
    """
    check_ending(path)
    figure.savefig(path, dpi=150)


def check_ending(path: Path) -> None:
    """Refuse a path that no figure can be written to.

    Raises:
        GnnlabError: its ending is none of ``FORMATS``.
    """
    if path.suffix.lstrip(".").lower() not in FORMATS:
        raise GnnlabError(f"a figure must end in .{', .'.join(FORMATS)}, got {path.name}")
