"""The graph convolution of Kipf and Welling (2017)."""

from typing import Any, Optional, Union

import torch
from torch import Tensor, nn
from torch.nn.parameter import is_lazy
from torch_geometric import EdgeIndex
from torch_geometric.nn import MessagePassing
from torch_geometric.nn.dense.linear import Linear
from torch_geometric.typing import SparseTensor

from gnnlab.errors import GraphError
from gnnlab.nn.adjacency_cache import AdjacencyCache, CachedGraph
from gnnlab.nn.layouts import validated
from gnnlab.nn.normalization import checked_edges, normalized_adjacency
from gnnlab.nn.sparse import SparseMatrix


class GCNConv(MessagePassing):
    """X' = Â X W + b with Â = D^-1/2 (A + I) D^-1/2 (Kipf and Welling 2017, eq. 2).

    A drop-in for ``torch_geometric.nn.GCNConv``: the same arguments, the same ``state_dict``, the
    same numbers on graphs without self-loops. What differs: a self-loop of weight w becomes w + 1
    in every layout (see :func:`gnnlab.nn.normalized_adjacency`); ``improved`` adds 2I also where
    there are no weights (PyG then adds I); invalid graphs are refused, and so are weights of shape
    [edge, 1] or beside an adjacency matrix.

    The product with Â is one sparse kernel. Messages are passed edge by edge where somebody wants
    to see or change them (explainers, hooks, overridden methods, another aggregation), where
    ``edge_weight`` wants a gradient, inside ``torch.func`` transforms, in half precision, and
    under ``torch.compile`` (there without the checks of the graph: a branch on values would break
    the compiled graph).

    Args:
        in_channels: size of the input features; -1 takes it from the first input.
        out_channels: size of the output features.
        improved: add 2I instead of I.
        cached: keep Â for as long as the graph's content stays the same.
        add_self_loops: whether to add I; ``None`` means where ``normalize``.
        normalize: ``False`` multiplies by the given weights as they are.
        bias: whether to add b.
        **kwargs: of PyG's ``MessagePassing``: ``aggr``, ``flow``, ``node_dim``,
            ``decomposed_layers``.

    Raises:
        ValueError: ``add_self_loops`` without ``normalize``.

    Shapes:
        x: [..., node, in_channels], dense, or [node, in_channels] as torch sparse tensor or
        :class:`SparseMatrix`. edge_index: [2, edge] (also ``EdgeIndex``), or the adjacency matrix
        as torch COO or CSR, [target, source]. edge_weight: [edge], with an edge_index only.
        Returns [..., node, out_channels].

    >>> path = torch.tensor([[0, 1, 1, 2], [1, 0, 2, 1]])
    >>> GCNConv(8, 2)(torch.randn(3, 8), path).shape
    torch.Size([3, 2])
    """

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        improved: bool = False,
        cached: bool = False,
        add_self_loops: Optional[bool] = None,
        normalize: bool = True,
        bias: bool = True,
        **kwargs: Any,
    ):
        kwargs.setdefault("aggr", "add")
        super().__init__(**kwargs)
        if add_self_loops is None:
            add_self_loops = normalize
        if add_self_loops and not normalize:
            raise ValueError("add_self_loops needs normalize=True, got normalize=False")
        self.in_channels = in_channels
        self.out_channels = out_channels
        self.improved = improved
        self.cached = cached
        self.add_self_loops = add_self_loops
        self.normalize = normalize
        self.lin = Linear(in_channels, out_channels, bias=False, weight_initializer="glorot")
        if bias:
            self.bias = nn.Parameter(torch.empty(out_channels))
        else:
            self.register_parameter("bias", None)
        self._cache = AdjacencyCache()
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw the weight anew (Glorot), zero the bias, forget the cached Â."""
        super().reset_parameters()
        self.lin.reset_parameters()
        if self.bias is not None:
            nn.init.zeros_(self.bias)
        self._cache.forget()

    def forward(
        self,
        x: Union[Tensor, SparseMatrix],
        edge_index: Tensor,
        edge_weight: Optional[Tensor] = None,
    ) -> Tensor:
        """Features after one step of message passing; see the class for shapes.

        Raises:
            GraphError: an invalid graph (see :func:`gnnlab.nn.normalized_adjacency`), or an
                adjacency matrix that does not fit ``x``.
            ValueError: a pair of features (a bipartite graph), ``edge_weight`` beside an adjacency
                matrix, or an adjacency matrix with ``flow="target_to_source"``.
        """
        if isinstance(x, (tuple, list)):
            raise ValueError(
                "x must be one set of node features, got a pair: GCNConv is not for bipartite "
                "graphs (SAGEConv and GraphConv are)"
            )
        num_nodes = x.shape[self.node_dim]
        edge_index, edge_weight = self._edges(edge_index, edge_weight, num_nodes)
        if isinstance(x, Tensor) and self._propagates_first(x) and self._is_fused(x, edge_weight):
            out = self.lin(self._matrix(edge_index, edge_weight, num_nodes, x.dtype) @ x)
            return out if self.bias is None else out + self.bias
        x = self._transformed(x)
        if self._is_fused(x, edge_weight):
            out = self._matrix(edge_index, edge_weight, num_nodes, x.dtype) @ x
            return out if self.bias is None else out.add_(self.bias)
        edge_index, edge_weight = self._weighted(edge_index, edge_weight, num_nodes, x.dtype)
        if self.flow == "target_to_source":
            edge_index = edge_index.flip(0)
        # propagate_type: (x: Tensor, edge_weight: Tensor)
        out = self.propagate(edge_index, x=x, edge_weight=edge_weight)
        return out if self.bias is None else out + self.bias

    def message(self, x_j: Tensor, edge_weight: Optional[Tensor]) -> Tensor:
        """What one edge carries: the source's features times the edge's weight."""
        if edge_weight is None:
            return x_j
        shape = [1] * x_j.dim()
        shape[self.node_dim] = -1
        return edge_weight.view(shape) * x_j

    def _propagates_first(self, x: Tensor) -> bool:
        """Whether (Â X) W is cheaper than Â (X W): a product with Â costs its channels.

        Its backward pass costs them again, where the product's right side wants a gradient.
        """
        if x.layout != torch.strided or torch.is_autocast_enabled(x.device.type):
            return False
        learns = torch.is_grad_enabled()
        into = x.shape[-1] * (1 + (learns and x.requires_grad))
        return into < self.out_channels * (1 + (learns and self.lin.weight.requires_grad))

    def _transformed(self, x: Union[Tensor, SparseMatrix]) -> Tensor:
        """X W."""
        if isinstance(x, Tensor) and x.layout == torch.strided:
            out = self.lin(x)
            # Messages add up in full precision: sparse kernels know no other.
            return out.float() if torch.is_autocast_enabled(out.device.type) else out
        if is_lazy(self.lin.weight):
            self.lin.initialize_parameters(self.lin, (x,))
        weight = self.lin.weight.t()
        if isinstance(x, SparseMatrix):
            return x @ weight
        if x.requires_grad:
            return torch.sparse.mm(validated(x), weight)
        return SparseMatrix(x) @ weight

    def _edges(
        self, edge_index: Tensor, edge_weight: Optional[Tensor], num_nodes: int
    ) -> tuple[Tensor, Optional[Tensor]]:
        """Sources and targets of the messages, [2, edge], whatever form the graph came in."""
        if isinstance(edge_index, SparseTensor):
            edge_index = edge_index.to_torch_sparse_coo_tensor()
        if edge_index.layout == torch.strided:
            if isinstance(edge_index, EdgeIndex):
                edge_index = edge_index.as_tensor()
            flipped = self.flow == "target_to_source" and edge_index.dim() == 2
            return (edge_index.flip(0) if flipped else edge_index), edge_weight
        if edge_weight is not None:
            raise ValueError("edge_weight must be None beside an adjacency matrix with its values")
        if self.flow == "target_to_source":
            raise ValueError(
                'an adjacency matrix is [target, source] and needs flow="source_to_target", '
                'got flow="target_to_source": transpose it instead'
            )
        if tuple(edge_index.shape) != (num_nodes, num_nodes):
            raise GraphError(
                f"the adjacency matrix must be {num_nodes} x {num_nodes} for {num_nodes} nodes, "
                f"got {list(edge_index.shape)}"
            )
        try:
            matrix = validated(edge_index).to_sparse_coo().coalesce()
        except ValueError as error:
            raise GraphError(f"the adjacency matrix is invalid: {error}") from error
        return matrix.indices().flip(0), matrix.values()

    def _weighted(
        self,
        edge_index: Tensor,
        edge_weight: Optional[Tensor],
        num_nodes: int,
        dtype: torch.dtype,
    ) -> tuple[Tensor, Tensor]:
        """The edges of Â with their weights, or the given ones where ``normalize`` is off."""
        if not self.normalize:
            return checked_edges(edge_index, edge_weight, num_nodes, dtype)[:2]
        return normalized_adjacency(
            edge_index,
            edge_weight,
            num_nodes,
            self_loop_weight=(2.0 if self.improved else 1.0) if self.add_self_loops else 0.0,
            dtype=dtype,
        )

    def _matrix(
        self,
        edge_index: Tensor,
        edge_weight: Optional[Tensor],
        num_nodes: int,
        dtype: torch.dtype,
    ) -> SparseMatrix:
        """Â, from the cache if it was built for this very content."""
        settings = (self.improved, self.add_self_loops, self.normalize)
        graph = CachedGraph(
            edge_index, edge_weight, (num_nodes, dtype, edge_index.device, *settings)
        )
        matrix = self._cache.matrix_of(graph) if self.cached else None
        if matrix is None:
            edges = self._weighted(edge_index, edge_weight, num_nodes, dtype)
            matrix = SparseMatrix.from_edges(*edges, num_nodes)
            if self.cached:
                self._cache.keep(graph, matrix)
        return matrix

    def share_cache(self, other: "GCNConv") -> None:
        """Keep Â where ``other`` keeps it: layers on one graph then build and hold it once."""
        self._cache = other._cache

    def _is_fused(self, x: Tensor, edge_weight: Optional[Tensor]) -> bool:
        """Whether one product with Â does all that is asked for."""
        hooks = (
            self._propagate_forward_pre_hooks,
            self._propagate_forward_hooks,
            self._message_forward_pre_hooks,
            self._message_forward_hooks,
            self._aggregate_forward_pre_hooks,
            self._aggregate_forward_hooks,
        )
        return (
            not torch.compiler.is_compiling()
            and not torch._C._are_functorch_transforms_active()  # which wrap what Â is built of
            and not self.explain
            and not any(hooks)
            and type(self).message is GCNConv.message
            and type(self).aggregate is MessagePassing.aggregate
            and type(self).update is MessagePassing.update
            and self.aggr in ("add", "sum")
            and self.node_dim == -2
            and self.decomposed_layers == 1
            and x.dtype in (torch.float32, torch.float64)
            and not (edge_weight is not None and edge_weight.requires_grad)
        )
