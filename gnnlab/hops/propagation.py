"""What message passing does with the hops: receptive fields, walks, weights."""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from jaxtyping import Float, Int, Num

from gnnlab.graphs import Graph, normalized_adjacency
from gnnlab.graphs.adjacency import Adjacency
from gnnlab.hops.distances import hops_from, hops_to

LIMB = 32  # bits: sums over up to 2^31 neighbours fit into 64
SLICE = 4_000_000  # arcs looked at in one go


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
    hops = hops_to(graph, target)
    return [tuple(np.flatnonzero(hops == layer).tolist()) for layer in range(layers + 1)]


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

    Walks are exact however many, every arc counting 1. Only nodes from which the target can still
    be reached in time are looked at.

    Raises:
        ValueError: a node that the graph has not, or ``layers`` < 0.
        GraphError: a node whose degree is not positive.

    >>> from gnnlab.graphs import example6
    >>> [layer.walks for layer in layers_between(example6(), source=2, target=4, layers=4)]
    [0, 0, 0, 2, 4]
    """
    if layers < 0:
        raise ValueError(f"layers must be >= 0, got {layers}")
    start, left = hops_from(graph, source), hops_to(graph, target)
    order = np.argsort(start, kind="stable")
    first = np.searchsorted(start[order], np.arange(layers + 2))  # of the nodes at each hop
    slack = layers - start[target]  # walks that arrive fall at most so many hops behind

    walks, staying = np.zeros((2, graph.num_nodes, 1), np.int64)
    weight = np.zeros(graph.num_nodes)
    walks[source] = staying[source] = weight[source] = 1
    propagated = _a_hat(graph)
    found = []
    rows = np.array([source])
    for layer in range(layers + 1):
        if layer and slack >= 0:
            near = order[first[max(layer - int(slack), 0)] : first[layer + 1]]
            before, rows = rows, near[left[near] <= layers - layer]
            walks = _onward(graph, walks, before, rows, stay=False)
            staying = _onward(graph, staying, before, rows, stay=True)
            weighed = propagated(rows, weight)
            weight[before] = 0
            weight[rows] = weighed
        found.append(
            Layer(
                layer,
                tuple(order[first[layer] : first[layer + 1]].tolist()),
                _whole(walks[target]),
                _whole(staying[target]),
                float(weight[target]),
            )
        )
    return found


def _onward(
    graph: Graph,
    ways: Int[np.ndarray, "node limb"],
    before: Int[np.ndarray, " visited"],
    rows: Int[np.ndarray, " row"],
    stay: bool,
) -> Int[np.ndarray, "node wider"]:
    """The numbers of ways one step later, at ``rows`` alone; those ``before`` are taken away.

    A number is written in limbs of ``LIMB`` bits, the lowest first.
    """
    arriving = pulled(graph.predecessors, rows, ways)
    if stay:
        arriving += ways[rows]
    for limb in range(ways.shape[1] - 1):
        arriving[:, limb + 1] += arriving[:, limb] >> LIMB
        arriving[:, limb] &= (1 << LIMB) - 1
    over = arriving[:, -1:] >> LIMB
    ways[before] = 0
    if over.any():
        arriving[:, -1] &= (1 << LIMB) - 1
        arriving = np.concatenate([arriving, over], axis=1)
        ways = np.concatenate([ways, np.zeros_like(ways[:, :1])], axis=1)
    ways[rows] = arriving
    return ways


def _whole(limbs: Int[np.ndarray, " limb"]) -> int:
    return sum(limb << (LIMB * place) for place, limb in enumerate(limbs.tolist()))


def _a_hat(
    graph: Graph,
) -> Callable[[np.ndarray, np.ndarray], Float[np.ndarray, " row"]]:
    """What gives some rows of Â x, from the rows' numbers and x, [node]."""
    if graph.weight is not None:
        a_hat = normalized_adjacency(graph)
        return lambda rows, x: a_hat[rows] @ x
    scale = (1.0 + np.diff(graph.predecessors.indptr)) ** -0.5

    def propagate(rows: np.ndarray, x: np.ndarray) -> np.ndarray:
        arriving = pulled(graph.predecessors, rows, x, scale)
        return scale[rows] * (arriving + scale[rows] * x[rows])

    return propagate


def pulled(
    lists: Adjacency,
    rows: Int[np.ndarray, " row"],
    values: Num[np.ndarray, "node *more"],
    scale: Float[np.ndarray, " node"] | None = None,
) -> Num[np.ndarray, "row *more"]:
    """For each of ``rows`` the sum of its neighbours' values, each times its ``scale``.

    >>> lists = Adjacency(np.array([0, 2, 2, 3]), np.array([1, 2, 0]))
    >>> pulled(lists, np.array([0, 1, 2]), np.array([1, 10, 100]))
    array([110,   0,   1])
    """
    counts = lists.indptr[rows + 1] - lists.indptr[rows]
    ends = np.cumsum(counts)
    sums = np.zeros((len(rows), *values.shape[1:]), values.dtype)
    # A slice of arcs at a time, for the memory's sake and an interrupt's.
    at = 0
    while at < len(rows):
        begun = ends[at] - counts[at]
        to = max(int(np.searchsorted(ends, begun + SLICE, side="right")), at + 1)
        some, many = rows[at:to], counts[at:to]
        starts = np.cumsum(many) - many
        arcs = np.arange(many.sum()) + np.repeat(lists.indptr[some] - starts, many)
        neighbours = lists.indices[arcs]
        arriving = values[neighbours]
        if scale is not None:
            arriving = arriving * scale[neighbours]
        filled = many > 0  # reduceat knows no empty sums
        if filled.any():
            sums[at:to][filled] = np.add.reduceat(arriving, starts[filled])
        at = to
    return sums


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
    walks = _listed_walks(graph, source, target, layers, limit)
    terms = []
    for walk in walks:
        share = Fraction(1)
        for node in walk[1:-1]:
            share /= _degree(graph, node)
        ends = (_degree(graph, walk[0]), _degree(graph, walk[-1])) if layers else (1, 1)
        terms.append(Term(walk, ends, share))
    return terms


def _degree(graph: Graph, node: int) -> int:
    """That of A + I."""
    return 1 + len(graph.predecessors.of(node))


def _listed_walks(
    graph: Graph, source: int, target: int, layers: int, limit: int
) -> list[tuple[int, ...]]:
    left = hops_to(graph, target)
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
