"""Walking down decision trees, compiled."""

import math
from typing import no_type_check

import numba
import numpy as np


@numba.njit(nogil=True, cache=True)
@no_type_check  # compiled: what checks types of arguments would be compiled too
def add_leaves(
    features: np.ndarray,
    roots: np.ndarray,
    feature: np.ndarray,
    threshold: np.ndarray,
    missing_left: np.ndarray,
    left: np.ndarray,
    right: np.ndarray,
    value: np.ndarray,
    out: np.ndarray,
) -> None:
    """Add to each row the value of the leaf that it comes to in each tree, tree after tree.

    Args:
        features: [row, feature].
        roots: the first node of each tree, [tree].
        feature: that a node asks for; -1 at a leaf, [node].
        threshold: up to which a row goes left, [node].
        missing_left: whether NaN goes left, [node].
        left: the node that follows, [node].
        right: the same.
        value: of a leaf, [node].
        out: added to, [row].
    """
    for row in range(len(features)):
        total = out[row]
        for tree in range(len(roots)):
            node = roots[tree]
            while feature[node] >= 0:
                here = features[row, feature[node]]
                goes_left = missing_left[node] if math.isnan(here) else here <= threshold[node]
                node = left[node] if goes_left else right[node]
            total += value[node]
        out[row] = total
