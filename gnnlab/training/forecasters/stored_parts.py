"""What networks and tables are made of, and how they are made again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas

    from gnnlab.nn.models import ForecastNetwork
    from gnnlab.nn.spatiotemporal.supports import Supports

Parts = Mapping[str, Any]


def network_parts(network: ForecastNetwork) -> Parts:
    """Its arguments, and its weights by name."""
    horizons, hidden_channels, levels = network.weight.shape
    stations, embedding_channels = network.embedding.shape
    return {
        "in_channels": network.recurrence.in_channels - embedding_channels,
        "known_channels": network.of_known.in_features,
        "num_stations": stations,
        "horizons": horizons,
        "levels": levels,
        "hidden_channels": hidden_channels,
        "embedding_channels": embedding_channels,
        "dropout": network.dropout,
        "supports": network.supports,
        "weights": {
            name: weight.detach().cpu().numpy() for name, weight in network.state_dict().items()
        },
    }


def network_of(parts: Parts) -> ForecastNetwork:
    """The network, in evaluation mode."""
    import torch

    from gnnlab.nn.models import ForecastNetwork

    arguments = {name: part for name, part in parts.items() if name != "weights"}
    with torch.random.fork_rng(devices=[]):  # first weights are drawn, only to be replaced
        network = ForecastNetwork(**arguments)
    network.load_state_dict({name: torch.tensor(each) for name, each in parts["weights"].items()})
    return network.eval()


def supports_parts(supports: Supports) -> Parts:
    """Its matrices as they are."""
    return {
        "matrices": [
            {"data": each.data, "indices": each.indices, "indptr": each.indptr}
            for each in supports.matrices
        ],
        "num_nodes": supports.num_nodes,
        "steps": supports.steps,
        "chebyshev": supports.chebyshev,
        "layout": supports.layout,
    }


def supports_of(parts: Parts) -> Supports:
    """The same in the same layout."""
    from scipy.sparse import csr_array

    from gnnlab.nn.spatiotemporal.supports import Supports

    shape = (parts["num_nodes"], parts["num_nodes"])
    matrices = [
        csr_array((each["data"], each["indices"], each["indptr"]), shape=shape)
        for each in parts["matrices"]
    ]
    return Supports(matrices, parts["steps"], parts["chebyshev"], parts["layout"])


def table_parts(table: pandas.DataFrame) -> Parts:
    """Columns of numbers as arrays, of words as lists, ``None`` where there is none."""
    return {
        "index": [*map(str, table.index)],
        "name": table.index.name,
        "columns": {
            str(name): column.to_numpy()
            if column.dtype.kind in "iufb"
            else [
                None if missing else str(word)
                for word, missing in zip(column, column.isna(), strict=True)
            ]
            for name, column in table.items()
        },
    }


def table_of(parts: Parts) -> pandas.DataFrame:
    """The table, indexed by names."""
    import pandas

    index = pandas.Index(parts["index"], name=parts["name"], dtype=object)
    return pandas.DataFrame(dict(parts["columns"]), index=index)


OTHERS: Mapping[str, tuple[Callable[[Any], Parts], Callable[[Parts], Any]]] = {
    "ForecastNetwork": (network_parts, network_of),
    "Supports": (supports_parts, supports_of),
    "DataFrame": (table_parts, table_of),
}
