"""Many graph convolutional networks side by side."""

from collections.abc import Sequence
from typing import Union

import torch
from jaxtyping import Float
from torch import Tensor, nn

from gnnlab.nn.dropout import dropout
from gnnlab.nn.sparse import SparseMatrix


class GCNStack(nn.Module):
    """Several :class:`gnnlab.nn.models.GCN` at once: the same networks, trained in one go.

    Network s has the weights and, from ``generators[s]``, the draws that
    ``GCN(..., generator=generators[s])`` would have. Products with Â, and with X where nothing is
    dropped of it, are shared; others are one block-diagonal product. The ``state_dict`` is that of
    GCN with a leading axis.

    Args:
        in_channels: size of the input features.
        hidden_channels: size of the hidden layer.
        out_channels: number of classes.
        dropout: probability of zeroing an element, in training only.
        generators: one a network, for its initial weights (Glorot) and its dropout.

    Raises:
        ValueError: no generator.

    Shapes:
        x: [node, in_channels], dense or :class:`SparseMatrix`. a_hat: Â, [node, node]. Returns
        logits, [network, node, out_channels].

    >>> draws = [torch.Generator().manual_seed(seed) for seed in range(5)]
    >>> a_hat = SparseMatrix(torch.eye(3))
    >>> GCNStack(8, 16, 2, 0.5, draws)(torch.ones(3, 8), a_hat).shape
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
                nn.init.xavier_uniform_(conv.lin.weight[network], generator=generator)

    def hidden(
        self, x: Union[Tensor, SparseMatrix], a_hat: SparseMatrix
    ) -> Float[Tensor, "network node hidden"]:
        """The hidden layer of each network."""
        return self.conv1.propagated(self._first_product(x), a_hat).relu()

    def forward(
        self, x: Union[Tensor, SparseMatrix], a_hat: SparseMatrix
    ) -> Float[Tensor, "network node class"]:
        """Logits of each network."""
        hidden = dropout(self.hidden(x, a_hat), self.dropout, self.training, self.generators)
        return self.conv2.propagated(hidden @ self.conv2.lin.weight.mT, a_hat)

    def _first_product(self, x: Union[Tensor, SparseMatrix]) -> Tensor:
        """X W of each network, each with dropout of its own, [network, node, hidden]."""
        weight = self.conv1.lin.weight
        networks, hidden, channels = weight.shape
        if not self.training or self.dropout == 0:
            shared = x @ weight.view(networks * hidden, channels).t()
            return shared.view(-1, networks, hidden).transpose(0, 1)
        if isinstance(x, Tensor):
            each = x.expand(networks, *x.shape)
            return dropout(each, self.dropout, True, self.generators) @ weight.mT
        values = dropout(x.values.expand(networks, -1), self.dropout, True, self.generators)
        blocks = self._blocks(x).with_values(values.flatten())
        return (blocks @ weight.mT.reshape(-1, hidden)).view(networks, -1, hidden)

    def _blocks(self, x: SparseMatrix) -> SparseMatrix:
        """X once for each network, its pattern kept from step to step."""
        if getattr(self, "_blocks_of", None) is not x:
            self._blocks_of, self._kept = x, x.block_diagonal(len(self.generators))
        return self._kept


class _Convolutions(nn.Module):
    """The weights of one GCNConv of each network, named as there."""

    def __init__(self, networks: int, in_channels: int, out_channels: int):
        super().__init__()
        self.lin = _Weights(networks, out_channels, in_channels)
        self.bias = nn.Parameter(torch.zeros(networks, out_channels))

    def propagated(
        self, x: Float[Tensor, "network node channel"], a_hat: SparseMatrix
    ) -> Float[Tensor, "network node channel"]:
        """Â X + b: one product for all networks."""
        networks, nodes, channels = x.shape
        out = a_hat @ x.transpose(0, 1).reshape(nodes, networks * channels)
        return (out.view(nodes, networks, channels) + self.bias).transpose(0, 1)


class _Weights(nn.Module):
    def __init__(self, *shape: int):
        super().__init__()
        self.weight = nn.Parameter(torch.empty(shape))
