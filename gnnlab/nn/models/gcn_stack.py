"""Many graph convolutional networks side by side."""

from collections.abc import Sequence
from typing import Any, Optional, Union

import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.autograd.function import once_differentiable

from gnnlab.nn.dropout import dropout, scale_of_kept
from gnnlab.nn.sparse import SparseMatrix


class GCNStack(nn.Module):
    """Several :class:`gnnlab.nn.models.GCN` at once: the same networks, trained in one go.

    Network s has the weights and, from ``generators[s]``, on the whole graph the draws that
    ``GCN(..., generator=generators[s])`` would have. Products with Â, and outside training with X,
    are shared; others are one block-diagonal product. The ``state_dict`` is that of GCN with a
    leading axis. In training gradients are those of the weights, of first order: X is constant.

    Args:
        in_channels: size of the input features.
        hidden_channels: size of the hidden layer.
        out_channels: number of classes.
        dropout: probability of zeroing an element, in training only.
        generators: one a network, for its initial weights (Glorot) and its dropout.

    Raises:
        ValueError: no generator, or in training features that want a gradient.

    Shapes:
        x: [source, in_channels], dense or :class:`SparseMatrix`. first: Â of the first layer,
        [middle, source]. last: Â of the second layer, [target, middle]. Both are Â itself, or what
        is left of it where only some targets are wanted. Returns logits,
        [network, target, out_channels].

    >>> draws = [torch.Generator().manual_seed(seed) for seed in range(5)]
    >>> a_hat = SparseMatrix(torch.eye(3))
    >>> GCNStack(8, 16, 2, 0.5, draws)(torch.ones(3, 8), a_hat, a_hat).shape
    torch.Size([5, 3, 2])
    """

    def __init__(
        self,
        in_channels: int,
        hidden_channels: int,
        out_channels: int,
        dropout: float,
        generators: Sequence[torch.Generator],
    ):
        super().__init__()
        if not generators:
            raise ValueError("a stack needs at least 1 generator, one a network, got none")
        self.dropout = dropout
        self.generators = generators
        self.conv1 = _Convolutions(len(generators), in_channels, hidden_channels)
        self.conv2 = _Convolutions(len(generators), hidden_channels, out_channels)
        for network, generator in enumerate(generators):
            for conv in (self.conv1, self.conv2):
                conv.lin.draw(network, generator)

    def hidden(
        self, x: Union[Tensor, SparseMatrix], first: SparseMatrix
    ) -> Float[Tensor, "network middle hidden"]:
        """The hidden layer of each network, nothing dropped."""
        weight = self.conv1.lin.weight
        networks, hidden, channels = weight.shape
        shared = x @ weight.reshape(networks * hidden, channels).t()
        each = shared.view(-1, networks, hidden).transpose(0, 1)
        return _propagated(first, each, self.conv1.bias).relu_()

    def forward(
        self, x: Union[Tensor, SparseMatrix], first: SparseMatrix, last: SparseMatrix
    ) -> Float[Tensor, "network target class"]:
        """Logits of each network."""
        if self.training:
            if isinstance(x, Tensor) and x.requires_grad:
                raise ValueError("x must be constant in training, got one that requires grad")
            weights = (self.conv1.lin.weight, self.conv1.bias, self.conv2.lin.weight)
            return _Training.apply(self, self._dropped(x), first, last, *weights, self.conv2.bias)
        hidden = self.hidden(x, first)
        return _propagated(last, hidden @ self.conv2.lin.weight.mT, self.conv2.bias)

    def _dropped(self, x: Union[Tensor, SparseMatrix]) -> Union[Tensor, SparseMatrix]:
        """The features as each network sees them: a batch of dense ones, or a block of each."""
        networks = len(self.generators)
        if isinstance(x, Tensor):
            return dropout(x.expand(networks, *x.shape), self.dropout, True, self.generators)
        if getattr(self, "_blocks_of", None) is not x:  # their pattern is kept from step to step
            self._blocks_of, self._blocks = x, x.block_diagonal(networks)
        values = dropout(x.values.expand(networks, -1), self.dropout, True, self.generators)
        return self._blocks.with_values(values.flatten())


