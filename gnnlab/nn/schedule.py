"""In which order the nodes of a directed graph without cycles are computed."""

from collections.abc import Sequence
from copy import copy
from itertools import pairwise
from typing import Any, NamedTuple, Optional, Union

import numpy as np
import torch
from torch import Tensor

from gnnlab.graphs import Graph, levels


class Part(NamedTuple):
    """Some nodes of a level: their places in it, or ``None`` for all of it in order."""

    level: int
    places: Optional[Union[Tensor, slice]]


class Level(NamedTuple):
    """Nodes that are computed together.

    Attributes:
        sources: where the sources of their edges are, edge after edge; none in the first level.
        target: the node of this level that each edge leads to, [edge]; ``None``: edge k to node k.
    """

    sources: Sequence[Part]
    target: Optional[Tensor]


class Schedule:
    """The levels of a graph, and where each finds what its predecessors pass on.

    It is made once for a graph and serves all passes over it.

    Args:
        graph: an edge leads from a predecessor to its successor.

    Attributes:
        order: the nodes level by level, [node]; ``None``: as they are numbered.
        sizes: how many nodes a level has.
        levels: one :class:`Level` each.
        ends: where the nodes without successor are; their order is ``end_order``, if not ``None``.
        most_predecessors: of any node.

    Raises:
        GraphError: a cycle.
        ValueError: what is no graph, or one without nodes, without directions, or with weights,
            which no cell knows.

    >>> from gnnlab.graphs import chain
    >>> Schedule(chain(3, directed=True)).sizes
    [1, 1, 1]
    """

    def __init__(self, graph: Graph):
        if not isinstance(graph, Graph):
            raise ValueError(
                f"a graph must be a gnnlab.graphs.Graph, got a {type(graph).__name__}; of an "
                "edge_index it is made by Graph.from_data(Data(edge_index=..., num_nodes=...), "
                "directed=True)"
            )
        if not graph.num_nodes:
            raise ValueError("a graph must have at least 1 node, got none")
        if not graph.directed and graph.num_edges:
            raise ValueError("a graph must be directed, got an undirected one")
        if graph.weight is not None:
            raise ValueError("a graph must have no weights here: cells do not know them")
        found = levels(graph)
        order = np.concatenate(found)
        self.sizes = [len(nodes) for nodes in found]
        self.order = None if (np.diff(order) == 1).all() else torch.from_numpy(order)
        level = np.empty(graph.num_nodes, np.int64)
        place = np.empty(graph.num_nodes, np.int64)
        for number, nodes in enumerate(found):
            level[nodes], place[nodes] = number, np.arange(len(nodes))
        source, target = graph.edges
        by_level = np.lexsort((place[source], place[target], level[source], level[target]))
        source, target = source[by_level], target[by_level]
        cuts = np.searchsorted(level[target], np.arange(len(found) + 1)).tolist()
        self.levels = [
            Level(
                _parts(level[source[low:high]], place[source[low:high]], self.sizes),
                _unless_in_order(place[target[low:high]], size),
            )
            for (low, high), size in zip(pairwise(cuts), self.sizes, strict=True)
        ]
        ends = np.setdiff1d(order, source)
        by_level = ends[np.argsort(level[ends], kind="stable")]
        self.ends = _parts(level[by_level], place[by_level], self.sizes)
        self.end_order = _unless_in_order(np.argsort(by_level), len(ends))
        self.most_predecessors = int(np.bincount(target, minlength=1).max()) if len(target) else 0

    @classmethod
    def of_chains(cls, lengths_left: Sequence[int]) -> "Schedule":
        """Of chains side by side, numbered step by step, the longest first.

        Args:
            lengths_left: how many chains have a node at each step, as in the ``batch_sizes`` of
                torch's packed sequences.

        Raises:
            ValueError: no step, one without a chain, or one with more than the step before.

        >>> Schedule.of_chains([2, 2, 1]).ends
        [Part(level=2, places=None), Part(level=1, places=slice(1, 2, None))]
        """
        falling = all(size >= after for size, after in pairwise(lengths_left))
        if not lengths_left or not falling or lengths_left[-1] < 1:
            raise ValueError(
                f"chains must be at least 1 at each step, never more than before, "
                f"got {list(lengths_left)}"
            )
        made = cls.__new__(cls)
        made.order = made.end_order = None
        made.sizes = list(lengths_left)
        made.most_predecessors = 1
        made.levels = [Level([], None)]
        ends = []
        for step, (size, after) in enumerate(pairwise([*made.sizes, 0])):
            if after:
                places = None if after == size else slice(0, after)
                made.levels.append(Level([Part(step, places)], None))
            if after < size:
                ends.append(Part(step, slice(after, size) if after else None))
        made.ends = ends[::-1]  # those that end first are the last of the batch
        return made

    def to(self, device: torch.device) -> "Schedule":
        """The same schedule with its places on another device."""
        moved = copy(self)
        moved.order, moved.end_order = _moved(self.order, device), _moved(self.end_order, device)
        moved.ends = [Part(level, _moved(places, device)) for level, places in self.ends]
        moved.levels = [
            Level(
                [Part(level, _moved(places, device)) for level, places in sources],
                _moved(target, device),
            )
            for sources, target in self.levels
        ]
        return moved


def _moved(places: Any, device: torch.device) -> Any:
    return places.to(device) if isinstance(places, Tensor) else places


def _parts(level: np.ndarray, place: np.ndarray, sizes: Sequence[int]) -> list[Part]:
    """Runs of one level, which the arrays are sorted by."""
    numbers, starts = np.unique(level, return_index=True)
    return [
        Part(int(number), _unless_in_order(place[low:high], sizes[number]))
        for number, (low, high) in zip(
            numbers, pairwise([*starts.tolist(), len(level)]), strict=True
        )
    ]


def _unless_in_order(numbers: np.ndarray, size: int) -> Optional[Tensor]:
    """``numbers``, or ``None`` where they are 0 to ``size`` - 1 in order."""
    if len(numbers) == size and (numbers == np.arange(size)).all():
        return None
    return torch.from_numpy(numbers)
