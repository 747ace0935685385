"""What GRUs that convolve along a graph have in common."""

from typing import Any, Optional

from torch import Tensor, nn

from gnnlab.nn.spatiotemporal.gru_along_time import gru_along_time
from gnnlab.nn.spatiotemporal.series import by_time, check_sizes, initial
from gnnlab.nn.spatiotemporal.support_conv import SupportConv
from gnnlab.nn.spatiotemporal.supports import Supports


class GraphGRU(nn.Module):
    """A GRU whose products with weights are convolutions along supports.

    u = σ(Θ_u ⋆ [x_t, h_{t-1}] + b_u), r = σ(Θ_r ⋆ [x_t, h_{t-1}] + b_r),
    c = tanh(Θ_c ⋆ [x_t, r ∘ h_{t-1}] + b_c), h_t = u ∘ h_{t-1} + (1 - u) ∘ c.

    A convolution of [x, h] is one of x plus one of h; those of x are done for all times at once.
    Without supports Θ ⋆ X is X Θ, the convolution along I alone: no node hears another.

    Args:
        in_channels: size of a node's input.
        hidden_channels: size of its state, n.
        count: number of supports.

    Attributes:
        of_input: Θ and b of u, r and c, on the side of the input.
        of_state: Θ of u and r, on the side of the state.
        of_reset_state: Θ of c there.
    """

    def __init__(self, in_channels: int, hidden_channels: int, count: int):
        super().__init__()
        check_sizes(in_channels=in_channels, hidden_channels=hidden_channels)
        self.in_channels, self.hidden_channels = in_channels, hidden_channels
        self.of_input = SupportConv(in_channels, 3 * hidden_channels, count)
        self.of_state = SupportConv(hidden_channels, 2 * hidden_channels, count, bias=False)
        self.of_reset_state = SupportConv(hidden_channels, hidden_channels, count, bias=False)

    def reset_parameters(self) -> None:
        """Draw all weights anew (Glorot), zero the biases."""
        for conv in (self.of_input, self.of_state, self.of_reset_state):
            conv.reset_parameters()

    def forward(
        self, x: Tensor, supports: Optional[Supports] = None, h0: Optional[Tensor] = None
    ) -> tuple[Tensor, Tensor]:
        """States at all times, and the last one; see the class.

        Raises:
            ValueError: shapes that do not fit, or no supports where there are several.
        """
        x = by_time(x, self.in_channels)
        if supports is not None:
            supports.check(x, self.of_input.count)
        elif self.of_input.count > 1:
            raise ValueError(f"there must be {self.of_input.count} supports, got none")
        bias: Any = self.of_input.bias
        states = gru_along_time(
            x if supports is None else supports.diffuse(x),
            initial(x, h0, self.hidden_channels),
            self.of_input.weight,
            bias,
            self.of_state.weight,
            self.of_reset_state.weight,
            supports,
        )
        return states.transpose(0, 1), states[-1]

    def extra_repr(self) -> str:
        """Sizes."""
        return f"{self.in_channels}, {self.hidden_channels}, supports={self.of_input.count}"
