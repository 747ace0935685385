"""Graphs that have a name."""

from collections.abc import Callable

import numpy as np

from gnnlab.errors import GraphError
from gnnlab.graphs.graph import Graph


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


_NAMED: dict[str, Callable[[], Graph]] = {"example6": example6, "karate": karate}


def named_graphs() -> tuple[str, ...]:
    """The names that :func:`named_graph` knows."""
    return tuple(_NAMED)


def named_graph(name: str) -> Graph:
    """The graph called ``name``.

    Raises:
        GraphError: no graph has this name; the message lists those that exist.
    """
    if name not in _NAMED:
        raise GraphError(f"a graph must be one of {', '.join(_NAMED)}, got {name!r}")
    return _NAMED[name]()
