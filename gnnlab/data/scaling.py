"""Scaling features."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from scipy.sparse import csr_array


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
