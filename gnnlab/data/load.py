"""A data set or a graph by its name."""

from pathlib import Path

from gnnlab.data.catalog import card as card_of
from gnnlab.data.catalog import cards
from gnnlab.data.fetch import Progress, fetch
from gnnlab.data.nodes import NodeDataset
from gnnlab.errors import DataError, GraphError
from gnnlab.graphs import Graph, named_graph, named_graphs, read_graph
from gnnlab.graphs.labels import closest, hint


def load(name: str, progress: Progress | None = None) -> NodeDataset:
    """The data set ``name``, fetched if it is not in the cache, its hashes checked.

    Args:
        name: one of ``gnnlab data list`` that has features and classes.
        progress: called with a number of bytes each time some have arrived.

    Raises:
        DataError: an unknown name, a graph without classes, or files that cannot be had.

    >>> load("karate").graph
    Graph(name='karate', nodes=34, edges=78, directed=False)
    """
    card = card_of(name)
    if card.kind == "citation":
        from gnnlab.data.citation import read_citation

        return read_citation(card, fetch(card, progress))
    if card.kind == "karate":
        from gnnlab.data.karate import read_karate

        return read_karate(card)
    if card.kind == "sensors":
        from gnnlab.data.air_quality import read_beijing

        return read_beijing(card, fetch(card, progress))
    trainable = ", ".join(card.name for card in cards() if card.classes)
    raise DataError(
        f"a data set with features and classes must be one of {trainable}, got {name!r}"
    )


def load_graph(name: str, *, directed: bool = False, progress: Progress | None = None) -> Graph:
    """The graph called ``name``: a named graph, that of a data set, or else one in a file.

    Args:
        name: such as ``"example6"``, ``"grid:5x4"``, ``"cora"``, ``"edges.csv"``, ``"-"`` (stdin);
            ``"./karate"`` is a file whatever graphs are named so.
        directed: whether edges carry information one way only; where they have no direction, each
            becomes two arcs.
        progress: called with a number of bytes each time some have arrived.

    Raises:
        GraphError: an unknown name, or a file without a graph.
        DataError: a data set that cannot be had.

    >>> load_graph("karate")
    Graph(name='karate', nodes=34, edges=78, directed=False)
    """
    datasets = [card.name for card in cards() if card.kind == "citation"]
    if name in datasets:
        graph = load(name, progress).graph
        return graph.to_directed() if directed else graph
    known = [*named_graphs(), *datasets]
    if name.partition(":")[0] in {each.partition(":")[0] for each in known}:
        return named_graph(name, directed=directed)
    if name == "-" or Path(name).suffix or Path(name).exists():
        return read_graph(name, directed=directed)
    raise GraphError(
        f"a graph must be a file or one of {', '.join(known)}, got {name!r}"
        f"{hint(closest(name, known))}"
    )
