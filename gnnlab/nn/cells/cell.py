"""What all cells have in common."""

import math
from typing import ClassVar, Optional

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor, nn

State = tuple[Tensor, ...]  # what a node passes on: (h,) or (h, c), [node, channel] each


class Cell(nn.Module):
    """A cell of a recurrent network, at any number of nodes at once.

    A node first combines what its predecessors pass on (``combine``), then updates it with its
    input (``update``). The input side, ``project``, needs no predecessor, so one product does it
    for all nodes beforehand.

    Args:
        in_channels: size of a node's input.
        channels: size of its hidden state, n.
        bias: whether to add one.

    Attributes:
        weight_ih: the input side, [gates * n, in_channels].
        weight_hh: the state side, [gates * n, n].
        bias: [gates * n], or ``None``.

    Raises:
        ValueError: a size below 1.
    """

    gates: ClassVar[int]
    carried: ClassVar[int] = 1  # tensors in a state
    one_predecessor: ClassVar[bool] = False  # whether a node may have one only

    def __init__(self, in_channels: int, channels: int, bias: bool = True):
        super().__init__()
        for name, size in (("in_channels", in_channels), ("channels", channels)):
            if size < 1:
                raise ValueError(f"{name} must be >= 1, got {size}")
        self.in_channels, self.channels = in_channels, channels
        self.weight_ih = nn.Parameter(torch.empty(self.gates * channels, in_channels))
        self.weight_hh = nn.Parameter(torch.empty(self.gates * channels, channels))
        self.bias = nn.Parameter(torch.empty(self.gates * channels)) if bias else None
        self._add_parameters(bias)
        self.reset_parameters()

    def _add_parameters(self, bias: bool) -> None:
        """What a cell has beyond these, before all are drawn."""

    def reset_parameters(self) -> None:
        """Draw all weights uniformly between -1/sqrt(n) and 1/sqrt(n), as torch.nn does."""
        bound = 1 / math.sqrt(self.channels)
        for parameter in self.parameters():
            nn.init.uniform_(parameter, -bound, bound)

    def extra_repr(self) -> str:
        """Sizes."""
        return f"{self.in_channels}, {self.channels}"

    def project(self, x: Float[Tensor, "node in_channel"]) -> Float[Tensor, "node gate_channel"]:
        """W x + b of all gates."""
        return F.linear(x, self.weight_ih, self.bias)

    def combine(self, projected: Tensor, sources: State, target: Optional[Tensor]) -> State:
        """One state for each node, from those of its predecessors: their sum.

        Args:
            projected: of :meth:`project`, [node, gate_channel].
            sources: the state at the source of each edge, [edge, channel] each.
            target: the node at its other end, [edge]; ``None``: edge k leads to node k.
        """
        return tuple(summed(each, target, len(projected)) for each in sources)

    def update(self, projected: Tensor, state: State) -> State:
        """The new state of each node.

        Args:
            projected: of :meth:`project`, [node, gate_channel].
            state: of :meth:`combine`, or where there is no predecessor an initial one.
        """
        raise NotImplementedError


def summed(values: Tensor, target: Optional[Tensor], nodes: int) -> Tensor:
    """The sum at each node of the values of its edges, [edge, channel] -> [node, channel]."""
    if target is None:
        return values
    return values.new_zeros(nodes, values.shape[1]).index_add(0, target, values)
