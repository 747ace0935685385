"""Scaling features."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from scipy.sparse import csr_array

SCALINGS = ("rows", "standard", "none")


def feature_scaling(
    kind: str, features: csr_array, nodes: np.ndarray
) -> Callable[[csr_array], csr_array]:
    """How to scale features, [node, feature], of this graph or of another.

    Args:
        kind: ``"rows"``, to rows whose absolute values sum to 1; ``"standard"``, to columns of mean
            0 and deviation 1 over ``nodes``; ``"none"``, not at all.
        features: scipy sparse, [node, feature].
        nodes: the training nodes, which alone are looked at.

    Raises:
        ValueError: another kind.

    >>> from scipy.sparse import csr_array
    >>> given = csr_array([[1.0], [3.0], [4.0]])
    >>> feature_scaling("standard", given, np.array([0, 1]))(given).toarray()[:, 0]
    array([-1.,  1.,  2.])
    """
    from scipy.sparse import csr_array

    if kind == "rows":
        return row_normalized
    if kind == "none":
        return lambda given: given
    if kind != "standard":
        raise ValueError(f"a scaling must be one of {', '.join(SCALINGS)}, got {kind!r}")
    seen = features[nodes].toarray().astype(np.float64)
    mean, deviation = seen.mean(axis=0), seen.std(axis=0)
    deviation[deviation == 0] = 1
    return lambda given: csr_array((given.toarray() - mean) / deviation)


def row_normalized(features: csr_array) -> csr_array:
    """The same features with rows whose absolute values sum to 1; a row of zeros stays.

    >>> from scipy.sparse import csr_array
    >>> row_normalized(csr_array([[1.0, 3.0], [0.0, 0.0]])).toarray()
    array([[0.25, 0.75],
           [0.  , 0.  ]])
    """
    from scipy.sparse import diags_array

    total = abs(features).sum(axis=1)
    return (diags_array(1 / np.where(total == 0, 1, total)) @ features).tocsr()
