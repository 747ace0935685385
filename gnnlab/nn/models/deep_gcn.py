"""Graph convolutional networks of any depth, and what keeps them from smoothing everything out."""

import math
from collections.abc import Iterator
from itertools import pairwise
from typing import Any, Optional, Union

import torch
from jaxtyping import Float
from torch import Tensor, nn

from gnnlab.nn.dropout import dropout
from gnnlab.nn.sparse import SparseMatrix

REMEDIES = ("none", "residual", "pairnorm", "gcnii")


class DeepGCN(nn.Module):
    """A GCN of ``layers`` convolutions H' = relu(Â H W + b) with a remedy for their smoothing.

    - ``"none"``: Kipf and Welling (2017), eq. 2; the last convolution gives the logits.
    - ``"residual"``: H' = H + relu(Â H W + b) (ibid., appendix B).
    - ``"pairnorm"``: relu(PairNorm(Â H W + b)) (Zhao and Akoglu 2020, eq. 10 and 11): columns are
      centred, then all rows scaled to a mean square length of 1.
    - ``"gcnii"``: H' = relu(((1 - a) Â H + a H0) ((1 - b) I + b W)) with a = 0.1 and, in layer l,
      b = log(0.5 / l + 1), between two dense layers (Chen et al. 2020, eq. 5).

    Args:
        in_channels: size of the input features.
        hidden_channels: size of the hidden layers.
        out_channels: number of classes.
        layers: how many convolutions, at least 1.
        remedy: one of ``REMEDIES``.
        dropout: probability of zeroing an element of a layer's input, in training only.
        generator: where the initial weights (Glorot) and the dropout come from.

    Shapes:
        x: [node, in_channels], dense or :class:`SparseMatrix`. a_hat: Â, [node, node]. Returns
        logits, [node, out_channels].

    Raises:
        ValueError: fewer than 1 layer, or an unknown remedy.

    >>> a_hat = SparseMatrix(torch.eye(3))
    >>> DeepGCN(8, 16, 2, layers=32, remedy="gcnii")(torch.ones(3, 8), a_hat).shape
    torch.Size([3, 2])
    """

    def __init__(
        self,
        in_channels: int,
        hidden_channels: int,
        out_channels: int,
        layers: int,
        remedy: str = "none",
        dropout: float = 0.5,
        generator: Optional[torch.Generator] = None,
    ):
        super().__init__()
        if layers < 1:
            raise ValueError(f"layers must be >= 1, got {layers}")
        if remedy not in REMEDIES:
            raise ValueError(f"remedy must be one of {', '.join(REMEDIES)}, got {remedy!r}")
        self.remedy = remedy
        self.dropout = dropout
        self.generator = generator
        if remedy == "gcnii":
            sizes = [hidden_channels] * (layers + 1)
            self.first = _linear(in_channels, hidden_channels, generator)
            self.last = _linear(hidden_channels, out_channels, generator)
        else:
            sizes = [in_channels, *[hidden_channels] * (layers - 1), out_channels]
        self.convolutions = nn.ModuleList(
            _linear(into, out, generator, bias=remedy != "gcnii") for into, out in pairwise(sizes)
        )

    def forward(
        self, x: Union[Tensor, SparseMatrix], a_hat: SparseMatrix
    ) -> Float[Tensor, "node class"]:
        """Logits of each node."""
        *_, out = self.layers(x, a_hat)
        return out if self.remedy != "gcnii" else self.last(self._dropped(out))

    def layers(
        self, x: Union[Tensor, SparseMatrix], a_hat: SparseMatrix
    ) -> Iterator[Float[Tensor, "node channel"]]:
        """What each convolution gives, one after another."""
        if self.remedy == "gcnii":
            yield from self._gcnii(x, a_hat)
            return
        hidden: Any = x
        for number, linear in enumerate(self._linears(), start=1):
            product = self._dropped(hidden) @ linear.weight.t()
            out = a_hat @ product + linear.bias
            if number < len(self.convolutions):
                out = (_pair_norm(out) if self.remedy == "pairnorm" else out).relu()
                if self.remedy == "residual" and number > 1:
                    out = out + hidden
            hidden = out
            yield hidden

    def _gcnii(self, x: Union[Tensor, SparseMatrix], a_hat: SparseMatrix) -> Iterator[Tensor]:
        start = hidden = (self._dropped(x) @ self.first.weight.t() + self.first.bias).relu()
        for number, linear in enumerate(self._linears(), start=1):
            share = math.log(0.5 / number + 1)
            mixed = 0.9 * (a_hat @ self._dropped(hidden)) + 0.1 * start
            hidden = ((1 - share) * mixed + share * (mixed @ linear.weight.t())).relu()
            yield hidden

    def _linears(self) -> list[nn.Linear]:
        return list(self.convolutions)  # type: ignore[arg-type]

    def _dropped(self, x: Any) -> Any:
        return dropout(x, self.dropout, self.training, self.generator)


def _linear(
    into: int, out: int, generator: Optional[torch.Generator], bias: bool = True
) -> nn.Linear:
    linear = nn.utils.skip_init(nn.Linear, into, out, bias=bias)  # no draws but these
    nn.init.xavier_uniform_(linear.weight, generator=generator)
    if bias:
        nn.init.zeros_(linear.bias)
    return linear


def _pair_norm(x: Float[Tensor, "node channel"]) -> Float[Tensor, "node channel"]:
    centred = x - x.mean(dim=0)
    return centred / (centred.square().sum(dim=1).mean() + 1e-12).sqrt()
