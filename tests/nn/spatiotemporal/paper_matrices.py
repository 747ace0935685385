"""Matrices of the papers, in float64, as plainly as they can be written."""

import numpy as np
from strategies import graphs

from gnnlab.graphs import Graph

GRAPHS = graphs(min_nodes=1, max_nodes=6)  # directed or not, weighted or not, isolated nodes


def weights(graph: Graph) -> np.ndarray:
    """W as in Li et al.: [source, target]; parallel edges add up."""
    w = np.zeros((graph.num_nodes, graph.num_nodes))
    (sources, targets), weight = graph.arcs()
    for edge, (source, target) in enumerate(zip(sources, targets, strict=True)):
        w[source, target] += 1.0 if weight is None else weight[edge]
    return w


def rows_of_one(w: np.ndarray) -> np.ndarray:
    return np.array([row / row.sum() if row.sum() > 0 else row for row in w])


def walks(graph: Graph, steps: int) -> list[np.ndarray]:
    """I, then the powers of D_O^-1 W, then those of D_I^-1 Wᵀ."""
    w = weights(graph)
    found = [np.eye(len(w))]
    for matrix in (rows_of_one(w), rows_of_one(w.T)):
        found += [np.linalg.matrix_power(matrix, k) for k in range(1, steps + 1)]
    return found


def polynomials(graph: Graph, size: int, lambda_max: float = 2.0) -> list[np.ndarray]:
    """T_0 .. T_{size-1} of 2 L / λ_max - I."""
    a = weights(graph).T
    scale = np.array([d**-0.5 if d > 0 else 0.0 for d in a.sum(axis=1)])
    laplacian = np.eye(len(a)) - scale[:, None] * a * scale[None, :]
    scaled = 2 * laplacian / lambda_max - np.eye(len(a))
    found = [np.eye(len(a)), scaled]
    while len(found) < size:
        found.append(2 * scaled @ found[-1] - found[-2])
    return found[:size]


def convolution(supports: list[np.ndarray], x: np.ndarray, theta: np.ndarray) -> np.ndarray:
    """Σ_m S_m X Θ_m for one element of a batch; theta is [out, m * in]."""
    parts = np.split(theta, len(supports), axis=1)
    return sum(s @ x @ part.T for s, part in zip(supports, parts, strict=True))


def sigmoid(x: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-x))
