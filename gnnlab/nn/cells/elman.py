"""The vanilla recurrent cell."""

import torch
from torch import Tensor

from gnnlab.nn.cells.cell import Cell, State


class ElmanCell(Cell):
    """h' = tanh(W x + U h + b), or relu (Elman 1990); several predecessors add up.

    Args:
        in_channels: size of a node's input.
        channels: size of its hidden state.
        nonlinearity: ``"tanh"`` or ``"relu"``.
        bias: whether to add b.

    Raises:
        ValueError: another nonlinearity, or a size below 1.

    >>> cell = ElmanCell(3, 4)
    >>> (h,) = cell.update(cell.project(torch.ones(2, 3)), (torch.zeros(2, 4),))
    >>> h.shape
    torch.Size([2, 4])
    """

    gates = 1

    def __init__(
        self, in_channels: int, channels: int, nonlinearity: str = "tanh", bias: bool = True
    ):
        if nonlinearity not in ("tanh", "relu"):
            raise ValueError(f"nonlinearity must be tanh or relu, got {nonlinearity!r}")
        super().__init__(in_channels, channels, bias)
        self.nonlinearity = nonlinearity

    def update(self, projected: Tensor, state: State) -> State:
        """The new state of each node, (h',)."""
        total = torch.addmm(projected, state[0], self.weight_hh.t())
        return (total.tanh() if self.nonlinearity == "tanh" else total.relu(),)
