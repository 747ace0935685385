"""How far information travels in an unrolled recurrent network."""

from typing import Any

from gnnlab.graphs import levels, unrolled
from gnnlab.hops import shortest_paths


def of_network(model: str, length: int, layers: int, bidirectional: bool) -> dict[str, Any]:
    """Nodes, edges, topological levels, and the hops from the first input to the last output.

    The last output is the forward state of the last step in the last layer; the hops to it are the
    propagation depth, and ``path`` names the nodes of one way of so many hops.

    Args:
        model: ``"rnn"``, ``"gru"`` or ``"lstm"``; their graphs are alike.
        length: steps T.
        layers: L.
        bidirectional: whether each layer runs backward, too.

    Raises:
        ValueError: fewer than 1 step or layer.

    >>> answer = of_network("rnn", length=3, layers=2, bidirectional=False)
    >>> answer["propagation_depth"], answer["path"]
    (4, ['x1', 'h1,1', 'h2,1', 'h3,1', 'h3,2'])
    """
    graph = unrolled(length, layers, bidirectional)
    first, last = graph.node("x1"), graph.node(f"h{length},{layers}")
    found = shortest_paths(graph, first, last, limit=1)
    return {
        "model": model,
        "length": length,
        "layers": layers,
        "bidirectional": bidirectional,
        "nodes": graph.num_nodes,
        "edges": graph.num_edges,
        "levels": len(levels(graph)),
        "propagation_depth": found.hops,
        "path": [graph.label(node) for node in found.paths[0]],
    }
