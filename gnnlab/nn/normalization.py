"""Â = D^-1/2 (A + I) D^-1/2 in torch; ``gnnlab.graphs`` holds the numpy twin."""

import math
from typing import Literal, Optional, overload

import torch
from torch import Tensor

from gnnlab.errors import GraphError
from gnnlab.nn.layouts import coo_tensor, to_csr

INTEGER_DTYPES = (torch.int8, torch.int16, torch.int32, torch.int64, torch.uint8)


@overload
def normalized_adjacency(
    edge_index: Tensor,
    edge_weight: Optional[Tensor] = ...,
    num_nodes: Optional[int] = ...,
    layout: Literal["edge_index"] = ...,
    *,
    self_loop_weight: float = ...,
    dtype: Optional[torch.dtype] = ...,
) -> tuple[Tensor, Tensor]: ...
@overload
def normalized_adjacency(
    edge_index: Tensor,
    edge_weight: Optional[Tensor] = ...,
    num_nodes: Optional[int] = ...,
    *,
    layout: Literal["coo", "csr", "dense"],
    self_loop_weight: float = ...,
    dtype: Optional[torch.dtype] = ...,
) -> Tensor: ...
def normalized_adjacency(
    edge_index: Tensor,
    edge_weight: Optional[Tensor] = None,
    num_nodes: Optional[int] = None,
    layout: str = "edge_index",
    *,
    self_loop_weight: float = 1.0,
    dtype: Optional[torch.dtype] = None,
) -> Tensor | tuple[Tensor, Tensor]:
    """Â = D^-1/2 (A + I) D^-1/2, differentiable in ``edge_weight`` (Kipf and Welling 2017, eq. 2).

    Taken literally: a self-loop of weight w becomes w + 1, parallel edges add up, and D holds the
    row sums of A + I, that is the weights of incoming edges. Matrices are [target, source].

    Args:
        edge_index: integers, [2, edge], row 0 sources, row 1 targets; both ways for an undirected
            edge.
        edge_weight: finite numbers, [edge]; ``None`` means 1 each.
        num_nodes: n; ``None`` means the largest index + 1.
        layout: ``"edge_index"``, ``"coo"``, ``"csr"`` (int32 indices) or ``"dense"``.
        self_loop_weight: what is added to the diagonal: 1 for A + I, 2 for the "improved" GCN,
            0 for none; then the row of a node without incoming edges is zero.
        dtype: of the result; ``None`` means that of ``edge_weight`` if floating, else torch's
            default.

    Returns:
        For ``"edge_index"`` a pair (edge_index, edge_weight): the edges in their order without
        self-loops, then the n self-loops (where ``self_loop_weight`` is 0, the edges as they came).
        Under ``torch.compile`` self-loops stay among the edges, which gives the same matrix, and
        the checks are left out. Else a matrix, [n, n].

    Raises:
        GraphError: a wrong shape or dtype, an index out of range, a weight that is not finite, or a
            node whose degree is not positive; the message names the node.
        ValueError: an unknown layout, or a ``self_loop_weight`` that is not finite.

    >>> path = torch.tensor([[0, 1, 1, 2], [1, 0, 2, 1]])
    >>> normalized_adjacency(path, layout="dense")
    tensor([[0.5000, 0.4082, 0.0000],
            [0.4082, 0.3333, 0.4082],
            [0.0000, 0.4082, 0.5000]])
    """
    if layout not in ("edge_index", "coo", "csr", "dense"):
        raise ValueError(f"layout must be edge_index, coo, csr or dense, got {layout!r}")
    if not math.isfinite(self_loop_weight):
        raise ValueError(f"self_loop_weight must be finite, got {self_loop_weight}")
    edge_index, edge_weight, num_nodes = checked_edges(edge_index, edge_weight, num_nodes, dtype)
    dtype = edge_weight.dtype
    if dtype in (torch.float16, torch.bfloat16):  # in which a sum of ones ends at 256 or 2048
        edge_weight = edge_weight.float()
    if self_loop_weight:
        edge_index, edge_weight = _add_self_loops(
            edge_index, edge_weight, num_nodes, self_loop_weight
        )
    source, target = edge_index[0], edge_index[1]
    degree = edge_weight.new_zeros(num_nodes).index_add(0, target, edge_weight)
    if not torch.compiler.is_compiling():
        _check_degree(degree, target, edge_weight)
    scale = torch.where(degree > 0, degree, torch.inf).rsqrt()
    edge_weight = (scale[source] * edge_weight * scale[target]).to(dtype)
    if layout == "edge_index":
        return edge_index, edge_weight
    if layout == "dense":
        matrix = edge_weight.new_zeros(num_nodes, num_nodes)
        return matrix.index_put((target, source), edge_weight, accumulate=True)
    matrix = adjacency_coo(edge_index, edge_weight, num_nodes)
    return matrix if layout == "coo" else to_csr(matrix)


