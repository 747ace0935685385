"""How steps ahead are named and models are drawn in figures of forecasts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from gnnlab.experiments.inspection import in_words

HOUR = np.timedelta64(3600, "s")
MODEL = "#00798c"
RULES: dict[str, dict[str, Any]] = {
    "persistence": {"color": "#d1495b", "linestyle": "--", "marker": "s"},
    "damped-persistence": {"color": "#b5770d", "linestyle": "-.", "marker": "^"},
    "climatology": {"color": "#66657a", "linestyle": ":", "marker": "D"},
}


def ahead_label(step: np.timedelta64) -> str:
    """What stands below an axis of horizons.

    >>> ahead_label(np.timedelta64(3600, "s")), ahead_label(np.timedelta64(600, "s"))
    ('hours ahead', 'steps of 10 minutes ahead')
    """
    return "hours ahead" if step == HOUR else f"steps of {in_words(step)} ahead"


def looks(names: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Colour, line and marker of each model: those of a simple rule its own."""
    own = {"color": MODEL, "linestyle": "-", "marker": "o"}
    return {name: RULES.get(name, own) for name in names}
