"""A graph's GRU with the graph removed."""

from typing import Any, Optional

from torch import Tensor

from gnnlab.nn.spatiotemporal.graph_gru import GraphGRU
from gnnlab.nn.spatiotemporal.gru_along_time import gru_along_time
from gnnlab.nn.spatiotemporal.series import by_time, initial
from gnnlab.nn.spatiotemporal.supports import Supports


class NodeGRU(GraphGRU):
    """The GRU of :class:`gnnlab.nn.DCGRU` along the support I alone: no node hears another.

    u = σ(U_u x_t + W_u h + b_u), r = σ(U_r x_t + W_r h + b_r),
    c = tanh(U_c x_t + W_c (r ∘ h) + b_c), h_t = u ∘ h + (1 - u) ∘ c with h = h_{t-1}.

    Args:
        in_channels: size of a node's input.
        hidden_channels: size of its state.

    Shapes:
        As of :class:`gnnlab.nn.DCGRU`; there are no supports.

    Raises:
        ValueError: a size below 1.

    >>> import torch
    >>> output, last = NodeGRU(3, 4)(torch.ones(2, 6, 5, 3))
    >>> output.shape, last.shape
    (torch.Size([2, 6, 5, 4]), torch.Size([2, 5, 4]))
    """

    def __init__(self, in_channels: int, hidden_channels: int):
        super().__init__(in_channels, hidden_channels, 1)

    def forward(
        self, x: Tensor, supports: Optional[Supports] = None, h0: Optional[Tensor] = None
    ) -> tuple[Tensor, Tensor]:
        """States at all times, and the last one; see the class.

        Raises:
            ValueError: shapes that do not fit, or supports.
        """
        if supports is not None:
            raise ValueError(f"a GRU of single nodes must have no supports, got {supports}")
        x = by_time(x, self.in_channels)
        bias: Any = self.of_input.bias
        states = gru_along_time(
            x,
            initial(x, h0, self.hidden_channels),
            self.of_input.weight,
            bias,
            self.of_state.weight,
            self.of_reset_state.weight,
            None,
        )
        return states.transpose(0, 1), states[-1]
