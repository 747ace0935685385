"""The temporal graph convolutional network of Zhao et al. (2019)."""

from typing import Optional

import torch
from torch import Tensor, nn

from gnnlab.nn.spatiotemporal.gru_along_time import gru_along_time
from gnnlab.nn.spatiotemporal.series import by_time, check_sizes, initial
from gnnlab.nn.spatiotemporal.supports import Supports


class TGCN(nn.Module):
    """Two layers of graph convolution, then a GRU of each node (Zhao et al. 2019, eq. 2 to 6).

    f(A, X) = σ(Â ReLU(Â X W_0) W_1),
    u_t = σ(W_u [f(A, X_t), h_{t-1}] + b_u), r_t = σ(W_r [f(A, X_t), h_{t-1}] + b_r),
    c_t = tanh(W_c [f(A, X_t), r_t ∘ h_{t-1}] + b_c), h_t = u_t ∘ h_{t-1} + (1 - u_t) ∘ c_t.

    So the graph is on the side of the input alone. The authors' code departs from the paper: it
    has one layer instead of two, convolves the state too (Â [X_t, h_{t-1}] W), and starts b_u and
    b_r at 1; so do most libraries after it. Here it is the paper's, and biases start at 0.

    Args:
        in_channels: size of a node's input.
        hidden_channels: size of its state, and of both layers.

    Attributes:
        first: W_0. second: W_1.
        of_input: W and b of u, r and c, on the side of f(A, X_t).
        of_state: W of u and r on the side of the state.
        of_reset_state: W of c there.

    Shapes:
        x: [batch, time, node, in_channels]. supports: of ``symmetric_adjacency``. h0: [batch,
        node, hidden_channels], the state to start from; ``None``: zeros. Returns the states at all
        times, [batch, time, node, hidden_channels], and the last one, in the shape of h0.

    Raises:
        ValueError: channels below 1.

    >>> from gnnlab.graphs import chain
    >>> from gnnlab.nn.spatiotemporal import symmetric_adjacency
    >>> TGCN(3, 4)(torch.ones(2, 6, 5, 3), symmetric_adjacency(chain(5)))[0].shape
    torch.Size([2, 6, 5, 4])
    """

    def __init__(self, in_channels: int, hidden_channels: int):
        check_sizes(in_channels=in_channels, hidden_channels=hidden_channels)
        super().__init__()
        self.in_channels, self.hidden_channels = in_channels, hidden_channels
        n = hidden_channels
        self.first = nn.Linear(in_channels, n, bias=False)
        self.second = nn.Linear(n, n, bias=False)
        self.of_input = nn.Linear(n, 3 * n)
        self.of_state = nn.Linear(n, 2 * n, bias=False)
        self.of_reset_state = nn.Linear(n, n, bias=False)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw all weights anew (Glorot), zero the biases."""
        for name, parameter in self.named_parameters():
            (nn.init.zeros_ if name.endswith("bias") else nn.init.xavier_uniform_)(parameter)

    def forward(
        self, x: Tensor, supports: Supports, h0: Optional[Tensor] = None
    ) -> tuple[Tensor, Tensor]:
        """States at all times, and the last one; see the class.

        Raises:
            ValueError: shapes that do not fit.
        """
        x = by_time(x, self.in_channels)
        supports.check(x, 2)

        def heard(x: Tensor) -> Tensor:
            return supports.diffuse(x)[..., x.shape[-1] :]  # of I and Â, what Â brings

        seen = torch.sigmoid(self.second(heard(torch.relu(self.first(heard(x))))))
        states = gru_along_time(
            seen,
            initial(x, h0, self.hidden_channels),
            self.of_input.weight,
            self.of_input.bias,
            self.of_state.weight,
            self.of_reset_state.weight,
            None,
        )
        return states.transpose(0, 1), states[-1]

    def extra_repr(self) -> str:
        """Sizes."""
        return f"{self.in_channels}, {self.hidden_channels}"
