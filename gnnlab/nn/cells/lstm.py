"""The long short-term memory."""

import torch
from torch import Tensor

from gnnlab.nn.cells.cell import Cell, State


class LSTMCell(Cell):
    """Long short-term memory (Hochreiter and Schmidhuber 1997, with forget gate).

    i, f, o = σ(W x + U h + b), each with weights of its own, g = tanh(W_g x + U_g h + b_g),
    c' = f ∘ c + i ∘ g, h' = o ∘ tanh(c').

    The gates of ``weight_ih``, ``weight_hh`` and ``bias`` are i, f, g, o. With d inputs and n units
    it has 4n² + 4dn + 4n parameters: torch.nn's has a second bias, 4n more, that changes nothing.
    A node has one predecessor; of several, :class:`gnnlab.nn.cells.TreeLSTMCell` is the cell.

    Args:
        in_channels: size of a node's input.
        channels: size of its hidden state and of its memory c.
        bias: whether to add b.

    Raises:
        ValueError: a size below 1.

    >>> cell = LSTMCell(3, 4)
    >>> h, c = cell.update(cell.project(torch.ones(2, 3)), 2 * (torch.zeros(2, 4),))
    >>> h.shape, sum(parameter.numel() for parameter in cell.parameters())
    (torch.Size([2, 4]), 128)
    """

    gates = 4
    carried = 2
    one_predecessor = True

    def update(self, projected: Tensor, state: State) -> State:
        """The new state of each node, (h', c')."""
        hidden, memory = state
        return lstm_step(projected, hidden, memory, self.weight_hh)


def lstm_step(
    projected: Tensor, hidden: Tensor, memory: Tensor, weight_hh: Tensor
) -> tuple[Tensor, Tensor]:
    """(h', c') of each node; ``projected`` is W x + b of all gates."""
    i, f, g, o = torch.addmm(projected, hidden, weight_hh.t()).chunk(4, dim=1)
    memory = torch.addcmul(f.sigmoid() * memory, i.sigmoid(), g.tanh())
    return o.sigmoid() * memory.tanh(), memory
