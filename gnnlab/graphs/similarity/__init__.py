"""Graphs of sensors: which stations are near, alike, or in each other's wind."""

from gnnlab.graphs.similarity.combine import combine
from gnnlab.graphs.similarity.correlation import correlation_graph, correlations_of_changes
from gnnlab.graphs.similarity.distance import distance_graph, great_circle
from gnnlab.graphs.similarity.dtw import comparable, dtw_graph
from gnnlab.graphs.similarity.site import SiteSimilarity, site_graph
from gnnlab.graphs.similarity.sparsify import (
    bandwidth,
    gaussian_kernel,
    sparsify,
    usual_neighbors,
)
from gnnlab.graphs.similarity.wind import wind_graph

__all__ = [
    "SiteSimilarity",
    "bandwidth",
    "combine",
    "comparable",
    "correlation_graph",
    "correlations_of_changes",
    "distance_graph",
    "dtw_graph",
    "gaussian_kernel",
    "great_circle",
    "site_graph",
    "sparsify",
    "usual_neighbors",
    "wind_graph",
]
