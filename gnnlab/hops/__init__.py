"""How far information travels: hops, paths, receptive fields, weights, influence."""

from gnnlab.hops.choice import choose_method
from gnnlab.hops.counts import ReceptiveField
from gnnlab.hops.distances import (
    Eccentricities,
    ShortestPaths,
    eccentricities,
    hop_matrix,
    hops_from,
    hops_to,
    layers_needed,
    shortest_paths,
)
from gnnlab.hops.distribution import HopDistribution, hop_distribution
from gnnlab.hops.influence import influence
from gnnlab.hops.propagation import (
    Layer,
    Term,
    layers_between,
    propagation_weights,
    receptive_field,
    weight_terms,
)

__all__ = [
    "Eccentricities",
    "HopDistribution",
    "Layer",
    "ReceptiveField",
    "ShortestPaths",
    "Term",
    "choose_method",
    "eccentricities",
    "hop_distribution",
    "hop_matrix",
    "hops_from",
    "hops_to",
    "influence",
    "layers_between",
    "layers_needed",
    "propagation_weights",
    "receptive_field",
    "shortest_paths",
    "weight_terms",
]
