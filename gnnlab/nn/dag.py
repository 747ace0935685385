"""Recurrent message passing on directed graphs without cycles."""

from collections.abc import Sequence
from typing import Optional, Union

import torch
from jaxtyping import Float
from torch import Tensor, nn

from gnnlab.graphs import Graph
from gnnlab.nn.cells import Cell, State
from gnnlab.nn.schedule import Part, Schedule


class DagNetwork(nn.Module):
    """A recurrent network whose time is a graph: a node is updated when its predecessors are.

    Messages are passed level by level (:func:`gnnlab.graphs.levels`), all nodes of a level in one
    product; the input side of all nodes is one product before. A batch of graphs is one graph of
    several components, as PyG's ``Batch``.

    Args:
        cell: what a node computes.

    Shapes:
        x: [node, in_channels]. Returns the hidden states of all nodes, [node, channels], and what
        the nodes without successor pass on, in the order of their numbers: (h,) or (h, c),
        [end, channels] each; of trees with edges from child to parent these are the roots.

    Raises:
        GraphError: a cycle.
        ValueError: what is no graph, or one without directions or with weights; another number of
            rows or columns than ``graph`` and ``cell`` have, another dtype than the weights', or a
            node with several predecessors where the cell takes one.

    >>> from gnnlab.graphs import chain
    >>> from gnnlab.nn.cells import LSTMCell
    >>> network = DagNetwork(LSTMCell(3, 4))
    >>> output, (h, c) = network(torch.ones(5, 3), chain(5, directed=True))
    >>> output.shape, torch.equal(output[4:], h)
    (torch.Size([5, 4]), True)
    """

    def __init__(self, cell: Cell):
        super().__init__()
        self.cell = cell

    def forward(
        self, x: Float[Tensor, "node in_channel"], graph: Union[Graph, Schedule]
    ) -> tuple[Float[Tensor, "node channel"], State]:
        """States of all nodes, and of those without successor; a Schedule saves making it anew."""
        schedule = graph if isinstance(graph, Schedule) else Schedule(graph)
        wanted = [sum(schedule.sizes), self.cell.in_channels]
        if list(x.shape) != wanted:
            raise ValueError(f"x must be of shape {wanted}, got {list(x.shape)}")
        dtype = self.cell.weight_ih.dtype
        if x.dtype != dtype and not torch.is_autocast_enabled(x.device.type):
            raise ValueError(f"x must be of the dtype of the weights, {dtype}, got {x.dtype}")
        if self.cell.one_predecessor and schedule.most_predecessors > 1:
            raise ValueError(
                f"a node of {type(self.cell).__name__} must have at most 1 predecessor, "
                f"got {schedule.most_predecessors}; TreeLSTMCell takes more"
            )
        if x.device.type != "cpu":
            schedule = schedule.to(x.device)
        x = x if schedule.order is None else x[schedule.order]
        states = passed_on(self.cell, x, schedule)
        output = torch.cat([state[0] for state in states])
        if schedule.order is not None:
            output = output[schedule.order.argsort()]
        return output, states_of_ends(states, schedule)


def passed_on(
    cell: Cell, x: Tensor, schedule: Schedule, initial: Optional[State] = None
) -> list[State]:
    """The states of each level.

    Args:
        cell: what a node computes.
        x: inputs in the order of the schedule, [node, in_channels].
        schedule: of the graph.
        initial: what the nodes of the first level start from; ``None``: zeros.
    """
    projected = cell.project(x).split(schedule.sizes)
    if initial is None:
        zeros = projected[0].new_zeros(schedule.sizes[0], cell.channels)
        initial = cell.carried * (zeros,)
    states = [cell.update(projected[0], initial)]
    for inputs, level in zip(projected[1:], schedule.levels[1:], strict=True):
        sources = _gathered(states, level.sources)
        states.append(cell.update(inputs, cell.combine(inputs, sources, level.target)))
    return states


def states_of_ends(states: Sequence[State], schedule: Schedule) -> State:
    """What the nodes without successor pass on, [end, channel] each."""
    found = _gathered(states, schedule.ends)
    if schedule.end_order is None:
        return found
    return tuple(each[schedule.end_order] for each in found)


def _gathered(states: Sequence[State], parts: Sequence[Part]) -> State:
    pieces = [
        states[level] if places is None else tuple(_taken(each, places) for each in states[level])
        for level, places in parts
    ]
    return pieces[0] if len(pieces) == 1 else tuple(map(torch.cat, zip(*pieces, strict=True)))


def _taken(tensor: Tensor, places: Union[Tensor, slice]) -> Tensor:
    return tensor[places] if isinstance(places, slice) else tensor.index_select(0, places)
