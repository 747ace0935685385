"""Formulas from the papers, dense and in float64, as plainly as they can be written."""

import numpy as np

from gnnlab.graphs import Graph


def a_hat(graph: Graph, self_loop_weight: float = 1.0) -> np.ndarray:
    """D^-1/2 (A + I) D^-1/2, row = target, with the rows of unreached nodes zero."""
    a = np.zeros((graph.num_nodes, graph.num_nodes))
    for edge, (source, target) in enumerate(graph.edges.T):
        weight = 1.0 if graph.weight is None else graph.weight[edge]
        a[target, source] += weight
        if not graph.directed and source != target:
            a[source, target] += weight
    a += self_loop_weight * np.eye(graph.num_nodes)
    d = a.sum(axis=1)
    scale = np.array([x**-0.5 if x > 0 else 0.0 for x in d])
    return scale[:, None] * a * scale[None, :]
