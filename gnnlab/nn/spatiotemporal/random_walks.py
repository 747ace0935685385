"""Supports of a graph: random walks both ways."""

from typing import TYPE_CHECKING, Optional, Union

import numpy as np
from torch import Tensor

from gnnlab.graphs import Graph
from gnnlab.nn.spatiotemporal.supports import Supports
from gnnlab.nn.spatiotemporal.walkable import walkable

if TYPE_CHECKING:
    from scipy.sparse import csr_array


def random_walks(
    graph: Union[Graph, Tensor],
    edge_weight: Optional[Tensor] = None,
    num_nodes: Optional[int] = None,
    *,
    steps: int,
    layout: Optional[str] = None,
) -> Supports:
    """I, (D_O^-1 W)^k and (D_I^-1 Wᵀ)^k for k = 1..K (Li et al. 2018, eq. 2).

    The paper's W is [source, target], its D_O the weights that leave a node and D_I those that
    arrive. Its "forward" matrix D_O^-1 W walks with the edges, so its row of a node averages over
    where the node's own edges lead: in a product with features, information comes **against** the
    edges. The "backward" one, D_I^-1 Wᵀ, averages over the nodes whose edges arrive: information
    flows **along** them, as everywhere in gnnlab. The order here is the paper's: I, forward,
    backward. The row of a node without such edges is zero.

    The paper's sum runs over k = 0 to K - 1 with two weights at k = 0, both of I: here that is one
    weight, and ``steps`` counts the steps, so its K is ``steps`` + 1. The authors' code departs
    from the paper: it transposes both matrices, and from two steps on has Chebyshev polynomials,
    the second matrix's mixed with the first one's, instead of powers.

    Args:
        graph: a :class:`gnnlab.graphs.Graph`, or PyG's ``edge_index``, [2, edge].
        edge_weight: with an ``edge_index`` only: [edge], >= 0; ``None`` means 1 each.
        num_nodes: with an ``edge_index`` only: n; ``None`` means the largest index + 1.
        steps: K, how many steps a walk has at most.
        layout: see :class:`Supports`.

    Raises:
        GraphError: an invalid graph, or a negative weight.
        ValueError: ``steps`` below 1, or weights beside a ``Graph``.

    >>> import torch
    >>> road = Graph.from_edges([("A", "B"), ("A", "C")], directed=True)
    >>> walks = random_walks(road, steps=1)
    >>> walks.stacked(torch.ones(1)).view(3, 3, 3)[0]  # A: itself, where it leads, what it hears
    tensor([[1.0000, 0.0000, 0.0000],
            [0.0000, 0.5000, 0.5000],
            [0.0000, 0.0000, 0.0000]])
    """
    graph = walkable(graph, edge_weight, num_nodes)
    adjacency = graph.csr()  # [target, source], the paper's W transposed
    return Supports(
        [_rows_of_one(adjacency.T.tocsr()), _rows_of_one(adjacency)], steps, False, layout
    )


def _rows_of_one(matrix: "csr_array") -> "csr_array":
    """Each row divided by its sum; a row without weights stays zero."""
    from scipy.sparse import csr_array, diags_array

    total = matrix.sum(axis=1)
    scale = np.divide(1.0, total, out=np.zeros_like(total), where=total > 0)
    scaled = csr_array(diags_array(scale) @ matrix)
    scaled.eliminate_zeros()
    return scaled
