"""Where the stored elements of a sparse matrix lie."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor


class Pattern(NamedTuple):
    """Where the stored elements of a matrix and of its transpose lie, both in CSR."""

    crow: Tensor
    col: Tensor
    crow_transposed: Tensor
    col_transposed: Tensor
    order: Tensor  # the transpose's values are values[order]

    @classmethod
    def of(cls, crow: Tensor, col: Tensor, shape: Sequence[int]) -> "Pattern":
        """The pattern of a matrix in CSR."""
        from scipy.sparse import csr_array

        parts = (np.arange(len(col)), col.cpu().numpy(), crow.cpu().numpy())
        transposed = csr_array(parts, shape=tuple(shape)).tocsc()
        return cls(
            crow,
            col,
            *(
                torch.from_numpy(part).to(crow.device)
                for part in (transposed.indptr, transposed.indices, transposed.data)
            ),
        )

    def block_diagonal(self, copies: int, rows: int, columns: int) -> "Pattern":
        """Of ``copies`` such matrices, [rows, columns] each, along the diagonal."""
        stored = len(self.col)
        return Pattern(
            _repeated(self.crow, copies, stored),
            _shifted(self.col, copies, columns),
            _repeated(self.crow_transposed, copies, stored),
            _shifted(self.col_transposed, copies, rows),
            _shifted(self.order, copies, stored),
        )


def _shifted(index: Tensor, copies: int, size: int) -> Tensor:
    """Indices of all copies, each ``size`` further than the one before."""
    if copies * size > torch.iinfo(index.dtype).max:
        index = index.long()
    start = size * torch.arange(copies, dtype=index.dtype, device=index.device)
    return (start[:, None] + index).flatten()


def _repeated(pointers: Tensor, copies: int, stored: int) -> Tensor:
    """Row pointers of all copies."""
    return torch.cat([pointers[:1], _shifted(pointers[1:], copies, stored)])
