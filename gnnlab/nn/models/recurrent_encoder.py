"""A window of each station as the last state of a recurrence."""

from typing import Optional, Union

import torch
from jaxtyping import Float
from torch import Tensor, nn

from gnnlab.nn.models.node_lstm import NodeLSTM
from gnnlab.nn.spatiotemporal.agcrn import AGCRN
from gnnlab.nn.spatiotemporal.graph_gru import GraphGRU
from gnnlab.nn.spatiotemporal.supports import Supports


class RecurrentEncoder(nn.Module):
    """The last state s of a recurrence that reads a window beside each station's embedding e.

    s = h_T of h_t = cell([x_t, e], h_{t-1}).

    Args:
        cell: one whose ``in_channels`` are those of x and e: a GRU along the supports of a graph or
            without one, an LSTM, or the GRU that learns its graph.
        supports: of a GRU along a graph; ``None`` is no graph.

    Attributes:
        out_channels: the size of s.

    Shapes:
        x: [batch, time, station, channel]. embedding: [station, channel]. Returns
        [batch, station, out_channels].

    >>> encoder = RecurrentEncoder(NodeLSTM(3 + 2, 4))
    >>> encoder(torch.ones(8, 24, 5, 3), torch.ones(5, 2)).shape
    torch.Size([8, 5, 4])
    """

    def __init__(self, cell: Union[GraphGRU, NodeLSTM, AGCRN], supports: Optional[Supports] = None):
        super().__init__()
        self.cell, self.supports = cell, supports
        self.out_channels = cell.hidden_channels

    def forward(
        self,
        x: Float[Tensor, "batch time station in_channel"],
        embedding: Float[Tensor, "station embedding_channel"],
    ) -> Float[Tensor, "batch station out_channel"]:
        """The state; see the class."""
        named = torch.cat([x, embedding.expand(*x.shape[:2], *embedding.shape)], dim=-1)
        along = () if self.supports is None else (self.supports,)
        state: Tensor = self.cell(named, *along)[1]
        return state
