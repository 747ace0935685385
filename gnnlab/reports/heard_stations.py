"""Whom stations listen to, as a matrix."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

from gnnlab.experiments.forecast_listening import Listening
from gnnlab.reports.figures import new_figure

MOST_WRITTEN = 20  # stations whose numbers stand in the matrix
OWN = "#d9d9d9"


def draw_listening(heard: Listening, unit: str) -> Figure:
    """Row: the station whose forecast moves. Column: the station whose readings were changed.

    A station's own readings are grey, for they move it most.
    """
    others, stations = heard.others, len(heard.stations)
    size = 2.2 + 0.34 * min(stations, 24)
    figure = new_figure(size + 0.9, size)
    axes = figure.subplots()
    axes.set_facecolor(OWN)
    most = max(float(np.nanmax(others)) if np.isfinite(others).any() else 0.0, 1e-12)
    picture = axes.imshow(others, cmap="YlGnBu", vmin=0, vmax=most)
    small = 8 if stations <= MOST_WRITTEN else 5
    changed = [heard.stations[number] for number in heard.changed]
    axes.set_xticks(range(len(changed)), changed, rotation=50, ha="right", fontsize=small)
    axes.set_yticks(range(stations), heard.stations, fontsize=small)
    if stations <= MOST_WRITTEN:
        for row, column in np.ndindex(heard.moved.shape):
            moved = heard.moved[row, column]
            dark = moved > 0.6 * most and row != heard.changed[column]
            axes.text(
                column,
                row,
                "-" if np.isnan(moved) else f"{moved:#.2g}".rstrip("."),
                ha="center",
                va="center",
                fontsize=7,
                color="white" if dark else "black",
            )
    axes.set_xlabel("whose last day reads the usual")
    axes.set_ylabel("whose forecast moves")
    figure.colorbar(picture, ax=axes, label=f"mean change of the median ({unit})", shrink=0.8)
    return figure
