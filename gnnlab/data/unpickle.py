"""An unpickler that can build arrays and containers, and nothing else."""

import io
import pickle
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix

from gnnlab.errors import DataError


class _Csr:
    """Stands for scipy's CSR matrix, whose own unpickling believes what it is told."""

    def __setstate__(self, state: dict[str, Any]) -> None:
        parts = (state["data"], state["indices"], state["indptr"])
        self.matrix = csr_matrix(parts, shape=state["_shape"])
        self.matrix.check_format(full_check=True)


def _dtype(*arguments: Any) -> np.dtype:
    """A dtype of plain numbers: arrays of objects hold addresses."""
    dtype = np.dtype(*arguments)
    if dtype.kind not in "biuf":
        raise pickle.UnpicklingError(f"an array of {dtype} is not allowed")
    return dtype


# Under the names that Python 2, and numpy and scipy of its time, wrote into their pickles.
_ALLOWED: dict[tuple[str, str], Any] = {
    ("numpy.core.multiarray", "_reconstruct"): np.zeros(0).__reduce__()[0],
    ("numpy", "ndarray"): np.ndarray,
    ("numpy", "dtype"): _dtype,
    ("scipy.sparse.csr", "csr_matrix"): _Csr,
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
        loaded = _ArrayUnpickler(io.BytesIO(path.read_bytes()), encoding="latin1").load()
    except Exception as error:  # a broken pickle can fail in any way
        raise DataError(
            f"{path.name} must be a pickle of arrays, CSR matrices, dicts and lists, got: {error}"
        ) from error
    return loaded.matrix if isinstance(loaded, _Csr) else loaded
