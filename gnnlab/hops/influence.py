"""What a trained network makes of the hops: the Jacobian of one node's output."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float

from gnnlab.graphs import Graph
from gnnlab.hops.distances import hops_to

if TYPE_CHECKING:
    from torch import nn
    from torch_geometric.data import Data


def influence(model: nn.Module, data: Data, target: int) -> Float[np.ndarray, " hop"]:
    """How strongly the inputs at each hop move the output of ``target``.

    The entry for hop k is the sum over the nodes s that are k hops away of
    sum_ij |d h_target,i / d x_s,j| (Xu et al. 2018). The model runs on the whole graph, so that
    degrees are the whole graph's.

    Args:
        model: called as ``model(x, edge_index)``, with ``edge_weight`` where the data have one;
            in evaluation mode. It must be differentiable in ``x`` and give each node one number or
            several.
        data: with ``x`` [node, channel] and ``edge_index``.
        target: a node number.

    Returns:
        Sums by hop, 0 to the farthest node that reaches the target.

    Raises:
        ValueError: a model in training mode, or a node that the graph has not.

    >>> import torch
    >>> from torch_geometric.nn import SGConv
    >>> from gnnlab.graphs import example6
    >>> data = example6().to_data()
    >>> data.x = torch.ones(6, 1)
    >>> model = SGConv(1, 1, K=3, bias=False).eval()
    >>> _ = torch.nn.init.ones_(model.lin.weight)
    >>> round(1 / influence(model, data, target=4)[3])  # C, 3 hops away
    24
    """
    import torch

    if model.training:
        raise ValueError("influence needs a model in evaluation mode: call model.eval() first")
    graph = Graph.from_data(data, directed=True)
    hops = hops_to(graph, target)
    x = data.x.detach().clone().requires_grad_()
    weights = () if data.get("edge_weight") is None else (data.edge_weight,)
    output = model(x, data.edge_index, *weights)[target].reshape(-1)
    by_node = torch.zeros(len(x), dtype=torch.float64)
    for channel in range(len(output)):
        (gradient,) = torch.autograd.grad(output[channel], x, retain_graph=True)
        by_node += gradient.abs().sum(dim=1).double().cpu()
    reached = np.isfinite(hops)
    return np.bincount(hops[reached].astype(int), weights=by_node.numpy()[reached])
