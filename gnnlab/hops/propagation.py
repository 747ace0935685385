"""What message passing does with the hops: receptive fields, walks, weights."""

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from jaxtyping import Float

from gnnlab.graphs import Graph, normalized_adjacency
from gnnlab.graphs.adjacency import KERNELS_FROM
from gnnlab.hops.distances import hops_from


@dataclass(frozen=True)
class Layer:
    """What ``layer`` message-passing layers bring from one node to another.

    ``reached`` are the nodes that hear of the source first at this layer. ``walks`` counts the
    walks of exactly this length from source to target (A^k), ``walks_with_self_loops`` those that
    may also stay (of A + I): the plain sum over neighbours. ``weight`` is (Â^k)[target, source]:
    the source's share in the target after that many linear GCN layers.
    """

    layer: int
    reached: tuple[int, ...]
    walks: int
    walks_with_self_loops: int
    weight: float


def receptive_field(graph: Graph, target: int, layers: int) -> list[tuple[int, ...]]:
    """The nodes that ``target`` sees first through 0, 1, ... ``layers`` layers.

    Raises:
        ValueError: a node that the graph has not, or ``layers`` < 0.

    >>> from gnnlab.graphs import example6
    >>> receptive_field(example6(), target=4, layers=3)
    [(4,), (0, 5), (1, 3), (2,)]
    """
    if layers < 0:
        raise ValueError(f"layers must be >= 0, got {layers}")
    hops = hops_from(reversed_graph(graph), target)
    return [tuple(np.flatnonzero(hops == layer).tolist()) for layer in range(layers + 1)]


def reversed_graph(graph: Graph) -> Graph:
    """The graph in which information flows the other way."""
    if not graph.directed:
        return graph
    return Graph(
        graph.edges[::-1],
        graph.num_nodes,
        graph.weight,
        graph.labels,
        directed=True,
        name=graph.name,
    )


def propagation_weights(
    graph: Graph, source: int, layers: int
) -> Float[np.ndarray, "layer target"]:
    """(Â^k)[target, source] for k = 0 ... ``layers``: a linear GCN's weight of source in target.

    Raises:
        ValueError: a node that the graph has not, or ``layers`` < 0.
        GraphError: a node whose degree is not positive.

    >>> from gnnlab.graphs import example6
    >>> round(1 / propagation_weights(example6(), source=2, layers=3)[3, 4])
    24
    """
    if layers < 0:
        raise ValueError(f"layers must be >= 0, got {layers}")
    if not 0 <= source < graph.num_nodes:
        raise ValueError(f"a node must be between 0 and {graph.num_nodes - 1}, got {source}")
    a_hat = normalized_adjacency(graph)
    weights = np.zeros((layers + 1, graph.num_nodes))
    weights[0, source] = 1
    for layer in range(layers):
        weights[layer + 1] = a_hat @ weights[layer]
    return weights


def layers_between(graph: Graph, source: int, target: int, layers: int) -> list[Layer]:
    """Layer by layer, 0 to ``layers``, what arrives at ``target`` from ``source``.

    >>> from gnnlab.graphs import example6
    >>> [layer.walks for layer in layers_between(example6(), source=2, target=4, layers=4)]
    [0, 0, 0, 2, 4]
    """
    hops = hops_from(graph, source)
    weights = propagation_weights(graph, source, layers)[:, target]
    walks = _walks(graph, source, target, layers, stay=False)
    staying = _walks(graph, source, target, layers, stay=True)
    return [
        Layer(
            layer,
            tuple(np.flatnonzero(hops == layer).tolist()),
            walks[layer],
            staying[layer],
            float(weights[layer]),
        )
        for layer in range(layers + 1)
    ]


def _walks(graph: Graph, source: int, target: int, layers: int, stay: bool) -> list[int]:
    """(A^k)[target, source] or ((A + I)^k)[target, source], exact, every arc with weight 1."""
    if len(graph.successors.indices) >= KERNELS_FROM:
        whole = _walks_in_floats(graph, source, target, layers, stay)
        if whole is not None:
            return whole
    ways = {source: 1}
    found = [ways.get(target, 0)]
    for _ in range(layers):
        onward: dict[int, int] = dict(ways) if stay else {}
        for node, count in ways.items():
            for other in graph.successors.of(node).tolist():
                onward[other] = onward.get(other, 0) + count
        ways = onward
        found.append(ways.get(target, 0))
    return found


def _walks_in_floats(
    graph: Graph, source: int, target: int, layers: int, stay: bool
) -> list[int] | None:
    """The same by matrix products, unless a number is too large to be whole in a float64."""
    from scipy.sparse import csr_array

    indptr, indices = graph.successors
    shape = (graph.num_nodes, graph.num_nodes)
    onward = csr_array((np.ones(len(indices)), indices, indptr), shape=shape).T
    ways = np.zeros(graph.num_nodes)
    ways[source] = 1
    found = [int(ways[target])]
    for _ in range(layers):
        ways = onward @ ways + (ways if stay else 0)
        if ways.max(initial=0) >= 2**53:
            return None
        found.append(int(ways[target]))
    return found


@dataclass(frozen=True)
class Term:
    """One walk's share in (Â^k)[target, source]: the nodes, and 1 / product of degrees."""

    nodes: tuple[int, ...]
    radicands: tuple[int, ...]
    share: Fraction


def weight_terms(
    graph: Graph, source: int, target: int, layers: int, limit: int = 50
) -> list[Term]:
    """The walks of A + I from source to target with what each adds to (Â^k)[target, source].

    A walk v0 v1 ... vk carries the product of 1 / sqrt(d_u d_v) over its steps, which is
    1 / (sqrt(d_v0) d_v1 ... d_v(k-1) sqrt(d_vk)). ``share`` is that product without the two roots;
    ``radicands`` are the degrees under them.

    Raises:
        ValueError: a graph with weights, or more than ``limit`` walks.

    >>> from gnnlab.graphs import example6
    >>> [term.share for term in weight_terms(example6(), source=2, target=4, layers=3)]
    [Fraction(1, 16), Fraction(1, 16)]
    """
    if graph.weight is not None:
        raise ValueError("the sums are written out for graphs without weights")
    degree = [1 + len(graph.predecessors.of(node)) for node in range(graph.num_nodes)]
    walks = _listed_walks(graph, source, target, layers, limit)
    terms = []
    for walk in walks:
        share = Fraction(1)
        for node in walk[1:-1]:
            share /= degree[node]
        ends = (degree[walk[0]], degree[walk[-1]]) if layers else (1, 1)
        terms.append(Term(walk, ends, share))
    return terms


def _listed_walks(
    graph: Graph, source: int, target: int, layers: int, limit: int
) -> list[tuple[int, ...]]:
    left = hops_from(reversed_graph(graph), target)
    walks: list[tuple[int, ...]] = []
    unfinished: list[tuple[int, ...]] = [(source,)]
    while unfinished:
        walk = unfinished.pop()
        steps = layers - len(walk) + 1
        if left[walk[-1]] > steps:
            continue
        if not steps:
            walks.append(walk)
            if len(walks) > limit:
                raise ValueError(f"there are more than {limit} walks of {layers} steps")
            continue
        onward = sorted([walk[-1], *graph.successors.of(walk[-1]).tolist()], reverse=True)
        unfinished += [(*walk, node) for node in onward]
    return walks
