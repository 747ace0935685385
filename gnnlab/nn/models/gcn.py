"""The two-layer graph convolutional network of Kipf and Welling (2017)."""

from typing import Optional, Union

import torch
from torch import Tensor, nn

from gnnlab.nn.dropout import dropout
from gnnlab.nn.gcn_conv import GCNConv
from gnnlab.nn.sparse import SparseMatrix


class GCN(nn.Module):
    """Z = Â relu(Â X W0 + b0) W1 + b1 with dropout on X and on the hidden layer (ibid., eq. 9).

    Args:
        in_channels: size of the input features.
        hidden_channels: size of the hidden layer.
        out_channels: number of classes.
        dropout: probability of zeroing an element, in training only.
        generator: where the initial weights (Glorot) and the dropout come from; ``None`` is torch's
            global one.

    >>> path = torch.tensor([[0, 1, 1, 2], [1, 0, 2, 1]])
    >>> GCN(8, 16, 2)(torch.ones(3, 8), path).shape
    torch.Size([3, 2])
    """

    def __init__(
        self,
        in_channels: int,
        hidden_channels: int,
        out_channels: int,
        dropout: float = 0.5,
        generator: Optional[torch.Generator] = None,
    ):
        super().__init__()
        self.dropout = dropout
        self.generator = generator
        self.conv1 = GCNConv(in_channels, hidden_channels, cached=True)
        self.conv2 = GCNConv(hidden_channels, out_channels, cached=True)
        self.conv2.share_cache(self.conv1)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw the weights anew (Glorot), zero the biases."""
        for conv in (self.conv1, self.conv2):
            conv.reset_parameters()
            nn.init.xavier_uniform_(conv.lin.weight, generator=self.generator)

    def hidden(
        self,
        x: Union[Tensor, SparseMatrix],
        edge_index: Tensor,
        edge_weight: Optional[Tensor] = None,
    ) -> Tensor:
        """The hidden layer, [node, in_channels] -> [node, hidden_channels]."""
        if isinstance(x, Tensor) and x.layout != torch.strided:
            x = SparseMatrix(x)
        x = dropout(x, self.dropout, self.training, self.generator)
        return self.conv1(x, edge_index, edge_weight).relu_()

    def forward(
        self,
        x: Union[Tensor, SparseMatrix],
        edge_index: Tensor,
        edge_weight: Optional[Tensor] = None,
    ) -> Tensor:
        """Logits, [node, in_channels] -> [node, out_channels]; graphs as in :class:`GCNConv`."""
        hidden = self.hidden(x, edge_index, edge_weight)
        hidden = dropout(hidden, self.dropout, self.training, self.generator)
        return self.conv2(hidden, edge_index, edge_weight)
