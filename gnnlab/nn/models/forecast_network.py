"""A network that forecasts quantiles at all horizons in one go."""

import math
from collections.abc import Sequence
from typing import Union

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor, nn

from gnnlab.nn.dropout import dropout
from gnnlab.nn.models.identity_encoder import IdentityEncoder
from gnnlab.nn.models.recurrent_encoder import RecurrentEncoder
from gnnlab.nn.spatiotemporal.series import check_sizes

FIRST_STEP = 0.1  # from one quantile to the next before training, in what is scaled to deviation 1


class ForecastNetwork(nn.Module):
    """Quantiles of what stations will measure, as a change from what they measured last.

    An encoder reads the window x_1 .. x_T, and may see each station's embedding e; a layer reads
    features g of what came before. What both found, what is known of horizon k, f_k, and e make one
    hidden layer, and that the quantiles:

    s = encoder(x_1 .. x_T, e), r = relu(W_r g + b_r),
    z_k = relu(W_s s + W_p r + W_f f_k + W_e e + b_k), o_k = V_k z_k + c_k,
    q_{k,m} = x_last + o_{k,m} for the median m, and from it step by step
    q_{k,l+1} = q_{k,l} + softplus(o_{k,l+1}), q_{k,l-1} = q_{k,l} - softplus(o_{k,l-1}),

    so that no quantile crosses another. W are the same for all horizons, b_k, V_k and c_k one's
    own. V_k and the median's c_k start at 0: untrained, the median is persistence. In training,
    elements of s and r are dropped with the first horizon's probability, those of z_k with its own.

    The encoder alone decides whether stations hear each other: a GRU along a graph (that of
    :class:`gnnlab.nn.DCGRU` where its supports are random walks), the same without one, an LSTM, a
    GRU that learns its graph, or no recurrence at all.

    Args:
        encoder: see there.
        feature_channels: size of a station's features.
        known_channels: size of what is known ahead of it.
        num_stations: how many there are.
        dropout: the probability of zeroing an element, for each horizon that is forecast.
        levels: how many quantiles; an odd number, for the middle one is the median.
        hidden_channels: size of r and z_k.
        embedding_channels: size of a station's embedding.

    Shapes:
        x: [batch, time, station, channel]. features: g, [batch, station, feature_channels].
        known: [batch, horizon, station, known_channels]. last: x_last, [batch, station]. Returns
        [batch, horizon, station, level], levels ascending.

    Raises:
        ValueError: no station, no horizon, an even number of levels.

    >>> from gnnlab.nn.models.node_lstm import NodeLSTM
    >>> encoder = RecurrentEncoder(NodeLSTM(3 + 8, 32))
    >>> network = ForecastNetwork(encoder, 6, 2, num_stations=5, dropout=[0.1, 0.2, 0.3, 0.4])
    >>> x, features, known = torch.ones(8, 24, 5, 3), torch.ones(8, 5, 6), torch.ones(8, 4, 5, 2)
    >>> network(x, features, known, torch.ones(8, 5)).shape
    torch.Size([8, 4, 5, 19])
    """

    def __init__(
        self,
        encoder: Union[RecurrentEncoder, IdentityEncoder],
        feature_channels: int,
        known_channels: int,
        num_stations: int,
        dropout: Sequence[float],
        levels: int = 19,
        *,
        hidden_channels: int = 128,
        embedding_channels: int = 8,
    ):
        super().__init__()
        horizons = len(dropout)
        check_sizes(num_stations=num_stations, horizons=horizons)
        if levels < 1 or levels % 2 == 0:
            raise ValueError(f"levels must be an odd number, got {levels}")
        self.encoder, self.dropout = encoder, [*dropout]
        self.of_features = nn.Linear(feature_channels, hidden_channels)
        self.embedding = nn.Parameter(torch.randn(num_stations, embedding_channels) / 4)
        self.of_state = nn.Linear(encoder.out_channels, hidden_channels, bias=False)
        self.of_past = nn.Linear(hidden_channels, hidden_channels, bias=False)
        self.of_known = nn.Linear(known_channels, hidden_channels, bias=False)
        self.of_station = nn.Linear(embedding_channels, hidden_channels, bias=False)
        self.of_horizon = nn.Parameter(torch.zeros(horizons, hidden_channels))
        self.weight = nn.Parameter(torch.zeros(horizons, hidden_channels, levels))
        self.bias = nn.Parameter(torch.full((horizons, 1, levels), _inverse_softplus(FIRST_STEP)))
        with torch.no_grad():
            self.bias[..., levels // 2] = 0

    def forward(
        self,
        x: Float[Tensor, "batch time station in_channel"],
        features: Float[Tensor, "batch station feature"],
        known: Float[Tensor, "batch horizon station known_channel"],
        last: Float[Tensor, "batch station"],
    ) -> Float[Tensor, "batch horizon station level"]:
        """The quantiles; see the class."""
        batch, _, stations, _ = x.shape
        state = self._dropped(self.encoder(x, self.embedding))
        past = self._dropped(self.of_features(features).relu_())
        of_all = self.of_state(state) + self.of_past(past) + self.of_station(self.embedding)
        ahead = self.of_known(known).transpose(0, 1) + self.of_horizon[:, None, None]
        hidden = [
            self._dropped(each, horizon) for horizon, each in enumerate((of_all + ahead).relu_())
        ]
        rows = torch.baddbmm(self.bias, torch.stack(hidden).flatten(1, 2), self.weight)
        rows = rows.view(-1, batch, stations, rows.shape[-1]).transpose(0, 1)
        return ascending(rows, last[:, None])

    def _dropped(self, x: Tensor, horizon: int = 0) -> Tensor:
        return dropout(x, self.dropout[horizon], self.training)


def ascending(
    rows: Float[Tensor, "batch horizon station level"], last: Float[Tensor, "batch 1 station"]
) -> Float[Tensor, "batch horizon station level"]:
    """A median as a change from ``last``, and from it upwards and downwards steps of softplus.

    >>> ascending(torch.zeros(1, 1, 1, 3), torch.full((1, 1, 1), 5.0))[0, 0, 0]
    tensor([4.3069, 5.0000, 5.6931])
    """
    middle = rows.shape[-1] // 2
    median = last[..., None] + rows[..., middle : middle + 1]
    steps = F.softplus(rows)
    above = median + steps[..., middle + 1 :].cumsum(dim=-1)
    below = median - steps[..., :middle].flip(-1).cumsum(dim=-1)
    return torch.cat([below.flip(-1), median, above], dim=-1)


def _inverse_softplus(value: float) -> float:
    return math.log(math.expm1(value))
