"""Readings of a small town, as files."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

NAMES = ("Abbey", "Bridge")


def write_town(
    path: str = "readings.csv",
    days: float = 20,
    start: str = "2021-03-01",
    names: Sequence[str] = NAMES,
    target: str = "PM2.5 (ug/m3)",
) -> None:
    """Hours with a daily cycle, and the temperature; ``stations.csv`` has Abbey and Bridge."""
    draw = np.random.default_rng(len(path))
    lines = [f"time,station,{target},temperature (degC)"]
    for name in names:
        lines += [
            f"{np.datetime64(start) + np.timedelta64(hour, 'h')},{name},"
            f"{40 + 15 * np.sin(hour / 24 * 2 * np.pi) + draw.normal():.2f},{hour % 24}"
            for hour in range(round(24 * days))
        ]
    Path(path).write_text("\n".join(lines) + "\n")
    Path("stations.csv").write_text("station,longitude,latitude\nAbbey,10.0,52.0\nBridge,10.1,52\n")
