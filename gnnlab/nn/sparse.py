"""A sparse matrix times a dense one, both ways fast on the CPU."""

import inspect
import math
from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import Tensor
from torch.autograd import forward_ad

from gnnlab.nn.layouts import csr_tensor, to_csr, validated
from gnnlab.nn.sparse_pattern import Pattern

if TYPE_CHECKING:
    from scipy.sparse import csr_array


KERNEL_FROM = 20_000_000  # multiplications; below, torch's kernel has less to set up


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
        self._set_parts(csr.crow_indices(), csr.col_indices(), csr.values(), csr.shape)

    @classmethod
    def from_scipy(cls, matrix: "csr_array") -> "SparseMatrix":
        """The same matrix from scipy; repeated elements add up.

        Raises:
            ValueError: a dtype other than float32 and float64.

        >>> from scipy.sparse import eye_array
        >>> SparseMatrix.from_scipy(eye_array(2)).shape
        torch.Size([2, 2])
        """
        if matrix.dtype not in (np.float32, np.float64):
            raise ValueError(f"a SparseMatrix must be float32 or float64, got {matrix.dtype}")
        csr = matrix.tocsr(copy=True)
        csr.sum_duplicates()
        made = cls.__new__(cls)
        largest = max(csr.nnz, *csr.shape)
        index = np.int32 if largest <= np.iinfo(np.int32).max else np.int64
        parts = (csr.indptr.astype(index), csr.indices.astype(index), csr.data)
        crow, col, values = map(torch.from_numpy, parts)
        made._set_parts(crow, col, values, torch.Size(csr.shape))
        return made

    @classmethod
    def from_edges(cls, edge_index: Tensor, weight: Tensor, num_nodes: int) -> "SparseMatrix":
        """The adjacency matrix, [target, source], of edges that are known to be right.

        Args:
            edge_index: sources and targets, [2, edge].
            weight: [edge], float32 or float64; parallel edges add up.
            num_nodes: n.

        >>> edges = torch.tensor([[0, 0], [1, 1]])
        >>> SparseMatrix.from_edges(edges, torch.ones(2), 2) @ torch.eye(2)
        tensor([[0., 0.],
                [2., 0.]])
        """
        from scipy.sparse import coo_array

        source, target = edge_index.cpu().numpy()
        values = weight.detach().cpu().numpy()
        matrix = cls.from_scipy(coo_array((values, (target, source)), shape=(num_nodes,) * 2))
        return matrix.to(weight.device)

    def to(self, device: torch.device) -> "SparseMatrix":
        """The same matrix on another device, itself where it is there."""
        if self.values.device == device:
            return self
        pattern = Pattern(*(part.to(device) for part in self._pattern))
        return self._with(pattern, self.values.to(device), self.shape)

    def _set_parts(self, crow: Tensor, col: Tensor, values: Tensor, shape: torch.Size) -> None:
        self.shape, self.values = shape, values
        self._pattern = Pattern.of(crow, col, shape)
        if (
            torch.equal(crow, self._pattern.crow_transposed)
            and torch.equal(col, self._pattern.col_transposed)
            and torch.equal(values, self._values_transposed)
        ):  # symmetric: once in memory, and in the cache
            self._pattern = self._pattern._replace(crow_transposed=crow, col_transposed=col)
            self._values_transposed = values

    def _with(self, pattern: Pattern, values: Tensor, shape: Sequence[int]) -> "SparseMatrix":
        other = object.__new__(type(self))
        other.shape, other._pattern, other.values = torch.Size(shape), pattern, values
        return other

    def __getstate__(self) -> dict[str, Any]:
        """What a copy is made of: torch cannot copy its CSR tensors."""
        return {"shape": self.shape, "values": self.values, "_pattern": self._pattern}

    @cached_property
    def _values_transposed(self) -> Tensor:
        return self.values.index_select(0, self._pattern.order)  # faster than [...]

    @cached_property
    def _csr(self) -> Tensor:
        rows, columns = self.shape
        return csr_tensor(self._pattern.crow, self._pattern.col, self.values, (rows, columns))

    @cached_property
    def _csr_transposed(self) -> Tensor:
        rows, columns = self.shape
        crow, col = self._pattern.crow_transposed, self._pattern.col_transposed
        return csr_tensor(crow, col, self._values_transposed, (columns, rows))

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
        return self._with(self._pattern, values, self.shape)

    def rows(self, numbers: Tensor) -> "SparseMatrix":
        """The matrix of some rows, [row'].

        >>> SparseMatrix(torch.tensor([[2.0], [3.0]])).rows(torch.tensor([1])) @ torch.eye(1)
        tensor([[3.]])
        """
        return self.from_scipy(self._scipy()[numbers.cpu().numpy()]).to(self.values.device)

    def touched(self) -> tuple["SparseMatrix", Tensor]:
        """The matrix without columns that store nothing, and the numbers of those that are left.

        >>> SparseMatrix(torch.tensor([[0.0, 2.0], [0.0, 3.0]])).touched()[1]
        tensor([1])
        """
        matrix = self._scipy()
        columns = np.unique(matrix.indices)
        left = self.from_scipy(matrix[:, columns]).to(self.values.device)
        return left, torch.from_numpy(columns).long().to(self.values.device)

    def _scipy(self) -> "csr_array":
        from scipy.sparse import csr_array

        parts = (self.values, self._pattern.col, self._pattern.crow)
        return csr_array(tuple(part.cpu().numpy() for part in parts), shape=tuple(self.shape))

    def block_diagonal(self, copies: int) -> "SparseMatrix":
        """This matrix ``copies`` times along the diagonal, nothing beside it.

        >>> SparseMatrix(torch.tensor([[2.0, 3.0]])).block_diagonal(2) @ torch.eye(4)
        tensor([[2., 3., 0., 0.],
                [0., 0., 2., 3.]])
        """
        rows, columns = self.shape
        return self._with(
            self._pattern.block_diagonal(copies, rows, columns),
            self.values.repeat(copies),
            (copies * rows, copies * columns),
        )

    def __matmul__(self, dense: Tensor) -> Tensor:
        """The product with ``dense``, [..., column, channel] -> [..., row, channel].

        Torch's kernels take neither a batch nor half precision: a batch is folded into the
        channels, and the product stays in this matrix's precision, under autocast too.
        """
        return self._batched(dense, transposed=False)

    def transposed_times(self, dense: Tensor) -> Tensor:
        """The product of this matrix's transpose, [..., row, channel] -> [..., column, channel].

        >>> SparseMatrix(torch.tensor([[0.0, 2.0]])).transposed_times(torch.tensor([[3.0]]))
        tensor([[0.],
                [6.]])
        """
        return self._batched(dense, transposed=True)

    def _batched(self, dense: Tensor, transposed: bool) -> Tensor:
        if dense.dtype in (torch.float16, torch.bfloat16):
            dense = dense.to(self.dtype)
        if dense.dim() == 2:
            return self._product(dense, transposed)
        if dense.dim() == 3 and len(dense) == 1:
            return self._product(dense[0], transposed)[None]  # folding would take its time
        *batch, columns, channels = dense.shape
        folded = dense.movedim(-2, 0).reshape(columns, math.prod(batch) * channels)
        out = self._product(folded, transposed)
        return out.view(len(out), *batch, channels).movedim(0, -2)

    def _product(self, dense: Tensor, transposed: bool) -> Tensor:
        if (
            torch.is_grad_enabled()
            or torch._C._are_functorch_transforms_active()
            or forward_ad._current_level >= 0
        ):
            return _Product.apply(self, dense, transposed)
        return self._times(dense, transposed)  # apply alone costs as much as a small product

    def _times(self, dense: Tensor, transposed: bool) -> Tensor:
        csr = self._csr_transposed if transposed else self._csr
        large = len(self.values) * dense.shape[1] >= KERNEL_FROM
        if large and dense.device.type == "cpu" and dense.dtype == self.dtype:
            from gnnlab.nn.sparse_kernels import csr_product

            return csr_product(csr.crow_indices(), csr.col_indices(), csr.values(), dense)
        if not torch.is_autocast_enabled(dense.device.type):
            return _torch_product(csr, dense)
        with torch.autocast(dense.device.type, enabled=False):
            return _torch_product(csr, dense)


def _torch_product(csr: Tensor, dense: Tensor) -> Tensor:
    """``csr @ dense``; that would fill the result with zeros and copy it first."""
    out = dense.new_empty(csr.shape[0], dense.shape[1])
    return out.addmm_(csr, dense, beta=0)


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


# Else torch would inspect it at each call.
_Product.forward.__signature__ = inspect.signature(_Product.forward)  # type: ignore[attr-defined]
