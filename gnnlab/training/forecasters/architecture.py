"""What networks are made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gnnlab.data.calendar import CALENDAR
from gnnlab.graphs import Graph

if TYPE_CHECKING:
    from gnnlab.nn.models import ForecastNetwork
    from gnnlab.nn.models.identity_encoder import IdentityEncoder
    from gnnlab.nn.models.recurrent_encoder import RecurrentEncoder
    from gnnlab.training.forecasters.network_reader import NetworkReader

ENCODERS = ("gru", "lstm", "agcrn", "stid")
FAR = 48


@dataclass(frozen=True)
class Architecture:
    """The encoder and the sizes of a network; see :class:`gnnlab.nn.models.ForecastNetwork`.

    Args:
        encoder: what reads a window. ``"gru"``: a GRU along a graph (a DCGRU), or without one.
            ``"lstm"``: an LSTM. ``"agcrn"``: a GRU that learns its graph, with weights of each
            station (Bai et al. 2020). ``"stid"``: a linear layer beside embeddings of the hour and
            the weekday, no recurrence (Shao et al. 2022).
        input_steps: steps that are read, 1 to 720.
        state_channels: size of a recurrent state, or of what the linear layer makes.
        hidden_channels: see there.
        embedding_channels: see there; the encoder's own embeddings have as many.
        dropout: see there, 1 step ahead.
        dropout_far: the same, `FAR` steps ahead and farther; between, it grows with the logarithm
            of the horizon: what is far ahead is learned from little, and learned by heart.
        walk_steps: how many steps random walks along the graph take at most.

    Raises:
        ValueError: an unknown encoder.
    """

    encoder: str = "gru"
    input_steps: int = 24
    state_channels: int = 32
    hidden_channels: int = 128
    embedding_channels: int = 8
    dropout: float = 0.1
    dropout_far: float = 0.7
    walk_steps: int = 1  # 2 was worse at all horizons in validation on Beijing

    def __post_init__(self) -> None:
        if self.encoder not in ENCODERS:
            raise ValueError(
                f"an encoder must be one of {', '.join(ENCODERS)}, got {self.encoder!r}"
            )

    @property
    def learns_graph(self) -> bool:
        """Whether stations hear each other without a graph that is given.

        Then features tell of single other stations, as they do along a graph.
        """
        return self.encoder == "agcrn"

    def dropouts(self, horizons: Sequence[int]) -> list[float]:
        """Of each horizon.

        >>> Architecture(dropout=0.1, dropout_far=0.7).dropouts([1, 48, 72])
        [0.1, 0.7, 0.7]
        """
        far = np.log(np.minimum(horizons, FAR)) / np.log(FAR)
        return [float(share * self.dropout_far + (1 - share) * self.dropout) for share in far]

    def network(self, reader: NetworkReader, graph: Graph | None, levels: int) -> ForecastNetwork:
        """Untrained.

        Args:
            reader: of what it sees.
            graph: of the stations; ``None`` is no graph.
            levels: how many quantiles.

        Raises:
            ValueError: a graph, and an encoder that sees none.
        """
        from gnnlab.nn.models import ForecastNetwork

        return ForecastNetwork(
            self._encoder(reader, graph),
            reader.feature_channels,
            reader.known_channels,
            len(reader.stations),
            self.dropouts(reader.horizons),
            levels,
            hidden_channels=self.hidden_channels,
            embedding_channels=self.embedding_channels,
        )

    def _encoder(
        self, reader: NetworkReader, graph: Graph | None
    ) -> RecurrentEncoder | IdentityEncoder:
        from gnnlab.nn import AGCRN, random_walks
        from gnnlab.nn.models.identity_encoder import IdentityEncoder
        from gnnlab.nn.models.node_lstm import NodeLSTM
        from gnnlab.nn.models.recurrent_encoder import RecurrentEncoder
        from gnnlab.nn.spatiotemporal.graph_gru import GraphGRU

        if graph is not None and self.encoder != "gru":
            raise ValueError(f"along a graph the encoder must be gru, got {self.encoder}")
        sizes = (reader.in_channels + self.embedding_channels, self.state_channels)
        if self.encoder == "lstm":
            return RecurrentEncoder(NodeLSTM(*sizes))
        if self.encoder == "agcrn":
            stations = len(reader.stations)
            return RecurrentEncoder(AGCRN(*sizes, stations, self.embedding_channels))
        if self.encoder == "stid":
            return IdentityEncoder(
                reader.in_channels,
                self.input_steps,
                self.state_channels,
                self.embedding_channels,
                sine=_wave(reader, "sine of week"),
                cosine=_wave(reader, "cosine of week"),
            )
        if graph is None:
            return RecurrentEncoder(GraphGRU(*sizes, 1))
        supports = random_walks(graph, steps=self.walk_steps)
        return RecurrentEncoder(GraphGRU(*sizes, supports.count), supports)


def _wave(reader: NetworkReader, name: str) -> tuple[int, float, float]:
    """Its channel, for the calendar comes after what is measured, and how it was scaled."""
    channel = len(reader.measured) + [each.name for each in CALENDAR].index(name)
    scaler = reader.preparation.scaler.of(np.array([channel]))
    return channel, float(scaler.center.item()), float(scaler.scale.item())
