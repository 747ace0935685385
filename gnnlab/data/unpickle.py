"""An unpickler that can build arrays and containers, and nothing else."""

import io
import pickle
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix

from gnnlab.errors import DataError

# Under the names that Python 2, and numpy and scipy of its time, wrote into their pickles.
_ALLOWED: dict[tuple[str, str], Any] = {
    ("numpy.core.multiarray", "_reconstruct"): np.zeros(0).__reduce__()[0],
    ("numpy", "ndarray"): np.ndarray,
    ("numpy", "dtype"): np.dtype,
    ("scipy.sparse.csr", "csr_matrix"): csr_matrix,
    ("collections", "defaultdict"): defaultdict,
    ("__builtin__", "list"): list,
    ("__builtin__", "dict"): dict,
}


class _ArrayUnpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        try:
            return _ALLOWED[module, name]
        except KeyError:
            raise pickle.UnpicklingError(f"{module}.{name} is not allowed") from None


def load_arrays(path: Path) -> Any:
    """What a Python 2 pickle of arrays, CSR matrices, dicts and lists holds.

    Check the file's hash first: this keeps a pickle from calling anything else, not from being
    wrong.

    Raises:
        DataError: the file asks for anything else, or is no pickle.
    """
    try:
        return _ArrayUnpickler(io.BytesIO(path.read_bytes()), encoding="latin1").load()
    except Exception as error:  # a broken pickle can fail in any way
        raise DataError(
            f"{path.name} must be a pickle of arrays, CSR matrices, dicts and lists, got: {error}"
        ) from error