def adjacency_coo(edge_index: Tensor, edge_weight: Tensor, num_nodes: int) -> Tensor:
    """The matrix [target, source] of these edges, coalesced: parallel edges add up."""
    return coo_tensor(edge_index.flip(0), edge_weight, (num_nodes, num_nodes))


def checked_edges(
    edge_index: Tensor,
    edge_weight: Optional[Tensor],
    num_nodes: Optional[int],
    dtype: Optional[torch.dtype],
) -> tuple[Tensor, Tensor, int]:
    """The same edges with explicit weights (of ``dtype``) and number of nodes, if they are valid.

    Raises:
        GraphError: see :func:`normalized_adjacency`.
    """
    if num_nodes is not None and num_nodes < 0:
        raise GraphError(f"num_nodes must be >= 0, got {num_nodes}")
    shape = list(edge_index.shape)
    if len(shape) != 2 or shape[0] != 2 or edge_index.dtype not in INTEGER_DTYPES:
        raise GraphError(
            f"edge_index must be integers of shape [2, edge], got {edge_index.dtype} "
            f"of shape {shape}"
        )
    if edge_weight is None:
        edge_weight = torch.ones(
            shape[1], dtype=dtype or torch.get_default_dtype(), device=edge_index.device
        )
    elif list(edge_weight.shape) != shape[1:]:
        raise GraphError(
            f"edge_weight must hold one number for each of the {shape[1]} edges, "
            f"got shape {list(edge_weight.shape)}"
        )
    elif dtype is not None or not edge_weight.is_floating_point():
        edge_weight = edge_weight.to(dtype or torch.get_default_dtype())
    if torch.compiler.is_compiling() and num_nodes is not None:
        return edge_index, edge_weight, num_nodes

    lowest, highest = edge_index.aminmax() if edge_index.numel() else (0, -1)
    if num_nodes is None:
        num_nodes = int(highest) + 1
    if lowest < 0 or highest >= num_nodes:
        outside = (edge_index < 0) | (edge_index >= num_nodes)
        edge = int(outside.any(dim=0).nonzero()[0])
        node = int(edge_index[:, edge][outside[:, edge]][0])
        raise GraphError(f"a node must be between 0 and {num_nodes - 1}, got {node} in edge {edge}")
    if not (finite := edge_weight.isfinite()).all():
        edge = int((~finite).nonzero()[0])
        source, target = edge_index[:, edge].tolist()
        raise GraphError(
            f"a weight must be finite, got {float(edge_weight[edge])} on the edge "
            f"from node {source} to node {target}"
        )
    return edge_index.long(), edge_weight, num_nodes


def _add_self_loops(
    edge_index: Tensor, edge_weight: Tensor, num_nodes: int, value: float
) -> tuple[Tensor, Tensor]:
    nodes = torch.arange(num_nodes, device=edge_index.device, dtype=edge_index.dtype)
    loops = edge_weight.new_full((num_nodes,), value)
    if not torch.compiler.is_compiling():  # there, a shape must not depend on values
        loop = edge_index[0] == edge_index[1]
        loops = loops.index_add(0, edge_index[0, loop], edge_weight[loop])
        edge_index, edge_weight = edge_index[:, ~loop], edge_weight[~loop]
    edge_index = torch.cat([edge_index, nodes.expand(2, -1)], dim=1)
    return edge_index, torch.cat([edge_weight, loops])


def _check_degree(degree: Tensor, target: Tensor, edge_weight: Tensor) -> None:
    right = (degree > 0) & degree.isfinite()
    if right.all():
        return
    connected = torch.zeros_like(degree).index_add(0, target, edge_weight.detach().abs()) > 0
    wrong = connected & ~right
    if wrong.any():
        node = int(wrong.nonzero()[0])
        raise GraphError(
            f"the degree of every node must be > 0 and finite, got {float(degree[node]):g} "
            f"for node {node}"
        )
