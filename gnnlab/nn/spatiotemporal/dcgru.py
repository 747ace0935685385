"""The diffusion-convolutional GRU of Li et al. (2018)."""

from gnnlab.nn.spatiotemporal.graph_gru import GraphGRU
from gnnlab.nn.spatiotemporal.series import check_sizes


class DCGRU(GraphGRU):
    """Diffusion-convolutional gated recurrent unit (Li et al. 2018, eq. 3), along a series.

    r_t = σ(Θ_r ⋆ [X_t, H_{t-1}] + b_r), u_t = σ(Θ_u ⋆ [X_t, H_{t-1}] + b_u),
    C_t = tanh(Θ_C ⋆ [X_t, r_t ∘ H_{t-1}] + b_C), H_t = u_t ∘ H_{t-1} + (1 - u_t) ∘ C_t,

    where Θ ⋆ is :class:`gnnlab.nn.spatiotemporal.DiffusionConv`. The authors' code starts the
    biases of r and u at 1, which the paper does not say; here all start at 0.

    Args:
        in_channels: size of a node's input.
        hidden_channels: size of its state.
        steps: K, how many steps a walk has at most.

    Shapes:
        x: [batch, time, node, in_channels]. supports: of ``random_walks`` with the same ``steps``.
        h0: [batch, node, hidden_channels], the state to start from; ``None``: zeros. Returns the
        states at all times, [batch, time, node, hidden_channels], and the last one, in the shape
        of h0.

    Raises:
        ValueError: a size or ``steps`` below 1.

    >>> import torch
    >>> from gnnlab.graphs import chain
    >>> from gnnlab.nn.spatiotemporal import random_walks
    >>> output, last = DCGRU(3, 4, steps=2)(torch.ones(2, 6, 5, 3), random_walks(chain(5), steps=2))
    >>> output.shape, last.shape
    (torch.Size([2, 6, 5, 4]), torch.Size([2, 5, 4]))
    """

    def __init__(self, in_channels: int, hidden_channels: int, steps: int):
        check_sizes(steps=steps)
        super().__init__(in_channels, hidden_channels, 2 * steps + 1)
