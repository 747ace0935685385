"""Means over seeds, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def deviated(found: Mapping[str, Any] | None) -> str:
    """A share in percent with its deviation over seeds; a dash for nothing.

    >>> deviated({"mean": 0.8181, "std": 0.0081}), deviated({"mean": 0.5, "std": None})
    ('81.8 +- 0.8 %', '50.0 %')
    """
    if found is None:
        return "-"
    std = "" if found["std"] is None else f" +- {100 * found['std']:.1f}"
    return f"{100 * found['mean']:.1f}{std} %"
