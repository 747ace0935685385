"""A sparse matrix times a dense one, both ways fast on the CPU."""

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import torch
from torch import Tensor

from gnnlab.nn.layouts import coo_tensor, csr_tensor, to_csr

if TYPE_CHECKING:
    from scipy.sparse import csr_array


class _Pattern(NamedTuple):
    """Where the stored elements of a matrix and of its transpose lie, both in CSR."""

    crow: Tensor
    col: Tensor
    crow_transposed: Tensor
    col_transposed: Tensor
    order: Tensor  # the transpose's values are values[order]


class SparseMatrix:
    """A constant sparse matrix whose product with a dense one can be differentiated.

    It keeps itself and its transpose in CSR with int32 indices: torch's own backward pass would
    transpose anew at each step. Only the dense factor gets a gradient.

    Args:
        matrix: a torch tensor, [row, column], dense, COO or CSR; float32 or float64.

    >>> matrix = SparseMatrix(torch.tensor([[0.0, 2.0], [0.0, 0.0], [1.0, 0.0]]))
    >>> matrix @ torch.tensor([[1.0], [10.0]])
    tensor([[20.],
            [ 0.],
            [ 1.]])
    """

    def __init__(self, matrix: Tensor):
        csr = to_csr(matrix.detach().to_sparse_coo().coalesce())
        self.shape = csr.shape
        self._set_values(_pattern(csr.crow_indices(), csr.col_indices(), csr.shape), csr.values())

    @classmethod
    def from_scipy(cls, matrix: "csr_array") -> "SparseMatrix":
        """The same matrix from scipy, float32 or float64.

        >>> from scipy.sparse import eye_array
        >>> SparseMatrix.from_scipy(eye_array(2)).shape
        torch.Size([2, 2])
        """
        coo = matrix.tocoo()
        indices = torch.from_numpy(np.stack(coo.coords).astype(np.int64))
        return cls(coo_tensor(indices, torch.from_numpy(coo.data), coo.shape))

    def _set_values(self, pattern: _Pattern, values: Tensor) -> None:
        self._pattern = pattern
        self.values = values
        self._values_transposed = values[pattern.order]

    @property
    def dtype(self) -> torch.dtype:
        """Of the values."""
        return self.values.dtype

    def size(self, dim: int) -> int:
        """The length of one dimension, as a tensor's."""
        return self.shape[dim]

    def with_values(self, values: Tensor) -> "SparseMatrix":
        """The same pattern with other values, row by row, [stored element]."""
        other = object.__new__(type(self))
        other.shape = self.shape
        other._set_values(self._pattern, values)
        return other

    def __matmul__(self, dense: Tensor) -> Tensor:
        """The product with ``dense``, [..., column, channel] -> [..., row, channel].

        Torch's kernels take neither a batch nor half precision: a batch is folded into the
        channels, and under autocast the product stays in this matrix's precision.
        """
        crow, col, crow_transposed, col_transposed, _ = self._pattern
        rows, columns = self.shape
        csr = csr_tensor(crow, col, self.values, (rows, columns))
        transposed = csr_tensor(
            crow_transposed, col_transposed, self._values_transposed, (columns, rows)
        )
        dense = dense.to(self.dtype)
        if dense.dim() == 2:
            return _Product.apply(csr, transposed, dense)
        *batch, _, channels = dense.shape
        folded = dense.movedim(-2, 0).reshape(columns, -1)
        out = _Product.apply(csr, transposed, folded)
        return out.view(rows, *batch, channels).movedim(0, -2)


def _pattern(crow: Tensor, col: Tensor, shape: torch.Size) -> _Pattern:
    rows = torch.arange(shape[0], device=crow.device, dtype=crow.dtype)
    row = torch.repeat_interleave(rows, crow.diff())
    order = torch.argsort(col, stable=True)
    per_column = torch.bincount(col, minlength=shape[1])
    crow_transposed = torch.cat([per_column.new_zeros(1), per_column.cumsum(0)]).to(crow.dtype)
    return _Pattern(crow, col, crow_transposed, row[order], order)


class _Product(torch.autograd.Function):
    """Y = S X with dL/dX = S^T dL/dY."""

    @staticmethod
    def forward(csr: Tensor, transposed: Tensor, dense: Tensor) -> Tensor:
        with torch.autocast(dense.device.type, enabled=False):
            return csr @ dense

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Tensor, Tensor, Tensor], output: Tensor) -> None:
        ctx.csr, ctx.transposed, _ = inputs

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[None, None, Tensor]:
        return None, None, _Product.apply(ctx.transposed, ctx.csr, gradients[0])
