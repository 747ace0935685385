"""A convolution along given supports."""

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor, nn

from gnnlab.nn.spatiotemporal.series import check_sizes
from gnnlab.nn.spatiotemporal.supports import Supports


class SupportConv(nn.Module):
    """Σ_m S_m X Θ_m + b over supports S_m, such as walks or polynomials.

    Args:
        in_channels: size of a node's input.
        out_channels: size of its output.
        count: number of supports.
        bias: whether to add b.

    Attributes:
        weight: the Θ_m side by side, [out_channels, count * in_channels].
        bias: [out_channels], or ``None``.

    Raises:
        ValueError: a size below 1.
    """

    def __init__(self, in_channels: int, out_channels: int, count: int, bias: bool = True):
        super().__init__()
        check_sizes(in_channels=in_channels, out_channels=out_channels)
        self.in_channels, self.out_channels, self.count = in_channels, out_channels, count
        self.weight = nn.Parameter(torch.empty(out_channels, count * in_channels))
        self.bias = nn.Parameter(torch.empty(out_channels)) if bias else None
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw the weights anew (Glorot), zero the bias."""
        nn.init.xavier_uniform_(self.weight)
        if self.bias is not None:
            nn.init.zeros_(self.bias)

    def forward(
        self, x: Float[Tensor, "*batch node in_channel"], supports: Supports
    ) -> Float[Tensor, "*batch node out_channel"]:
        """What the neighbourhood of each node brings; see the class.

        Raises:
            ValueError: another number of supports, nodes or channels.
        """
        supports.check(x, self.count)
        if x.shape[-1] != self.in_channels:
            raise ValueError(f"x must have {self.in_channels} channels, got shape {list(x.shape)}")
        return F.linear(supports.diffuse(x), self.weight, self.bias)

    def extra_repr(self) -> str:
        """Sizes."""
        return f"{self.in_channels}, {self.out_channels}, supports={self.count}"
