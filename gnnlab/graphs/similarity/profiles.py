"""Series -> what is usual at each phase of a cycle, such as each hour of the week."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float, Int


def profiles(
    values: Float[np.ndarray, "time station"], phase: Int[np.ndarray, " time"]
) -> Float[np.ndarray, "phase station"]:
    """The mean of what was observed at each phase; NaN where nothing was.

    Args:
        values: NaN where nothing was observed.
        phase: where in its cycle each step lies, 0 to the number of phases - 1.

    >>> profiles(np.array([[1.0], [np.nan], [3.0], [5.0]]), np.array([0, 1, 0, 1])).tolist()
    [[2.0], [5.0]]
    """
    observed = ~np.isnan(values)
    count = readings_at(values, phase)
    total = np.zeros_like(count)
    np.add.at(total, phase, np.where(observed, values, 0.0))
    return np.divide(total, count, out=np.full_like(total, np.nan), where=count > 0)


def readings_at(
    values: Float[np.ndarray, "time station"], phase: Int[np.ndarray, " time"]
) -> Float[np.ndarray, "phase station"]:
    """How often something was observed at each phase; see :func:`profiles`.

    >>> readings_at(np.array([[1.0], [np.nan], [3.0], [5.0]]), np.array([0, 1, 0, 1])).tolist()
    [[2.0], [1.0]]
    """
    count = np.zeros((int(phase.max(initial=-1)) + 1, values.shape[1]))
    np.add.at(count, phase, ~np.isnan(values))
    return count
