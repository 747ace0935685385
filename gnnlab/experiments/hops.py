"""The question of the hops: how many layers until E sees C, along which paths, with what weight?"""

from collections.abc import Callable
from dataclasses import asdict
from math import isfinite
from typing import Any

import numpy as np

from gnnlab.graphs import Graph, components
from gnnlab.hops import (
    eccentricities,
    hop_distribution,
    hop_matrix,
    hops_from,
    hops_to,
    layers_between,
    shortest_paths,
)
from gnnlab.hops.counts import LAYERS
from gnnlab.hops.distribution import Progress

SMALL = 100  # nodes, up to which the answer holds all pairs
FURTHER = 2  # layers beyond the hops, where walks of A and of A + I part


def of_pair(graph: Graph, source: str, target: str) -> dict[str, Any]:
    """Hops, shortest paths, and layer by layer what arrives from ``source`` at ``target``.

    The layers go ``FURTHER`` than the hops: at the hops themselves nothing has had time to stay.

    Raises:
        GraphError: an unknown node, or degrees that are not positive.
    """
    start, end = graph.node(source), graph.node(target)
    found = shortest_paths(graph, start, end)
    depth = found.hops
    layers = [] if depth is None else layers_between(graph, start, end, depth + FURTHER)
    return about(graph) | {
        "from": source,
        "to": target,
        "hops": found.hops,
        "layers_needed": found.hops,
        "path_count": found.count,
        "paths": [[graph.label(node) for node in path] for path in found.paths],
        "layers": [
            {
                "layer": layer.layer,
                "reached": [graph.label(node) for node in layer.reached],
                "walks": layer.walks,
                "walks_with_self_loops": layer.walks_with_self_loops,
                "weight": layer.weight,
            }
            for layer in layers
        ],
    }


def of_node(graph: Graph, source: str) -> dict[str, Any]:
    """Hops from ``source`` to all others, and its own receptive field by layer.

    The field is told up to ``LAYERS`` layers; ``receptive_field_depth`` says how many it takes
    until no further layer adds a node.

    Raises:
        GraphError: an unknown node.
    """
    node = graph.node(source)
    hops, back = hops_from(graph, node), hops_to(graph, node)
    nodes_by_hops = np.bincount(hops[np.isfinite(hops)].astype(int))
    seen = np.cumsum(np.bincount(back[np.isfinite(back)].astype(int))).tolist()
    return about(graph) | {
        "from": source,
        "nodes_by_hops": dict(enumerate(nodes_by_hops.tolist())),
        "unreachable": graph.num_nodes - int(nodes_by_hops.sum()),
        "receptive_field_depth": len(seen) - 1,
        "receptive_field": [
            {"layer": layer, "nodes": nodes, "share": nodes / graph.num_nodes}
            for layer, nodes in enumerate(seen[: LAYERS + 1])
        ],
        "hops": {
            graph.label(other): int(count) if isfinite(count) else None
            for other, count in enumerate(hops.tolist())
        },
    }


def of_graph(
    graph: Graph,
    method: str,
    memory: float,
    tell: Callable[[str], None] | None = None,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """The distribution of hops over all pairs; up to ``SMALL`` nodes also all of them.

    Raises:
        GraphError: too little ``memory``, in bytes, for the method.
    """
    found = hop_distribution(graph, method, memory=memory, tell=tell, progress=progress)
    parts = components(graph)
    answer = about(graph) | {
        "method": found.method,
        "pairs_by_hops": {str(hops): pairs for hops, pairs in found.pairs_by_hops.items()},
        "reachable_pairs": found.reachable_pairs,
        "mean_hops": found.mean_hops,
        "diameter": found.diameter,
        "effective_diameter_90": found.effective_diameter_90,
        "components": asdict(parts),
        "receptive_field": [asdict(field) for field in found.receptive_field],
        "relative_error": found.relative_error,
        "reachable_pairs_error": found.reachable_pairs_error,
        "seconds": round(found.seconds, 6),
    }
    if graph.num_nodes <= SMALL:
        matrix = hop_matrix(graph)
        far = eccentricities(matrix)
        answer |= {
            "labels": [graph.label(node) for node in range(graph.num_nodes)],
            "hop_matrix": [
                [int(hops) if isfinite(hops) else None for hops in row] for row in matrix.tolist()
            ],
            "eccentricity": list(far.by_node),
            "radius": far.radius,
        }
    return answer


def about(graph: Graph) -> dict[str, Any]:
    """What every answer says of its graph."""
    return {
        "graph": graph.name,
        "nodes": graph.num_nodes,
        "edges": graph.num_edges,
        "directed": graph.directed,
    }


def described(graph: Graph) -> dict[str, Any]:
    """Sizes of a graph: nodes, edges, self-loops, duplicates, components, arcs a node."""
    degree = np.diff(graph.successors.indptr)
    parts = components(graph)
    return about(graph) | {
        "weighted": graph.weight is not None,
        "self_loops": graph.num_loops,
        "duplicate_edges": graph.duplicates,
        "isolated_nodes": int(((degree == 0) & (np.diff(graph.predecessors.indptr) == 0)).sum()),
        "components": parts.count,
        "largest_component": parts.largest,
        "most_neighbours": int(degree.max(initial=0)),
        "median_neighbours": float(np.median(degree)) if len(degree) else None,
    }
