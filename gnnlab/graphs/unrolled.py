"""A recurrent network as a graph: a state for each step and layer."""

import numpy as np

from gnnlab.graphs.graph import Graph


def unrolled(length: int, layers: int, bidirectional: bool = False) -> Graph:
    """The directed graph of what a recurrent network computes from what, unrolled along time.

    ``x3`` is the input of step 3, ``h3,1`` the state of step 3 in layer 1. A state hears from its
    layer's state one step earlier and from the layer below at its step, the first layer from the
    input. A bidirectional network has backward states besides, such as ``b3,1``, which hear from
    one step later; each layer then hears from both states of the one below.

    Nodes are numbered in rows of ``length``, each in the order of time: the inputs, then layer by
    layer the forward states and the backward ones.

    Args:
        length: steps T.
        layers: L.
        bidirectional: whether each layer runs backward, too.

    Raises:
        ValueError: fewer than 1 step or layer.

    >>> [" -> ".join(edge) for edge in unrolled(length=2, layers=2).to_networkx().edges]
    ['x1 -> h1,1', 'x2 -> h2,1', 'h1,1 -> h2,1', 'h1,1 -> h1,2', 'h2,1 -> h2,2', 'h1,2 -> h2,2']
    """
    if length < 1:
        raise ValueError(f"length must be >= 1, got {length}")
    if layers < 1:
        raise ValueError(f"layers must be >= 1, got {layers}")
    directions = "hb" if bidirectional else "h"
    inputs = np.arange(length)
    shape = (layers, len(directions), length)
    states = length + np.arange(np.prod(shape)).reshape(shape)

    forward = [states[:, 0, :-1], states[:, 0, 1:]]
    backward = [states[:, 1:, 1:], states[:, 1:, :-1]]  # none in a network of one direction
    first = np.broadcast_arrays(inputs, states[0])
    upward = np.broadcast_arrays(states[:-1, :, None], states[1:, None, :])
    ends = (forward, backward, first, upward)
    labels = [f"x{step + 1}" for step in range(length)]
    labels += [
        f"{direction}{step + 1},{layer + 1}"
        for layer in range(layers)
        for direction in directions
        for step in range(length)
    ]
    return Graph(
        np.concatenate([np.stack(pair).reshape(2, -1) for pair in ends], axis=1),
        len(labels),
        labels=tuple(labels),
        directed=True,
        name=f"unrolled:{length}x{layers}" + (" bidirectional" if bidirectional else ""),
    )
