"""Figures that verbs draw: refused before the work, saved after it."""

from pathlib import Path
from typing import TYPE_CHECKING

from gnnlab.cli.console import message

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def check_plot(path: Path | None) -> None:
    """See that the figure of ``--plot`` can be written, if one is asked for.

    Raises:
        GnnlabError: see :func:`gnnlab.reports.figures.check_figure`.
    """
    if path is not None:
        from gnnlab.reports.figures import check_figure

        check_figure(path)


def save_plot(figure: "Figure", path: Path) -> None:
    """Write a figure and say so."""
    from gnnlab.reports.figures import save

    save(figure, path)
    message(f"drew {path}")
