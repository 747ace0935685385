"""The Chebyshev-convolutional LSTM of Seo et al. (2018)."""

from typing import Optional

import torch
from torch import Tensor, nn

from gnnlab.nn.spatiotemporal.series import by_time, check_filter, check_sizes, initial
from gnnlab.nn.spatiotemporal.support_conv import SupportConv
from gnnlab.nn.spatiotemporal.supports import Supports


class GConvLSTM(nn.Module):
    """LSTM with peepholes and Chebyshev graph convolutions (Seo et al. 2018, model 2).

    i = σ(W_xi ⋆ x_t + W_hi ⋆ h_{t-1} + w_ci ∘ c_{t-1} + b_i),
    f = σ(W_xf ⋆ x_t + W_hf ⋆ h_{t-1} + w_cf ∘ c_{t-1} + b_f),
    c_t = f ∘ c_{t-1} + i ∘ tanh(W_xc ⋆ x_t + W_hc ⋆ h_{t-1} + b_c),
    o = σ(W_xo ⋆ x_t + W_ho ⋆ h_{t-1} + w_co ∘ c_t + b_o), h_t = o ∘ tanh(c_t),

    where W ⋆ x = Σ_{k=0..K-1} T_k(L~) x W_k with L~ of
    :func:`gnnlab.nn.spatiotemporal.chebyshev_polynomials`, which also says what becomes of λ_max.

    Args:
        in_channels: size of a node's input.
        hidden_channels: size of its state h and of its memory c.
        size: K, the number of polynomials, at least 2.

    Attributes:
        of_input: W_x and b of i, f, c and o.
        of_state: W_h of these.
        peepholes: w_c of i, f and o, [3, hidden_channels].

    Shapes:
        x: [batch, time, node, in_channels]. supports: of ``chebyshev_polynomials`` with the same
        ``size``. h0: (h, c) to start from, [batch, node, hidden_channels] each; ``None``: zeros.
        Returns the states h at all times, [batch, time, node, hidden_channels], and the last
        (h, c).

    Raises:
        ValueError: channels below 1, or ``size`` below 2.

    >>> from gnnlab.graphs import chain
    >>> from gnnlab.nn.spatiotemporal import chebyshev_polynomials
    >>> supports = chebyshev_polynomials(chain(5), size=3)
    >>> output, (h, c) = GConvLSTM(3, 4, size=3)(torch.ones(2, 6, 5, 3), supports)
    >>> output.shape, torch.equal(output[:, -1], h), c.shape
    (torch.Size([2, 6, 5, 4]), True, torch.Size([2, 5, 4]))
    """

    def __init__(self, in_channels: int, hidden_channels: int, size: int):
        check_filter(size)
        check_sizes(in_channels=in_channels, hidden_channels=hidden_channels)
        super().__init__()
        self.in_channels, self.hidden_channels = in_channels, hidden_channels
        self.of_input = SupportConv(in_channels, 4 * hidden_channels, size)
        self.of_state = SupportConv(hidden_channels, 4 * hidden_channels, size, bias=False)
        self.peepholes = nn.Parameter(torch.empty(3, hidden_channels))
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw all weights anew (Glorot), zero the biases."""
        self.of_input.reset_parameters()
        self.of_state.reset_parameters()
        nn.init.xavier_uniform_(self.peepholes)

    def forward(
        self, x: Tensor, supports: Supports, h0: Optional[tuple[Tensor, Tensor]] = None
    ) -> tuple[Tensor, tuple[Tensor, Tensor]]:
        """States at all times, and the last one with its memory; see the class.

        Raises:
            ValueError: shapes that do not fit.
        """
        x = by_time(x, self.in_channels)
        before, memory = h0 or (None, None)
        h = initial(x, before, self.hidden_channels)
        c = initial(x, memory, self.hidden_channels, name="the memory of h0")
        of_i, of_f, of_o = self.peepholes
        outputs = []
        for projected in self.of_input(x, supports).unbind():
            total = projected + self.of_state(h, supports)
            i, f, new, o = total.split(self.hidden_channels, dim=-1)
            i, f = torch.sigmoid(i + of_i * c), torch.sigmoid(f + of_f * c)
            c = torch.addcmul(f * c, i, torch.tanh(new))
            h = torch.sigmoid(o + of_o * c) * torch.tanh(c)
            outputs.append(h)
        return torch.stack(outputs, dim=1), (h, c)

    def extra_repr(self) -> str:
        """Sizes."""
        return f"{self.in_channels}, {self.hidden_channels}, size={self.of_input.count}"
