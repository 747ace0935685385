"""The child-sum Tree-LSTM."""

from typing import Optional

import torch
from torch import Tensor

from gnnlab.nn.cells.cell import Cell, State, summed


class TreeLSTMCell(Cell):
    """Child-sum Tree-LSTM (Tai, Socher and Manning 2015, eq. 2 to 8), of any number of children.

    With h~ = Σ_k h_k over the children k of a node (its predecessors):
    i, o = σ(W x + U h~ + b), g = tanh(W_g x + U_g h~ + b_g), and for each child a forget gate
    f_k = σ(W_f x + U_f h_k + b_f); c' = i ∘ g + Σ_k f_k ∘ c_k, h' = o ∘ tanh(c').

    On a chain it is :class:`gnnlab.nn.cells.LSTMCell` of the same weights (gates i, f, g, o).

    Args:
        in_channels: size of a node's input.
        channels: size of its hidden state and of its memory c.
        bias: whether to add b.

    Raises:
        ValueError: a size below 1.

    >>> cell = TreeLSTMCell(3, 4)
    >>> x = cell.project(torch.ones(1, 3))
    >>> children = (torch.ones(2, 4), torch.ones(2, 4))
    >>> h, c = cell.update(x, cell.combine(x, children, torch.tensor([0, 0])))
    >>> h.shape
    torch.Size([1, 4])
    """

    gates = 4
    carried = 2

    def combine(self, projected: Tensor, sources: State, target: Optional[Tensor]) -> State:
        """(h~, Σ_k f_k ∘ c_k) of each node; arguments as of :meth:`Cell.combine`."""
        hidden, memory = sources
        n = self.channels
        of_input = projected[:, n : 2 * n]
        if target is not None:
            of_input = of_input.index_select(0, target)
        forget = torch.addmm(of_input, hidden, self.weight_hh[n : 2 * n].t()).sigmoid()
        both = torch.cat([hidden, forget * memory], dim=1)
        return summed(both, target, len(projected)).split(n, dim=1)

    def update(self, projected: Tensor, state: State) -> State:
        """The new state of each node, (h', c')."""
        hidden, kept = state
        n = self.channels
        total = torch.addmm(projected, hidden, self.weight_hh.t())
        i, _, g, o = total.split(n, dim=1)
        memory = torch.addcmul(kept, i.sigmoid(), g.tanh())
        return o.sigmoid() * memory.tanh(), memory
