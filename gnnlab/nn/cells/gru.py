"""The gated recurrent unit."""

import torch
from torch import Tensor, nn

from gnnlab.nn.cells.cell import Cell, State


class GRUCell(Cell):
    """A gated recurrent unit (Cho et al. 2014), in torch.nn's form; several predecessors add up.

    r = σ(W_r x + U_r h + b_r), z = σ(W_z x + U_z h + b_z),
    n = tanh(W_n x + b_n + r ∘ (U_n h + b_hn)), h' = (1 - z) ∘ n + z ∘ h.

    The gates of ``weight_ih``, ``weight_hh`` and ``bias`` are r, z, n. ``bias_hn`` is a parameter
    of its own, for r acts on it.

    Args:
        in_channels: size of a node's input.
        channels: size of its hidden state.
        bias: whether to add biases.

    Raises:
        ValueError: a size below 1.

    >>> cell = GRUCell(3, 4)
    >>> (h,) = cell.update(cell.project(torch.ones(2, 3)), (torch.zeros(2, 4),))
    >>> h.shape
    torch.Size([2, 4])
    """

    gates = 3

    def _add_parameters(self, bias: bool) -> None:
        self.bias_hn = nn.Parameter(torch.empty(self.channels)) if bias else None

    def update(self, projected: Tensor, state: State) -> State:
        """The new state of each node, (h',)."""
        (hidden,) = state
        channels = (2 * self.channels, self.channels)
        of_input, new_input = projected.split(channels, dim=1)
        of_state, new_state = (hidden @ self.weight_hh.t()).split(channels, dim=1)
        if self.bias_hn is not None:
            new_state = new_state + self.bias_hn
        reset, keep = (of_input + of_state).sigmoid().chunk(2, dim=1)
        new = torch.addcmul(new_input, reset, new_state).tanh()
        return (torch.lerp(new, hidden, keep),)
