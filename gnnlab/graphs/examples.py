"""Graphs that have a name."""

import re
from collections.abc import Callable

import numpy as np

from gnnlab.errors import GraphError
from gnnlab.graphs.builders import barabasi_albert, chain, cycle, grid, tree
from gnnlab.graphs.graph import Graph
from gnnlab.graphs.labels import closest, hint


def example6() -> Graph:
    """The six-node graph A to F, in which C is three hops from E.

    >>> (example6().csr().toarray() + np.eye(6)).astype(int)
    array([[1, 1, 0, 0, 1, 1],
           [1, 1, 1, 1, 0, 0],
           [0, 1, 1, 1, 0, 0],
           [0, 1, 1, 1, 0, 1],
           [1, 0, 0, 0, 1, 1],
           [1, 0, 0, 1, 1, 1]])
    """
    pairs = ("AB", "AE", "AF", "BC", "BD", "CD", "DF", "EF")
    edges = np.array([["ABCDEF".index(node) for node in pair] for pair in pairs]).T
    return Graph(edges, 6, labels=tuple("ABCDEF"), name="example6")


def karate() -> Graph:
    """Zachary's karate club, 34 members and 78 friendships, unweighted (Zachary 1977).

    >>> karate()
    Graph(name='karate', nodes=34, edges=78, directed=False)
    """
    import networkx

    club = networkx.karate_club_graph()
    return Graph(np.array(club.edges()).T, len(club), name="karate")


def les_miserables() -> Graph:
    """Who meets whom in Les Miserables, 77 characters, weighted by scenes (Knuth 1993).

    >>> les_miserables()
    Graph(name='les-miserables', nodes=77, edges=254, directed=False)
    """
    import networkx

    return Graph.from_networkx(networkx.les_miserables_graph(), name="les-miserables")


_NAMED: dict[str, Callable[[], Graph]] = {
    "example6": example6,
    "karate": karate,
    "les-miserables": les_miserables,
}
_FAMILIES: dict[str, tuple[str, re.Pattern[str], Callable[..., Graph]]] = {
    "chain": ("chain:10", re.compile(r"chain:(\d+)"), chain),
    "cycle": ("cycle:8", re.compile(r"cycle:(\d+)"), cycle),
    "grid": ("grid:5x4", re.compile(r"grid:(\d+)x(\d+)"), grid),
    "tree": ("tree:2,4", re.compile(r"tree:(\d+),(\d+)"), tree),
    "ba": ("ba:1000,5,0", re.compile(r"ba:(\d+),(\d+),(\d+)"), barabasi_albert),
}


def named_graphs() -> tuple[str, ...]:
    """The names that :func:`named_graph` knows, families by an example.

    >>> named_graphs()[:4]
    ('example6', 'karate', 'les-miserables', 'chain:10')
    """
    return (*_NAMED, *(example for example, _, _ in _FAMILIES.values()))


def named_graph(name: str, *, directed: bool = False) -> Graph:
    """The graph called ``name``, or of a family with its sizes.

    Args:
        name: such as ``"karate"``, ``"chain:10"``, ``"grid:5x4"`` (rows x columns), ``"tree:2,4"``
            (branching, depth) or ``"ba:1000,5,0"`` (nodes, edges each, seed).
        directed: whether edges carry information one way only. Those of a family then lead as its
            formula says; those of the other graphs have no direction and become two arcs.

    Raises:
        GraphError: no graph has this name, or a family has no such sizes.

    >>> named_graph("grid:5x4")
    Graph(name='grid:5x4', nodes=20, edges=31, directed=False)
    """
    if name in _NAMED:
        graph = _NAMED[name]()
        return graph.to_directed() if directed else graph
    family = name.partition(":")[0]
    if family in _FAMILIES:
        example, pattern, build = _FAMILIES[family]
        if (sizes := pattern.fullmatch(name)) is None:
            raise GraphError(f"a {family} must be given like {example}, got {name!r}")
        try:
            return build(*map(int, sizes.groups()), directed=directed)
        except ValueError as error:
            raise GraphError(f"{error} in {name!r}") from error
        except MemoryError as error:
            raise GraphError(f"{name} must fit into memory, got: {error}") from error
    near = hint(closest(name, named_graphs()))
    raise GraphError(f"a graph must be one of {', '.join(named_graphs())}, got {name!r}{near}")
