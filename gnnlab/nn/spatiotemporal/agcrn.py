"""The adaptive graph convolutional recurrent network of Bai et al. (2020)."""

from typing import Optional

import torch
from torch import Tensor, nn

from gnnlab.nn.spatiotemporal.gru_along_time import gru_step
from gnnlab.nn.spatiotemporal.series import by_time, check_sizes, initial


class AGCRN(nn.Module):
    """GRU on a graph that it learns, with weights of each node (Bai et al. 2020, eq. 7).

    Ã = softmax(ReLU(E Eᵀ)), of the rows; with [·, ·] side by side and S = I + Ã (eq. 4 and 6):
    z_t = σ(S [X_t, h_{t-1}] E W_z + E b_z), r_t = σ(S [X_t, h_{t-1}] E W_r + E b_r),
    h^_t = tanh(S [X_t, r_t ∘ h_{t-1}] E W_h + E b_h), h_t = z_t ∘ h_{t-1} + (1 - z_t) ∘ h^_t.

    E W is a matrix of weights for each node, Σ_d E_{nd} W_d. Eq. 7 writes Ã where eq. 4 and 6 have
    I + Ã; the I is kept, for a node should see itself undiluted. The authors' code departs from
    the paper: there I and Ã have weights of their own (and for more than two terms Chebyshev
    polynomials of Ã).

    Args:
        in_channels: size of a node's input.
        hidden_channels: size of its state.
        num_nodes: number of nodes, each with a row of E.
        embedding_channels: size of such a row.

    Attributes:
        embedding: E, [num_nodes, embedding_channels].
        of_input: W of z, r and h^ on the side of the input,
            [embedding_channels, in_channels, 3 * hidden_channels].
        of_state: W of z and r on the side of the state.
        of_reset_state: W of h^ there.
        bias: b of z, r and h^, [embedding_channels, 3 * hidden_channels].

    Shapes:
        x: [batch, time, node, in_channels]. h0: [batch, node, hidden_channels], the state to start
        from; ``None``: zeros. Returns the states at all times, [batch, time, node,
        hidden_channels], and the last one, in the shape of h0.

    Raises:
        ValueError: a size below 1.

    >>> output, last = AGCRN(3, 4, num_nodes=5, embedding_channels=2)(torch.ones(2, 6, 5, 3))
    >>> output.shape, last.shape
    (torch.Size([2, 6, 5, 4]), torch.Size([2, 5, 4]))
    """

    def __init__(
        self, in_channels: int, hidden_channels: int, num_nodes: int, embedding_channels: int
    ):
        check_sizes(
            in_channels=in_channels,
            hidden_channels=hidden_channels,
            num_nodes=num_nodes,
            embedding_channels=embedding_channels,
        )
        super().__init__()
        self.in_channels, self.hidden_channels = in_channels, hidden_channels
        n, d = hidden_channels, embedding_channels
        self.embedding = nn.Parameter(torch.empty(num_nodes, d))
        self.of_input = nn.Parameter(torch.empty(d, in_channels, 3 * n))
        self.of_state = nn.Parameter(torch.empty(d, n, 2 * n))
        self.of_reset_state = nn.Parameter(torch.empty(d, n, n))
        self.bias = nn.Parameter(torch.empty(d, 3 * n))
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw E from N(0, 1) and the weights anew (Glorot of each slice), zero the biases."""
        nn.init.normal_(self.embedding)
        for weight in (self.of_input, self.of_state, self.of_reset_state):
            for slice_ in weight:
                nn.init.xavier_uniform_(slice_)
        nn.init.zeros_(self.bias)

    def learned_graph(self) -> Tensor:
        """Ã, [node, node], row = target."""
        return torch.softmax(torch.relu(self.embedding @ self.embedding.t()), dim=1)

    def forward(self, x: Tensor, h0: Optional[Tensor] = None) -> tuple[Tensor, Tensor]:
        """States at all times, and the last one; see the class.

        Raises:
            ValueError: shapes that do not fit.
        """
        x = by_time(x, self.in_channels)
        nodes, n = len(self.embedding), self.hidden_channels
        if x.shape[2] != nodes:
            raise ValueError(f"x must have {nodes} nodes, got {x.shape[2]}")
        graph = self.learned_graph() + torch.eye(nodes, dtype=x.dtype, device=x.device)
        of_input, of_state, of_reset_state = (
            torch.einsum("nd,dio->nio", self.embedding, weight)
            for weight in (self.of_input, self.of_state, self.of_reset_state)
        )

        def along(states: Tensor, weight: Tensor) -> Tensor:
            """S h Θ, nodes in front, [node, batch, channel]: a matrix of weights for each."""
            heard = (graph @ states.flatten(1)).view_as(states)
            return torch.bmm(heard, weight)

        by_node = x.permute(2, 0, 1, 3)  # [node, time, batch, channel]
        projected = along(by_node.flatten(1, 2), of_input) + (self.embedding @ self.bias)[:, None]
        h = initial(x, h0, n).transpose(0, 1)
        outputs = []
        for now in projected.unflatten(1, by_node.shape[1:3]).unbind(1):
            of_gates, of_candidate = now.split([2 * n, n], dim=-1)
            h = gru_step(
                of_gates,
                of_candidate,
                h,
                lambda state: along(state, of_state),
                lambda state: along(state, of_reset_state),
            )
            outputs.append(h)
        return torch.stack(outputs).permute(2, 0, 1, 3), h.transpose(0, 1)

    def extra_repr(self) -> str:
        """Sizes."""
        nodes, d = self.embedding.shape
        return f"{self.in_channels}, {self.hidden_channels}, nodes={nodes}, embedding={d}"
