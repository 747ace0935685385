"""The Chebyshev-convolutional GRU of Seo et al. (2018)."""

from gnnlab.nn.spatiotemporal.graph_gru import GraphGRU
from gnnlab.nn.spatiotemporal.series import check_filter


class GConvGRU(GraphGRU):
    """GRU with Chebyshev graph convolutions (Seo et al. 2018, section 4), along a series.

    z = σ(W_xz ⋆ x_t + W_hz ⋆ h_{t-1} + b_z), r = σ(W_xr ⋆ x_t + W_hr ⋆ h_{t-1} + b_r),
    h~ = tanh(W_xh ⋆ x_t + W_hh ⋆ (r ∘ h_{t-1}) + b_h), h_t = z ∘ h_{t-1} + (1 - z) ∘ h~,

    where W ⋆ x = Σ_{k=0..K-1} T_k(L~) x W_k with L~ of
    :func:`gnnlab.nn.spatiotemporal.chebyshev_polynomials`, which also says what becomes of λ_max.
    The paper writes the biases of its LSTM only; they are here too.

    Args:
        in_channels: size of a node's input.
        hidden_channels: size of its state.
        size: K, the number of polynomials, at least 2.

    Shapes:
        x: [batch, time, node, in_channels]. supports: of ``chebyshev_polynomials`` with the same
        ``size``. h0: [batch, node, hidden_channels], the state to start from; ``None``: zeros.
        Returns the states at all times, [batch, time, node, hidden_channels], and the last one, in
        the shape of h0.

    Raises:
        ValueError: channels below 1, or ``size`` below 2.

    >>> import torch
    >>> from gnnlab.graphs import chain
    >>> from gnnlab.nn.spatiotemporal import chebyshev_polynomials
    >>> supports = chebyshev_polynomials(chain(5), size=3)
    >>> GConvGRU(3, 4, size=3)(torch.ones(2, 6, 5, 3), supports)[0].shape
    torch.Size([2, 6, 5, 4])
    """

    def __init__(self, in_channels: int, hidden_channels: int, size: int):
        check_filter(size)
        super().__init__(in_channels, hidden_channels, size)
