"""A data set or a graph by its name."""

from pathlib import Path

from gnnlab.data.catalog import card as card_of
from gnnlab.data.catalog import cards
from gnnlab.data.download import Progress
from gnnlab.data.fetch import fetch
from gnnlab.data.nodes import NodeDataset
from gnnlab.data.series import SensorSeries
from gnnlab.errors import DataError, GraphError
from gnnlab.graphs import Graph, named_graph, named_graphs, read_graph
from gnnlab.graphs.labels import closest, hint

_SERIES = ("sensors", "simulation")  # the kinds of cards that hold readings of sensors


def load(
    name: str, progress: Progress | None = None, **parameters: int
) -> NodeDataset | SensorSeries:
    """The data set ``name``, fetched if it is not in the cache, its hashes checked.

    Args:
        name: one of ``gnnlab data list`` with nodes to classify or readings of sensors.
        progress: called with a number of bytes each time some have arrived.
        parameters: of a simulation, see :func:`load_series`.

    Raises:
        DataError: an unknown name, a graph without classes, or files that cannot be had.
        ValueError: parameters that the data set does not take.

    >>> load("karate").graph
    Graph(name='karate', nodes=34, edges=78, directed=False)
    """
    if card_of(name).kind in _SERIES:
        return load_series(name, progress, **parameters)
    _check_parameters(name, parameters, [])
    return load_nodes(name, progress)


def load_nodes(name: str, progress: Progress | None = None) -> NodeDataset:
    """The data set ``name``, a graph with features and classes of its nodes; see :func:`load`.

    Raises:
        DataError: an unknown name, another kind of data set, or files that cannot be had.

    >>> load_nodes("karate").classes
    ['Mr. Hi', 'Officer']
    """
    card = card_of(name)
    if card.kind == "citation":
        from gnnlab.data.citation import read_citation

        return read_citation(card, fetch(card, progress))
    if card.kind == "karate":
        from gnnlab.data.karate import read_karate

        return read_karate(card)
    trainable = ", ".join(card.name for card in cards() if card.classes)
    raise DataError(
        f"a data set with features and classes must be one of {trainable}, "
        f"got {name!r} (its kind: {card.kind})"
    )


def load_series(name: str, progress: Progress | None = None, **parameters: int) -> SensorSeries:
    """The data set ``name``, readings of a network of sensors; see :func:`load`.

    Args:
        name: ``"beijing-air"`` or ``"simulated-city"``.
        progress: called with a number of bytes each time some have arrived.
        parameters: ``stations``, ``years`` and ``seed``, of ``"simulated-city"`` alone.

    Raises:
        DataError: an unknown name, another kind of data set, or files that cannot be had.
        ValueError: parameters that the data set does not take.
    """
    of_sensors = [card.name for card in cards() if card.kind in _SERIES]
    if name not in of_sensors:
        raise DataError(
            f"a data set of sensors must be one of {', '.join(of_sensors)}, got {name!r}"
            f"{hint(closest(name, of_sensors))}"
        )
    card = card_of(name)
    if card.kind == "simulation":
        from gnnlab.data.simulation import simulated_city

        _check_parameters(name, parameters, ["stations", "years", "seed"])
        return simulated_city(**parameters).series
    from gnnlab.data.air_quality import read_beijing

    _check_parameters(name, parameters, [])
    return read_beijing(card, fetch(card, progress))


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
        graph = load_nodes(name, progress).graph
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


def _check_parameters(name: str, given: dict[str, int], taken: list[str]) -> None:
    for parameter in given:
        if parameter not in taken:
            raise ValueError(
                f"parameters of {name} must be {', '.join(taken) or 'left out'}, "
                f"got {parameter!r}{hint(closest(parameter, taken))}"
            )
