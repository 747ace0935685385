"""A series that is larger than memory allows, on disk."""

from __future__ import annotations

import tempfile
from dataclasses import replace

import numpy as np

from gnnlab.data.fetch import cache_folder
from gnnlab.data.series import SensorSeries


def within_memory(series: SensorSeries, memory: int) -> SensorSeries:
    """The series itself, or, if its values take more than ``memory`` bytes, memory-mapped.

    The values then lie in a file without name in the cache folder, which is gone when the series
    is; windows over it read what they need.

    Raises:
        ValueError: no memory at all.
    """
    if memory < 1:
        raise ValueError(f"memory must be at least 1 byte, got {memory}")
    if series.values.nbytes <= memory:
        return series
    cache_folder().mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryFile(dir=cache_folder()) as file:
        mapped = np.memmap(file, dtype=series.values.dtype, mode="w+", shape=series.values.shape)
    for step, values in enumerate(series.values):
        mapped[step] = values
    mapped.flush()
    return replace(series, values=np.asarray(mapped))
