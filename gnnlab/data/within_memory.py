"""A series that is larger than memory allows, on disk."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import replace

import numpy as np

from gnnlab.data.fetch import cache_folder, make_cache
from gnnlab.data.series import SensorSeries
from gnnlab.errors import DataError


def within_memory(series: SensorSeries, memory: int) -> SensorSeries:
    """The series itself, or, if its values take more than ``memory`` bytes, memory-mapped.

    The values then lie in a file without name in the cache folder, which is gone when the series
    is; windows over it read what they need.

    Raises:
        ValueError: no memory at all.
        DataError: the cache folder cannot be written to, or its disk is too full.
    """
    if memory < 1:
        raise ValueError(f"memory must be at least 1 byte, got {memory}")
    if series.values.nbytes <= memory:
        return series
    cache = cache_folder()
    make_cache(cache)
    free = shutil.disk_usage(cache).free
    if free < series.values.nbytes:  # writing to a mapped file on a full disk ends the process
        raise DataError(
            f"the cache, {cache}, must have {series.values.nbytes:,} bytes free for readings that "
            f"are larger than memory, got {free:,}"
        )
    with tempfile.TemporaryFile(dir=cache) as file:
        mapped = np.memmap(file, dtype=series.values.dtype, mode="w+", shape=series.values.shape)
    for step, values in enumerate(series.values):
        mapped[step] = values
    mapped.flush()
    return replace(series, values=np.asarray(mapped))
