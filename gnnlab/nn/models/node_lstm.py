"""The long short-term memory of each node by itself."""

from jaxtyping import Float
from torch import Tensor, nn

from gnnlab.nn.chain import ChainNetwork
from gnnlab.nn.spatiotemporal.series import by_time, check_sizes


class NodeLSTM(nn.Module):
    """One LSTM for the series of all nodes, none of which hears another.

    i, f, o = σ(W x_t + U h_{t-1} + b), each with weights of its own, g = tanh(W_g x_t + U_g h_{t-1}
    + b_g), c_t = f ∘ c_{t-1} + i ∘ g, h_t = o ∘ tanh(c_t): :class:`gnnlab.nn.cells.LSTMCell`.

    Args:
        in_channels: size of a node's input.
        hidden_channels: size of its state h and of its memory c, which start from zeros.

    Shapes:
        x: [batch, time, node, in_channels]. Returns the states h at all times, [batch, time, node,
        hidden_channels], and the last one, [batch, node, hidden_channels].

    Raises:
        ValueError: a size below 1.

    >>> import torch
    >>> output, last = NodeLSTM(3, 4)(torch.ones(2, 6, 5, 3))
    >>> output.shape, last.shape
    (torch.Size([2, 6, 5, 4]), torch.Size([2, 5, 4]))
    """

    def __init__(self, in_channels: int, hidden_channels: int):
        check_sizes(in_channels=in_channels, hidden_channels=hidden_channels)
        super().__init__()
        self.in_channels, self.hidden_channels = in_channels, hidden_channels
        self.chains = ChainNetwork("lstm", in_channels, hidden_channels)

    def forward(
        self, x: Float[Tensor, "batch time node in_channel"]
    ) -> tuple[Float[Tensor, "batch time node channel"], Float[Tensor, "batch node channel"]]:
        """States at all times, and the last one; see the class.

        Raises:
            ValueError: shapes that do not fit.
        """
        series = by_time(x, self.in_channels)
        states, _ = self.chains(series.flatten(1, 2))
        states = states.view(*series.shape[:3], self.hidden_channels)
        return states.transpose(0, 1), states[-1]
