"""What a forecaster was fitted on and with, for its run folder."""

from __future__ import annotations

import hashlib
import platform
from typing import Any

import numpy as np
import torch

import gnnlab
from gnnlab.data import SensorSeries, TimeSplit
from gnnlab.experiments.inspection import in_words


def circumstances(series: SensorSeries, split: TimeSplit) -> dict[str, Any]:
    """The data with their hash, stations and variables, the split, versions and threads."""
    local, target = series.local_times, series.variables[series.index(series.names("target")[0])]
    return {
        "data": {
            "series": series.name,
            "sha256": fingerprint(series),
            "target": target.name,
            "unit": target.unit,
            "steps": len(local),
            "step": in_words(series.step),
            "start": str(local[0]),
            "end": str(local[-1]),
            "time_zone": series.time_zone,
            "perfect_weather": series.perfect_weather,
            "variables": [
                {"name": each.name, "unit": each.unit, "kind": each.kind}
                for each in series.variables
                if each.source == "measured"
            ],
            "stations": _stations(series),
        },
        "split": {
            "name": split.name,
            "train": [split.train.start, split.train.stop],
            "validation": [split.validation.start, split.validation.stop],
        },
        "versions": {
            "gnnlab": gnnlab.__version__,
            "python": platform.python_version(),
            "torch": torch.__version__,
            "numpy": np.__version__,
        },
        "threads": torch.get_num_threads(),
    }


def _stations(series: SensorSeries) -> list[dict[str, Any]]:
    """The station table, without what is not known."""
    table = series.stations
    rows = zip(table.index, table.astype(object).to_dict("records"), strict=True)
    return [
        {"name": str(name)}
        | {
            str(key): value if isinstance(value, bool | int | float) else str(value)
            for key, value in row.items()
            if value is not None and value == value
        }
        for name, row in rows
    ]


def fingerprint(series: SensorSeries) -> str:
    """The sha256 of a series' values, times, stations and variables."""
    variables = [(each.name, each.unit, each.kind) for each in series.variables]
    labels = repr((variables, [*map(str, series.stations.index)], series.time_zone))
    sha256 = hashlib.sha256(labels.encode())
    sha256.update(series.times.tobytes())
    for step in series.values:
        sha256.update(step.tobytes())
    return sha256.hexdigest()
