"""The matrices along which a graph convolution sums."""

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple, Optional

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor
from torch.autograd import forward_ad

from gnnlab.nn.sparse import SparseMatrix

if TYPE_CHECKING:
    from scipy.sparse import csr_array

SPARSE_COST = 3  # what a multiplication costs in the sparse product, in those of the dense one


class Supports:
    """I, and the powers (or Chebyshev polynomials) 1 to K of some matrices, applied in one go.

    :func:`gnnlab.nn.spatiotemporal.random_walks` and
    :func:`gnnlab.nn.spatiotemporal.chebyshev_polynomials` make them of a graph; one object serves
    any number of layers, on any device and in any dtype.

    On the CPU in float32 and float64, where the matrices are sparse enough that step after step is
    cheaper than one dense product, they stay sparse; else they are multiplied out.

    Args:
        matrices: float64, [node, node], row = target.
        steps: K.
        chebyshev: T_k = 2 L T_{k-1} - T_{k-2} instead of powers.
        layout: ``"dense"`` or ``"sparse"``; ``None`` takes what costs less.

    Attributes:
        count: number of supports, 1 + K for each matrix.
        num_nodes: n.
        layout: the one taken.

    Raises:
        ValueError: ``steps`` below 1, or an unknown layout.

    >>> from scipy.sparse import csr_array
    >>> path = Supports([csr_array([[0.0, 0.0], [1.0, 0.0]])], steps=1)
    >>> path.diffuse(torch.tensor([[3.0], [5.0]]))  # what a node has, and what it hears
    tensor([[3., 0.],
            [5., 3.]])
    """

    def __init__(
        self,
        matrices: Sequence["csr_array"],
        steps: int,
        chebyshev: bool = False,
        layout: Optional[str] = None,
    ):
        if steps < 1:
            raise ValueError(f"steps must be >= 1, got {steps}")
        if layout not in (None, "dense", "sparse"):
            raise ValueError(f"layout must be dense or sparse, got {layout!r}")
        self.matrices, self.steps, self.chebyshev = matrices, steps, chebyshev
        self.num_nodes = matrices[0].shape[0]
        self.count = 1 + steps * len(matrices)
        if layout is None:
            multiplied_out = len(matrices) * self.num_nodes**2
            stored = sum(matrix.nnz for matrix in matrices)
            layout = "sparse" if SPARSE_COST * stored < multiplied_out else "dense"
        self.layout = layout
        self._dense: dict[tuple[torch.dtype, torch.device], Tensor] = {}
        self._sparse: dict[torch.dtype, list[_Sparse]] = {}

    def __repr__(self) -> str:
        return f"{type(self).__name__}(count={self.count}, nodes={self.num_nodes}, {self.layout})"

    @cached_property
    def transposed(self) -> "Supports":
        """The transpose of each matrix."""
        transposes = [matrix.T.tocsr() for matrix in self.matrices]
        return Supports(transposes, self.steps, self.chebyshev, self.layout)

    def check(self, x: Tensor, count: int) -> None:
        """Raise a ValueError where these are not ``count`` matrices for the nodes of ``x``."""
        if self.count != count:
            raise ValueError(f"supports must be {count} matrices, got {self.count}")
        if x.dim() < 2 or x.shape[-2] != self.num_nodes:
            raise ValueError(
                f"x must be of shape [..., {self.num_nodes} nodes, channel], got {list(x.shape)}"
            )

    def diffuse(
        self, x: Float[Tensor, "*batch node channel"]
    ) -> Float[Tensor, "*batch node support_channel"]:
        """What each support brings to each node, support by support.

        Half precision is summed in float32 where torch's product does so.
        """
        if self.layout == "dense" or not _is_for_kernels(x):
            return (self.stacked(x) @ x).reshape(*x.shape[:-1], self.count * x.shape[-1])
        bases = self._bases(x.dtype)
        if torch.is_grad_enabled() and x.requires_grad:
            return self._step_by_step([base.matrix for base in bases], x)
        from gnnlab.nn.spatiotemporal.diffusion_kernel import diffuse

        *batch, nodes, channels = x.shape
        flat = x.detach().reshape(-1, nodes, channels)
        out = x.new_empty(len(flat), nodes, self.count, channels)
        arrays = [base.parts for base in bases]
        diffuse(arrays, self.steps, self.chebyshev, flat.contiguous().numpy(), out.numpy())
        return out.view(*batch, nodes, self.count * channels)

    def _step_by_step(self, matrices: list[SparseMatrix], x: Tensor) -> Tensor:
        brought = [x]
        for matrix in matrices:
            now, before = matrix @ x, x
            brought.append(now)
            for _ in range(1, self.steps):
                after = matrix @ now
                now, before = (2 * after - before if self.chebyshev else after), now
                brought.append(now)
        return torch.cat(brought, dim=-1)

    def stacked(self, like: Tensor) -> Float[Tensor, "node_support node"]:
        """All of them multiplied out, node by node, in the dtype and on the device of ``like``.

        >>> from scipy.sparse import csr_array
        >>> Supports([csr_array([[0.0, 2.0], [0.0, 0.0]])], 1).stacked(torch.ones(1))
        tensor([[1., 0.],
                [0., 2.],
                [0., 1.],
                [0., 0.]])
        """
        key = (like.dtype, like.device)
        if key not in self._dense:
            made = torch.from_numpy(self._multiplied_out()).to(like.device, like.dtype)
            if torch.compiler.is_compiling() or torch._C._are_functorch_transforms_active():
                return made  # it may be wrapped, which ends with the transform
            self._dense[key] = made
        return self._dense[key]

    def _multiplied_out(self) -> np.ndarray:
        identity = np.eye(self.num_nodes)
        all_of_them = [identity]
        for matrix in self.matrices:
            now, before = matrix.toarray(), identity
            all_of_them.append(now)
            for _ in range(1, self.steps):
                after = matrix @ now
                now, before = (2 * after - before if self.chebyshev else after), now
                all_of_them.append(now)
        return np.stack(all_of_them, axis=1).reshape(-1, self.num_nodes)

    def _bases(self, dtype: torch.dtype) -> list["_Sparse"]:
        if dtype not in self._sparse:
            self._sparse[dtype] = [_Sparse.of(matrix, dtype) for matrix in self.matrices]
        return self._sparse[dtype]


_KERNEL_DTYPES = {torch.float32: np.float32, torch.float64: np.float64}


class _Sparse(NamedTuple):
    """One matrix, for the kernel and for torch."""

    parts: tuple[np.ndarray, np.ndarray, np.ndarray]
    matrix: SparseMatrix

    @classmethod
    def of(cls, matrix: "csr_array", dtype: torch.dtype) -> "_Sparse":
        values = matrix.data.astype(_KERNEL_DTYPES[dtype])
        same = type(matrix)((values, matrix.indices, matrix.indptr), shape=matrix.shape)
        return cls((same.indptr, same.indices, same.data), SparseMatrix.from_scipy(same))


def _is_for_kernels(x: Tensor) -> bool:
    """Whether the sparse products do for ``x``, and nothing but autograd follows torch's calls."""
    return (
        x.device.type == "cpu"
        and x.dtype in _KERNEL_DTYPES
        and not torch.compiler.is_compiling()
        and not torch.jit.is_tracing()
        and not torch._C._are_functorch_transforms_active()
        and forward_ad._current_level < 0
    )