class _Training(torch.autograd.Function):
    """Logits, [network, target, class], and their gradients written out: half of autograd's time.

    With Z = Â H W1 + b1 and H = dropout(relu(Â X W0 + b0)), X as dropped:

    dL/dW1 = Hᵀ Âᵀ dL/dZ, dL/dH = Âᵀ dL/dZ W1ᵀ, D = dL/dH ∘ [H > 0] / (1 - p),
    dL/dW0 = Xᵀ Âᵀ D; those of b1 and b0 are the sums over nodes of dL/dZ and D. (The code holds
    W0 and W1 transposed, [out, in], as torch.nn.Linear does.)
    """

    @staticmethod
    def forward(
        ctx: Any,
        stack: GCNStack,
        x: Union[Tensor, SparseMatrix],
        first: SparseMatrix,
        last: SparseMatrix,
        weight0: Tensor,
        bias0: Tensor,
        weight1: Tensor,
        bias1: Tensor,
    ) -> Tensor:
        networks, hidden_channels, _ = weight0.shape
        product = x @ weight0.mT if isinstance(x, Tensor) else x @ weight0.mT.flatten(0, 1)
        product = product.view(networks, -1, hidden_channels)
        hidden = dropout(
            _propagated(first, product, bias0).relu_(), stack.dropout, True, stack.generators
        )
        ctx.dropout, ctx.x, ctx.first, ctx.last = stack.dropout, x, first, last
        ctx.save_for_backward(hidden, weight1)
        return _propagated(last, hidden @ weight1.mT, bias1)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, of_logits: Tensor) -> tuple[Optional[Tensor], ...]:
        hidden, weight1 = ctx.saved_tensors
        back = ctx.last.transposed_times(of_logits)
        slope = back @ (weight1 * scale_of_kept(ctx.dropout))
        slope = torch.ops.aten.threshold_backward(slope, hidden, 0)  # 0 where hidden is
        further = ctx.first.transposed_times(slope)
        if isinstance(ctx.x, Tensor):
            of_weight0 = ctx.x.mT @ further
        else:
            networks, _, hidden_channels = further.shape
            of_weight0 = ctx.x.transposed_times(further.flatten(0, 1))
            of_weight0 = of_weight0.view(networks, -1, hidden_channels)
        gradients = (of_weight0.mT, slope.sum(1), back.mT @ hidden, of_logits.sum(1))
        return None, None, None, None, *gradients


class _Convolutions(nn.Module):
    """The weights of one GCNConv of each network, named as there."""

    def __init__(self, networks: int, in_channels: int, out_channels: int):
        super().__init__()
        self.lin = _Weights(networks, out_channels, in_channels)
        self.bias = nn.Parameter(torch.zeros(networks, out_channels))


def _propagated(
    a_hat: SparseMatrix, x: Float[Tensor, "network source channel"], bias: Tensor
) -> Float[Tensor, "network target channel"]:
    """Â X + b: one product for all networks."""
    return (a_hat @ x).add_(bias[:, None])


class _Weights(nn.Module):
    """Weights, [network, out, in], in the order of memory that their products take: in, out."""

    def __init__(self, networks: int, out_channels: int, in_channels: int):
        super().__init__()
        self.weight = nn.Parameter(torch.empty(networks, in_channels, out_channels).mT)

    def draw(self, network: int, generator: torch.Generator) -> None:
        """Glorot's, the same numbers as a GCNConv draws."""
        drawn = torch.empty(self.weight.shape[1:], dtype=self.weight.dtype)
        nn.init.xavier_uniform_(drawn, generator=generator)
        with torch.no_grad():
            self.weight[network] = drawn
