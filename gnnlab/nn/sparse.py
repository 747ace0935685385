"""A sparse matrix times a dense one, both ways fast on the CPU."""

import math
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import torch
from torch import Tensor
from torch.autograd import forward_ad

from gnnlab.nn.layouts import coo_tensor, csr_tensor, to_csr, validated

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

    Raises:
        ValueError: another dtype, invalid indices, or a matrix that wants a gradient.

    >>> matrix = SparseMatrix(torch.tensor([[0.0, 2.0], [0.0, 0.0], [1.0, 0.0]]))
    >>> matrix @ torch.tensor([[1.0], [10.0]])
    tensor([[20.],
            [ 0.],
            [ 1.]])
    """

    def __init__(self, matrix: Tensor):
        if matrix.dtype not in (torch.float32, torch.float64):
            raise ValueError(f"a SparseMatrix must be float32 or float64, got {matrix.dtype}")
        if matrix.requires_grad:
            raise ValueError("a SparseMatrix must be constant, got a tensor that requires grad")
        csr = to_csr(validated(matrix).to_sparse_coo().coalesce())
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
        """The same pattern with other values, row by row, [stored element].

        Raises:
            ValueError: another number of values.
        """
        if values.shape != self.values.shape:
            raise ValueError(
                f"values must be of shape {list(self.values.shape)}, got {list(values.shape)}"
            )
        other = object.__new__(type(self))
        other.shape = self.shape
        other._set_values(self._pattern, values)
        return other

    def block_diagonal(self, copies: int) -> "SparseMatrix":
        """This matrix ``copies`` times along the diagonal, nothing beside it.

        >>> SparseMatrix(torch.tensor([[2.0, 3.0]])).block_diagonal(2) @ torch.eye(4)
        tensor([[2., 3., 0., 0.],
                [0., 0., 2., 3.]])
        """
        rows, columns = self.shape
        crow, col, crow_transposed, col_transposed, order = self._pattern
        stored = len(self.values)
        other = object.__new__(type(self))
        other.shape = torch.Size((copies * rows, copies * columns))
        pattern = _Pattern(
            _repeated(crow, copies, stored),
            _shifted(col, copies, columns),
            _repeated(crow_transposed, copies, stored),
            _shifted(col_transposed, copies, rows),
            _shifted(order, copies, stored),
        )
        other._set_values(pattern, self.values.repeat(copies))
        return other

    def __matmul__(self, dense: Tensor) -> Tensor:
        """The product with ``dense``, [..., column, channel] -> [..., row, channel].

        Torch's kernels take neither a batch nor half precision: a batch is folded into the
        channels, and the product stays in this matrix's precision, under autocast too.
        """
        if dense.dtype in (torch.float16, torch.bfloat16):
            dense = dense.to(self.dtype)
        if dense.dim() == 2:
            return self._product(dense)
        *batch, columns, channels = dense.shape
        folded = dense.movedim(-2, 0).reshape(columns, math.prod(batch) * channels)
        return self._product(folded).view(self.shape[0], *batch, channels).movedim(0, -2)

    def _product(self, dense: Tensor) -> Tensor:
        if (
            torch.is_grad_enabled()
            or torch._C._are_functorch_transforms_active()
            or forward_ad._current_level >= 0
        ):
            return _Product.apply(self, dense, False)
        return self._times(dense, False)  # apply alone costs as much as a small product

    def _times(self, dense: Tensor, transposed: bool) -> Tensor:
        crow, col, crow_transposed, col_transposed, _ = self._pattern
        rows, columns = self.shape
        if transposed:
            csr = csr_tensor(
                crow_transposed, col_transposed, self._values_transposed, (columns, rows)
            )
        else:
            csr = csr_tensor(crow, col, self.values, (rows, columns))
        with torch.autocast(dense.device.type, enabled=False):
            return csr @ dense


def _pattern(crow: Tensor, col: Tensor, shape: torch.Size) -> _Pattern:
    rows = torch.arange(shape[0], device=crow.device, dtype=crow.dtype)
    row = torch.repeat_interleave(rows, crow.diff())
    order = torch.argsort(col, stable=True)
    per_column = torch.bincount(col, minlength=shape[1])
    crow_transposed = torch.cat([per_column.new_zeros(1), per_column.cumsum(0)]).to(crow.dtype)
    return _Pattern(crow, col, crow_transposed, row[order], order)


def _shifted(index: Tensor, copies: int, size: int) -> Tensor:
    """Indices of all copies, each ``size`` further than the one before."""
    if copies * size > torch.iinfo(index.dtype).max:
        index = index.long()
    start = size * torch.arange(copies, dtype=index.dtype, device=index.device)
    return (start[:, None] + index).flatten()


def _repeated(pointers: Tensor, copies: int, stored: int) -> Tensor:
    """Row pointers of all copies."""
    return torch.cat([pointers[:1], _shifted(pointers[1:], copies, stored)])


class _Product(torch.autograd.Function):
    """Y = S X, or S^T X; linear in X, so dL/dX = S^T dL/dY, and a tangent goes the way of X."""

    @staticmethod
    def forward(matrix: SparseMatrix, dense: Tensor, transposed: bool) -> Tensor:
        return matrix._times(dense, transposed)

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[SparseMatrix, Tensor, bool], output: Tensor) -> None:
        ctx.matrix, _, ctx.transposed = inputs

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[None, Tensor, None]:
        return None, _Product.apply(ctx.matrix, gradients[0], not ctx.transposed), None

    @staticmethod
    def jvp(ctx: Any, *tangents: Any) -> Tensor:
        return _Product.apply(ctx.matrix, tangents[1], ctx.transposed)

    @staticmethod
    def vmap(
        info: Any,
        in_dims: tuple[None, int, None],
        matrix: SparseMatrix,
        dense: Tensor,
        transposed: bool,
    ) -> tuple[Tensor, int]:
        columns = dense.movedim(in_dims[1], 1)
        out = _Product.apply(matrix, columns.flatten(1), transposed)
        return out.view(len(out), *columns.shape[1:]), 1
