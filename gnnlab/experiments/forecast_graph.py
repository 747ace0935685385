"""The graph along which a fitted forecaster hears other stations."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from jaxtyping import Float

from gnnlab.graphs import Graph
from gnnlab.graphs.similarity import usual_neighbors
from gnnlab.training.forecasters.network import NetworkForecaster

if TYPE_CHECKING:
    from gnnlab.nn.spatiotemporal.supports import Supports

SAME = 1e-9  # how far shares of both ways differ at most where the graph has no direction


def graph_of(forecaster: Any, stations: Sequence[str]) -> tuple[Graph, bool] | None:
    """The graph of the first network that has one, and whether it was learned.

    Weights of a graph that was given are shares of what a station hears, over all that arrives
    there, and of one without direction sqrt(share there x share back), as in A_hat. Of a graph that
    was learned, which joins all, each station keeps the strongest that arrive, as many as the
    square root of their number.

    Args:
        forecaster: fitted, perhaps of other ones.
        stations: names, in its order.

    Returns:
        ``None`` where stations do not hear each other along a graph.
    """
    from gnnlab.nn import AGCRN

    for each in networks(forecaster):
        encoder = each.network.encoder
        if (supports := getattr(encoder, "supports", None)) is not None:
            return _given(supports, stations), False
        if isinstance(cell := getattr(encoder, "cell", None), AGCRN):
            learned = cell.learned_graph().detach().double().numpy()
            return _strongest(learned, stations), True
    return None


def networks(forecaster: Any) -> Iterator[NetworkForecaster]:
    """The networks that a forecaster is made of."""
    if isinstance(forecaster, NetworkForecaster):
        yield forecaster
    members = getattr(forecaster, "members", ())
    for member in members.values() if isinstance(members, Mapping) else members:
        yield from networks(member)
    if hasattr(forecaster, "forecaster"):
        yield from networks(forecaster.forecaster)


def _given(supports: Supports, stations: Sequence[str]) -> Graph:
    """Of random walks, whose last matrix has the shares of what arrives."""
    there, back = supports.matrices[0], supports.matrices[-1]
    hears = back.tocoo()
    directed = bool(abs(there - back).max() > SAME) if hears.nnz else False
    target, source = hears.coords
    weight = hears.data
    if not directed:
        weight = np.sqrt(hears.data * np.asarray(back.T.tocsr()[target, source]).ravel())
        once = source <= target
        target, source, weight = target[once], source[once], weight[once]
    edges = np.stack([source, target]).astype(np.int64)
    return Graph(edges, len(stations), weight, [*stations], directed=directed)


def _strongest(shares: Float[np.ndarray, "target source"], stations: Sequence[str]) -> Graph:
    """The strongest that arrive at each station, itself aside."""
    shares = shares.copy()
    np.fill_diagonal(shares, -1)
    kept = min(usual_neighbors(len(stations)), len(stations) - 1)
    source = np.argsort(-shares, axis=1, kind="stable")[:, :kept]
    target = np.repeat(np.arange(len(stations)), kept)
    edges = np.stack([source.ravel(), target])
    return Graph(edges, len(stations), shares[target, source.ravel()], [*stations], directed=True)
