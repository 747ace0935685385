"""Torch's sparse layouts the way its kernels want them: int32 indices in CSR, no notices."""

import warnings
from functools import cache

import torch
from torch import Tensor


def coo_tensor(indices: Tensor, values: Tensor, shape: tuple[int, int]) -> Tensor:
    """A torch COO tensor of parts that are known to be right, coalesced: duplicates add up."""
    _hear_notices()
    return torch.sparse_coo_tensor(indices, values, shape).coalesce()


def validated(matrix: Tensor) -> Tensor:
    """``matrix`` itself, if its indices are what its layout asks for.

    Torch's kernels take wrong ones as they come, and read memory that is not theirs.

    Raises:
        ValueError: an index out of range, or row pointers that do not fit.
    """
    try:
        if matrix.layout == torch.sparse_coo:
            torch.sparse_coo_tensor(
                matrix._indices(), matrix._values(), matrix.shape, check_invariants=True
            )
        elif matrix.layout == torch.sparse_csr:
            torch.sparse_csr_tensor(
                matrix.crow_indices(),
                matrix.col_indices(),
                matrix.values(),
                matrix.shape,
                check_invariants=True,
            )
        elif matrix.layout != torch.strided:
            raise ValueError(f"a matrix must be dense, COO or CSR, got {matrix.layout}")
    except RuntimeError as error:
        raise ValueError(f"a sparse matrix must have valid indices, got: {error}") from error
    return matrix


def csr_tensor(crow: Tensor, col: Tensor, values: Tensor, shape: tuple[int, int]) -> Tensor:
    """A torch CSR tensor of parts that are known to be right: torch does not check them."""
    _hear_notices()
    return torch.sparse_csr_tensor(crow, col, values, shape)


def to_csr(matrix: Tensor) -> Tensor:
    """A coalesced COO matrix as CSR, with int32 indices where they fit.

    Torch's kernels convert int64 indices at every product.
    """
    _hear_notices()
    csr = matrix.to_sparse_csr()
    if max(csr.values().numel(), *csr.shape) > torch.iinfo(torch.int32).max:
        return csr
    crow, col = csr.crow_indices().int(), csr.col_indices().int()
    return csr_tensor(crow, col, csr.values(), (csr.shape[0], csr.shape[1]))


@cache
def _hear_notices() -> None:
    """Have torch say once, to nobody, that CSR is in beta and that it checks neither layout."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        empty = torch.zeros(1, dtype=torch.int32)
        torch.sparse_csr_tensor(empty, empty[:0], torch.zeros(0), (0, 0))
