"""The diffusion convolution of Li et al. (2018)."""

from gnnlab.nn.spatiotemporal.series import check_sizes
from gnnlab.nn.spatiotemporal.support_conv import SupportConv


class DiffusionConv(SupportConv):
    """Σ_{k=0..K} (Θ_{k,1} (D_O^-1 W)^k + Θ_{k,2} (D_I^-1 Wᵀ)^k) X + b (Li et al. 2018, eq. 2).

    Which of the two walks goes along the edges, and where the authors' code differs, is said in
    :func:`gnnlab.nn.spatiotemporal.random_walks`.

    Args:
        in_channels: size of a node's input.
        out_channels: size of its output.
        steps: K, how many steps a walk has at most.
        bias: whether to add b.

    Shapes:
        x: [batch, node, in_channels], or with more or less axes before ``node``. supports: of
        ``random_walks`` with the same ``steps``. Returns [batch, node, out_channels].

    Raises:
        ValueError: a size or ``steps`` below 1.

    >>> import torch
    >>> from gnnlab.graphs import chain
    >>> from gnnlab.nn.spatiotemporal import random_walks
    >>> walks = random_walks(chain(5), steps=2)
    >>> DiffusionConv(3, 4, steps=2)(torch.ones(2, 5, 3), walks).shape
    torch.Size([2, 5, 4])
    """

    def __init__(self, in_channels: int, out_channels: int, steps: int, bias: bool = True):
        check_sizes(steps=steps)
        super().__init__(in_channels, out_channels, 2 * steps + 1, bias)
