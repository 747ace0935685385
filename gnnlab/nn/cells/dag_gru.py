"""The gated recurrent unit of a directed graph without cycles."""

from typing import Optional

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from gnnlab.nn.cells.cell import State, summed
from gnnlab.nn.cells.gru import GRUCell


class DAGGRUCell(GRUCell):
    """DAG-GRU: a GRU on the gated sum of its predecessors' states (Zhang et al. 2019, D-VAE).

    h_in = Σ_k σ(G h_k + b_g) ∘ (M h_k) over the predecessors k of a node (ibid., eq. 6), then
    h' = GRU(x, h_in).

    Args:
        in_channels: size of a node's input.
        channels: size of its hidden state.
        bias: whether to add biases.

    Attributes:
        weight_gate: G, [n, n], with ``bias_gate``, [n].
        weight_message: M, [n, n].

    Raises:
        ValueError: a size below 1.

    >>> cell = DAGGRUCell(3, 4)
    >>> x = cell.project(torch.ones(1, 3))
    >>> (h,) = cell.update(x, cell.combine(x, (torch.ones(2, 4),), torch.tensor([0, 0])))
    >>> h.shape
    torch.Size([1, 4])
    """

    def _add_parameters(self, bias: bool) -> None:
        super()._add_parameters(bias)
        n = self.channels
        self.weight_gate = nn.Parameter(torch.empty(n, n))
        self.weight_message = nn.Parameter(torch.empty(n, n))
        self.bias_gate = nn.Parameter(torch.empty(n)) if bias else None

    def combine(self, projected: Tensor, sources: State, target: Optional[Tensor]) -> State:
        """(h_in,) of each node; arguments as of :meth:`Cell.combine`."""
        (hidden,) = sources
        gate = F.linear(hidden, self.weight_gate, self.bias_gate).sigmoid()
        message = gate * F.linear(hidden, self.weight_message)
        return (summed(message, target, len(projected)),)
