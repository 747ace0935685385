"""How far information travels: hops, shortest paths, eccentricities, layers needed."""

from gnnlab.hops.distances import (
    Eccentricities,
    ShortestPaths,
    eccentricities,
    hop_matrix,
    hops_from,
    layers_needed,
    shortest_paths,
)

__all__ = [
    "Eccentricities",
    "ShortestPaths",
    "eccentricities",
    "hop_matrix",
    "hops_from",
    "layers_needed",
    "shortest_paths",
]
