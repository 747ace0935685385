"""Dynamic time warping of many pairs, compiled."""

from typing import no_type_check

import numba
import numpy as np


@numba.njit(nogil=True, cache=True)
@no_type_check  # compiled: what checks types of arguments would be compiled too
def warping_distances(profiles: np.ndarray, band: int) -> np.ndarray:
    """The distance of every pair of rows of ``profiles``, each as [station, phase], float64.

    A cell of the warping table costs the squared difference, nothing where one of the two is NaN;
    cells further than ``band`` from the diagonal are not entered (Sakoe and Chiba 1978). Only two
    rows of the table are in memory.
    """
    stations, phases = profiles.shape
    result = np.zeros((stations, stations))
    before = np.empty(phases + 1)
    now = np.empty(phases + 1)
    for one in range(stations):
        for other in range(one + 1, stations):
            before[:] = np.inf
            before[0] = 0.0
            for row in range(phases):
                now[:] = np.inf
                for column in range(max(0, row - band), min(phases, row + band + 1)):
                    cost = (profiles[one, row] - profiles[other, column]) ** 2
                    if np.isnan(cost):
                        cost = 0.0
                    now[column + 1] = cost + min(before[column], before[column + 1], now[column])
                before, now = now, before
            result[one, other] = result[other, one] = np.sqrt(before[phases])
    return result
